// What stands in the way of a run because an earlier one was killed: mended where that is safe, and else
// said in a sentence what to do.
import { z } from "zod";
import { canAsk, confirm } from "../ask";
import type { Project } from "../project";
import { plain, say } from "../terminal";
import { folderOf, mend, removeCutAttributes, type Trouble, troubleIn } from "./fileBackend";
import { projectName, stackName } from "./otherStacks";

const whoami = z.looseObject({ url: z.string() });

/** @returns true where the run can be tried again */
export async function repairLeftover(
  project: Project,
  {
    stack,
    yes = false,
  }: { readonly stack?: string | undefined; readonly yes?: boolean | undefined },
): Promise<boolean> {
  const folder = await backendFolder(project);
  if (folder === undefined) return false;
  // Pulumi cannot even name the stack, or cancel, while they are there; no state is in them, so nothing is asked.
  const name = await projectName(project);
  const removed = await removeCutAttributes(folder, name);
  if (removed.length > 0) {
    const files = removed.join(" and ");
    say(
      plain(
        `A run that was killed left half of ${files}. Pulumi does not need it, so it was removed.`,
      ),
    );
  }
  const ownName = await stackName(project, stack).catch(() => undefined); // none is selected
  if (ownName === undefined) return removed.length > 0;
  const trouble = await troubleIn(folder, name, ownName);
  const onStack = stack === undefined ? "" : ` --stack ${stack}`;
  const [holder] = trouble.holders;
  if (holder) {
    const who = `process ${holder.pid} on ${holder.host}`;
    say(
      plain(
        holder.mayRun
          ? `The stack is in use by ${who}: wait until it has ended; if it has already, pulumi-skaha pulumi cancel --yes${onStack} and run this again.`
          : `The stack was locked by a run that was killed (${who}, which is gone): pulumi-skaha pulumi cancel --yes${onStack} and run this again.`,
      ),
    );
    return false;
  }
  return trouble.cut ? offered(trouble.cut, yes) : removed.length > 0;
}

async function offered(
  { file, backup }: NonNullable<Trouble["cut"]>,
  isAgreed: boolean,
): Promise<boolean> {
  if (backup === undefined) {
    say(
      plain(
        `A run that was killed left half a state file, and there is no other of it: remove ${file} and run pulumi stack init with the same name; the jobs that the server lists, or that have a record, are found again.`,
      ),
    );
    return false;
  }
  const what = `A run that was killed left half a state file, ${file}; the state before it is whole, and the jobs launched since are found again by their names.`;
  if (!isAgreed && !canAsk()) {
    say(plain(`${what} To use it: cp '${backup}' '${file}'`));
    return false;
  }
  say(plain(what));
  if (!isAgreed && !(await confirm("Use it?"))) return false;
  await mend({ file, backup });
  say(plain(`${backup} is used; the half file is kept as ${file}.cut.`));
  return true;
}

/** Undefined for a backend that is no folder. */
async function backendFolder(project: Project): Promise<string | undefined> {
  const answer = await project.pulumi.ask(["whoami", "--json"]);
  if (answer.status !== 0) return undefined; // Pulumi has said what is wrong
  return folderOf(whoami.parse(JSON.parse(answer.stdout)).url, project.folder);
}
