// The jobs of a stack as a run finds them: where its state is a file of this machine, `pulumi-skaha` says where. What a run
// leaves out, as with `--only`, it learns of from nowhere else. And what its refresh has seen, which is another process.
import { appendFileSync, readFileSync } from "node:fs";
import { type Job, jobsOf } from "../job/deployment";
import { type JobState, trustedState } from "../job/state";
import { beginHandingOn } from "./sweepEnds";

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

/** Where a refresh leaves what it saw of jobs, for the process of the same engine that launches. */
export class SeenJobs {
  #isWriting = false;

  /** @param handedOn what a refresh leaves besides; undefined where there is no engine */
  constructor(private readonly handedOn: string | undefined) {}

  get #file(): string | undefined {
    return this.handedOn && `${this.handedOn}.costs`;
  }

  /** To be called before anything is asked for: what is there is of an earlier engine. */
  begin(): void {
    if (this.#file === undefined || this.#isWriting) return;
    beginHandingOn(this.#file);
    this.#isWriting = true;
  }

  keep(id: string, state: JobState): void {
    if (this.#file === undefined) return;
    this.begin();
    const short = Object.fromEntries(told.map((key) => [key, state[key]]));
    appendFileSync(this.#file, `${JSON.stringify({ id, state: short })}\n`);
  }

  /** Each as it was seen last. */
  all(): readonly Pick<Job, "id" | "state">[] {
    return this.#file === undefined || this.#isWriting ? [] : seenIn(this.#file);
  }
}

function seenIn(file: string): readonly Pick<Job, "id" | "state">[] {
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
