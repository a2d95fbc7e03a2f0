// `pulumi-skaha rerun`: runs jobs again that the program declares as before, because what they run, a script on
// /arc say, is another now. It is an up that replaces them, and nothing else.
import path from "node:path";
import { scratchFolder } from "../../../machine/scratchFolder";
import { leaveRerun, rerunFile } from "../../../provider/array/rerun";
import { isAlive } from "../../../provider/job/status";
import { keepSuccessors } from "../../../provider/run/asked";
import { CommandError } from "../../commandError";
import { followersOf } from "../../plan/followers";
import { named } from "../../plan/jobActions";
import { type JobOptions, openProject } from "../../project";
import { type ObservedJob, observe } from "../../stack/observe";
import { assertNamesOne, jobsChosen } from "../../stack/select";
import { openStack } from "../../stack/stack";
import { plain, say, shellWord } from "../../terminal";
import { operate } from "../operations/action";
import { withChoice } from "../operations/only";

export interface RerunOptions extends JobOptions {
  readonly failed?: boolean | undefined;
  readonly lost?: boolean | undefined;
  /** All that come after them, too, and not only those that merge them. */
  readonly dependents?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** @returns the exit status */
export async function rerun(names: readonly string[], options: RerunOptions): Promise<number> {
  const { failed, lost, dependents, yes, where = [] } = options;
  if (names.length + where.length === 0 && !failed && !lost) {
    throw new CommandError("name the jobs, or give --where, --failed or --lost");
  }
  const stack = await openStack(options, await openProject(options));
  const all = await stack.jobs();
  assertNamesOne(all, names);
  const wanted = new Set(
    (names.length + where.length > 0 ? jobsChosen(all, names, where) : []).map(({ id }) => id),
  );
  const { jobs, problems } = await observe(all, stack.connection(), Date.now());
  for (const problem of problems) say(plain(problem));
  const statuses = [...(failed ? ["Failed"] : []), ...(lost ? ["Lost"] : [])];
  const chosen = jobs.filter(
    ({ id, state, isKnown }) => wanted.has(id) || (isKnown && statuses.includes(state.status)),
  );
  if (chosen.length === 0) {
    say(`No job is ${statuses.join(" or ")}: there is nothing to run again.`);
    return 0;
  }
  const asked = allowed(chosen, names);
  const followers = followersOf(jobs, asked, dependents === true);
  say(plain(`To run again: ${named(asked)}`));
  const again = [...asked, ...followersToRun(followers, dependents === true)];
  const arrays = new Set(again.flatMap(({ arrayUrn = [] }) => arrayUrn));
  const words = [
    ...again
      .filter(({ arrayUrn }) => arrayUrn === undefined)
      .flatMap(({ urn }) => ["--target-replace", urn]),
    ...[...arrays].flatMap((urn) => ["--target", urn]),
  ];
  // Of what is replaced the engine knows no id until it is done, and would replace what comes after it. What of that runs
  // again is named, because the engine does not see that a job of an array ran anew.
  process.env[keepSuccessors] = "true";
  await using folder = await scratchFolder();
  const file = path.join(folder.path, "rerun.json");
  leaveRerun(
    file,
    again.map(({ id }) => id),
  );
  process.env[rerunFile] = file;
  const rerunning = () => operate("up", words, { ...options, yes });
  if (arrays.size === 0) return await rerunning();
  // Other edits of those arrays wait for an up.
  return await withChoice({ jobs: again.map(({ name }) => name) }, rerunning);
}

/** @returns those that can be, and says which they are */
function followersToRun(
  followers: readonly ObservedJob[],
  areAll: boolean,
): readonly ObservedJob[] {
  const isStarred = ({ name, arrayUrn }: ObservedJob) =>
    arrayUrn === undefined && name.includes("*");
  const starred = followers.filter(isStarred);
  const rest = followers.filter((job) => !isStarred(job));
  const one = rest.length === 1;
  const merge = one ? "it merges" : "they merge";
  const come = one ? "it comes after" : "they come after";
  if (rest.length > 0) {
    say(plain(`Also to run again, because ${areAll ? come : merge} these: ${named(rest)}`));
  }
  if (starred.length > 0) {
    const they = starred.length === 1 ? "it has" : "they have";
    say(
      plain(
        `Not run again, although ${they} to: ${named(starred)}. Pulumi takes the * in the name for a pattern; change one of its \`triggers\` instead.`,
      ),
    );
  }
  return rest;
}

/** @throws CommandError for what cannot be run again, or must be said by name */
function allowed(jobs: readonly ObservedJob[], names: readonly string[]): readonly ObservedJob[] {
  const isNamed = ({ name, id, state }: ObservedJob) =>
    [name, id, state.sessionId, state.sessionName].some(
      (one) => one !== undefined && names.includes(one),
    );
  const running = jobs.filter((job) => isAlive(job.state.status) && !isNamed(job));
  if (running.length > 0) {
    const [they, them] = running.length === 1 ? ["it has", "it"] : ["they have", "each"];
    throw new CommandError(
      `not run again: ${named(running)}, because ${they} not ended; name ${them} by its own name to cancel it and run it again`,
    );
  }
  const starred = jobs.filter(({ name }) => name.includes("*"));
  if (starred.length > 0) {
    throw new CommandError(
      `${named(starred)} cannot be run again alone: Pulumi takes the * in the name for a pattern; change one of its \`triggers\` instead`,
    );
  }
  const held = jobs.filter(({ state }) => state.status === "Held");
  const rest = jobs.filter(({ state }) => state.status !== "Held");
  if (held.length > 0) {
    const text = `not run again: ${named(held)}, because ${held.length === 1 ? "it is" : "they are"} Held and not launched yet; the next up launches what may run, and pulumi-skaha why ${shellWord(held[0]?.name ?? "")} tells what is waited for`;
    if (rest.length === 0) throw new CommandError(text);
    say(plain(text));
  }
  return rest;
}
