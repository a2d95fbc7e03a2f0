// Where the jobs of a new stack are recorded: in the user's home under /arc, if it can be written. Without a record
// nobody knows the next morning when a job ended, nor what it wrote.
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { Project } from "../project";
import { openStack } from "../stack/stack";
import { plain, say } from "../terminal";

const folderName = ".skaha-jobs";
const about = `The folders in ${folderName} are the records of jobs that pulumi-skaha launched: how each ended, what it used, and its log.
Those of jobs that nobody asks about any more can be removed.
`;

/** Sets `skaha:record` of the stack, unless something is set. Says what it did, or why not. */
export async function setFirstRecord(project: Project, stack: string): Promise<void> {
  const { config, connection } = await openStack({ stack, cwd: project.folder }, project);
  if (config("skaha:record") !== undefined) return;
  try {
    const folder = await writableFolder(connection());
    await project.pulumi.read(["config", "set", "skaha:record", folder, "--stack", stack]);
    say(plain(`set      skaha:record=${folder}: jobs leave their end, use and log there`));
  } catch (error) {
    say(plain(`record   is not kept: ${messageOf(error)}`));
    say(
      "         Without one, run an up at least once an hour while jobs run. To keep one elsewhere: pulumi-skaha pulumi config set skaha:record FOLDER",
    );
  }
}

/** @returns where records can be: it is made by the first job */
async function writableFolder({ client, arc, settings }: Connection): Promise<string> {
  const { user } = await client.list();
  if (user === undefined) throw new Error(`${settings.server} does not say whose home it is`);
  const folder = `/arc/home/${user}/${folderName}`;
  if (!(await arc.write(`${folder}.txt`, about))) throw new Error(`/arc has no home of ${user}`);
  return folder;
}
