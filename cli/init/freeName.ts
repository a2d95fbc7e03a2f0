// A name for a new project that no other folder's jobs bear. Names of project and stack together identify jobs on the
// server, and a state folder of the project's own knows of no other folder.
import { connect } from "../../provider/connect";
import { tagOf } from "../../provider/job/identity";
import { tagOfSession } from "../../provider/packs/places";
import { say } from "../terminal";
import { projectName } from "./newFiles";

/** What Pulumi calls the organization of every state that is kept in a folder. */
const organization = "organization";

/** @returns the folder's name; with a number, where the server has sessions of a project and stack of that name */
export async function freeProjectName(folder: string, stack: string): Promise<string> {
  const plain = projectName(folder);
  const taken = await tagsOnServer();
  const isTaken = (project: string) =>
    taken.has(tagOf({ organization, project, stack, logicalName: "" }));
  let name = plain;
  for (let number = 2; isTaken(name); number += 1) name = `${plain}-${number}`;
  if (name !== plain) {
    say(
      `named    the project ${name}: the server has sessions of ${plain} / ${stack}, which another folder must have launched. If they are this one's, change name in Pulumi.yaml to ${plain}`,
    );
  }
  return name;
}

/** The stacks that sessions of this user belong to; none where the server cannot be asked, which doctor tells later. */
async function tagsOnServer(): Promise<ReadonlySet<string>> {
  try {
    const { client } = connect(() => undefined, process.env, { isPatient: false });
    const { sessions } = await client.list();
    return new Set(sessions.flatMap(({ name }) => tagOfSession(name) ?? []));
  } catch {
    return new Set();
  }
}
