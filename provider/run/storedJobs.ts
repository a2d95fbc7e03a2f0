// The jobs of a stack as a run finds them: where its state is a file of this machine, `pulumi-skaha` says where. What a run
// leaves out, as with `--only`, it learns of from nowhere else. And what its refresh has seen, which is another process.
import { appendFileSync, readFileSync } from "node:fs";
import { type Job, jobsOf } from "../job/deployment";
import { type JobState, trustedState } from "../job/state";

/** The environment variable that names a file of the run's own, in which its refresh leaves what it saw. */
export const seenFile = "PULUMI_SKAHA_SEEN";

/** @param stateFile undefined where nobody says where it is */
export function storedJobs(stateFile: string | undefined): readonly Job[] {
  if (stateFile === undefined) return [];
  let checkpoint: unknown;
  try {
    checkpoint = JSON.parse(readFileSync(stateFile, "utf8")).checkpoint.latest;
  } catch {
    return []; // it is just being written, or is in another form: the refresh tells of the jobs
  }
  return jobsOf(checkpoint);
}

/** What a cost follows from; nothing that is secret. */
const told = [
  ...["status", "attempt", "attempts", "sessionId", "startTime", "endTime", "endSeenTime"],
  ...["exitCode", "skipped", "cores", "ram", "gpus", "attemptSize", "pack", "maxRunSeconds"],
] as const satisfies readonly (keyof JobState)[];

export function noteSeen(file: string, id: string, state: JobState): void {
  const short = Object.fromEntries(told.map((key) => [key, state[key]]));
  appendFileSync(file, `${JSON.stringify({ id, state: short })}\n`, { mode: 0o600 });
}

/** @returns each as it was seen last */
export function seenJobs(file: string | undefined): readonly Pick<Job, "id" | "state">[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // nothing was seen
    throw error;
  }
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map(({ id, state }) => ({ id: String(id), state: trustedState(state) }));
}
