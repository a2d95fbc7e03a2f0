// Does what an array's jobs need, each through the lifecycle of a single job: so many at a time, told as they go, and
// stopped between two launches where the user says so. What one job meets stops no other.
import type { Run } from "../assemble";
import {
  InterruptedError,
  JobNotAsDeclaredError,
  messageOf,
  NotLoggedInError,
  SkahaError,
} from "../errors";
import { type JobState, trustedState } from "../job/state";
import { type ArrayStep, followerOf } from "./arraySteps";
import type { DeclaredArrayJob } from "./declaredJobs";
import type { Handover } from "./handover";
import type { StoredJob } from "./stateTable";

/** What became of an array's jobs. */
export interface Outcome {
  readonly jobs: Map<string, StoredJob>;
  /** What was not done, and why, by the job's key. */
  readonly failures: ReadonlyMap<string, string>;
  /** Whether no job is another one than before. */
  readonly isUntouched: boolean;
}

export interface ArrayRunOptions {
  readonly run: Run;
  readonly handover: Handover;
  readonly canaries: readonly string[];
  /** Whether the user wants no more launches. */
  readonly isStopped: () => boolean;
  /** How many of how many are done. */
  readonly onProgress: (done: number, of: number) => void;
  /** Removes a job, told to whoever reads the run's report. */
  readonly removal: (id: string, state: JobState, work: () => Promise<void>) => Promise<void>;
  /** How many launches are under way at a time. */
  readonly launches: number;
}

/** Removals wait for a list together, which is thousands of sessions long: so nearly all of them for the same few. */
const removalsAtOnce = 8_192;
/** After so many failures in a row of what no answer came to, nothing more is tried. */
const mostInARow = 100;

export class ArrayRun {
  readonly #jobs = new Map<string, StoredJob>();
  readonly #failures = new Map<string, string>();
  #isTouched = false;
  #failedInARow = 0;
  #lastFailure = "";
  #done = 0;
  #declared: Map<string, DeclaredArrayJob> | undefined;

  constructor(private readonly options: ArrayRunOptions) {}

  async converge(steps: readonly ArrayStep[]): Promise<Outcome> {
    const work = steps.filter((one) => !isLeftAlone(one));
    for (const one of steps) {
      if (isLeftAlone(one) && one.do !== "unknown" && one.stored)
        this.#jobs.set(one.key, one.stored);
      if (one.do === "refuse") this.#failures.set(one.key, one.why);
    }
    const leaving = work.filter((one) => one.do === "remove" || one.do === "replace");
    await inPool(removalsAtOnce, leaving, (one) => this.#leave(one, work.length));
    const first = new Set(this.options.canaries);
    const launching = work.filter((one) => one.do !== "remove" && !this.#failures.has(one.key));
    const isFirst = ({ key }: ArrayStep) => first.has(key);
    const { launches } = this.options;
    await inPool(launches, launching.filter(isFirst), (one) => this.#bring(one, work.length));
    const others = launching.filter((one) => !isFirst(one));
    await inPool(launches, others, (one) => this.#bring(this.#following(one, steps), work.length));
    return { jobs: this.#jobs, failures: this.#failures, isUntouched: !this.#isTouched };
  }

  /** With what became of its canaries in this run. */
  #following(one: ArrayStep, steps: readonly ArrayStep[]): ArrayStep {
    const { canaries } = this.options;
    if (canaries.length === 0 || !("job" in one)) return one;
    this.#declared ??= new Map(
      steps.flatMap((step) => ("job" in step ? [[step.key, step.job] as const] : [])),
    );
    const following = followerOf(
      canaries,
      this.#declared,
      (key) => this.#jobs.get(key)?.state.status,
    );
    return { ...one, job: following(one.key, one.job) };
  }

  /** A session that goes: of a job that is no longer declared, or that runs something else now. */
  async #leave(one: ArrayStep, of: number): Promise<void> {
    if (one.do !== "remove" && one.do !== "replace") return;
    const { key, stored } = one;
    const isReplaced = one.do === "replace";
    const { handover, removal, run } = this.options;
    try {
      if (isReplaced || !handover.isHandedOn("array", stored.id)) {
        const remove = () => run.lifecycle.remove(stored.id, stored.state, isReplaced);
        await removal(stored.id, stored.state, remove);
      }
      this.#isTouched = true;
    } catch (error) {
      this.#jobs.set(key, stored);
      this.#failures.set(key, messageOf(error));
    }
    if (!isReplaced) this.#tell(of);
  }

  async #bring(one: ArrayStep, of: number): Promise<void> {
    if (!("job" in one)) return;
    const { key, job } = one;
    const { id, inputs } = job;
    const before =
      one.do === "update" ? one.stored.state : this.options.handover.stateFor("array", id);
    if (this.options.isStopped() || this.#failedInARow >= mostInARow) {
      // Without a state, or with the one from before, the next `up` does what is left.
      if (before) this.#jobs.set(key, { id, state: before });
      if (this.#failedInARow >= mostInARow) this.#failures.set(key, this.#lastFailure);
      return;
    }
    try {
      const { lifecycle } = this.options.run;
      const brought = () =>
        before ? lifecycle.update(id, before, inputs) : lifecycle.create(inputs);
      const state = await (inputs.pack ? this.options.run.packs.attend(id, brought) : brought());
      this.options.run.sweepEnds.note(id, state);
      this.#jobs.set(key, { id, state });
      this.options.handover.take("array", id);
      this.#isTouched = true;
      this.#failedInARow = 0;
    } catch (error) {
      if (error instanceof InterruptedError) {
        if (before) this.#jobs.set(key, { id, state: before });
        return;
      }
      const message = messageOf(error);
      this.#failures.set(key, message);
      if (error instanceof JobNotAsDeclaredError) {
        this.#jobs.set(key, { id, state: trustedState(error.properties) });
        this.#isTouched = true;
      } else if (before) {
        this.#jobs.set(key, { id, state: before });
      }
      this.#failedInARow = isAway(error) ? this.#failedInARow + 1 : 0;
      this.#lastFailure = `not tried, after ${mostInARow} others in a row: ${message}`;
    }
    this.#tell(of);
  }

  #tell(of: number): void {
    this.#done += 1;
    this.options.onProgress(this.#done, of);
  }
}

type LeftAlone = Extract<ArrayStep, { do: "keep" | "unknown" | "leave" | "refuse" }>;

function isLeftAlone(one: ArrayStep): one is LeftAlone {
  return ["keep", "unknown", "leave", "refuse"].includes(one.do);
}

/** Whether a failure says nothing of the job itself: the server does not answer, or not to this user. */
function isAway(error: unknown): boolean {
  const cause = error instanceof JobNotAsDeclaredError ? error.cause : error;
  if (!(cause instanceof SkahaError)) return false;
  return cause.status === undefined || cause.status >= 500 || cause instanceof NotLoggedInError;
}

/** Does the work for all, so many at a time, in their order. */
export async function inPool<T>(
  size: number,
  all: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < all.length; index = next++) await work(all[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(size, all.length) }, worker));
}

/** As they are declared, by `keys`; what could not be removed comes last. */
export function inOrder(jobs: Outcome["jobs"], keys: readonly string[]): Map<string, StoredJob> {
  const ordered = new Map<string, StoredJob>();
  for (const key of [...keys, ...jobs.keys()]) {
    const job = jobs.get(key);
    if (job) ordered.set(key, job);
  }
  return ordered;
}
