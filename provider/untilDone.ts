// Repeats `up` until nothing of a stack waits or runs: for programs that use the Automation API. Each `up`
// is short, and between two of them the stack is unlocked.
import { setTimeout as timer } from "node:timers";
import { setTimeout } from "node:timers/promises";
import type * as automation from "@pulumi/pulumi/automation";
import type { JobSummary } from "./job/summary";

/** What is repeated: a Stack of the Automation API, or whatever else runs `up` and exports state. */
export type Repeatable = {
  readonly up: (options: automation.UpOptions) => Promise<unknown>;
  readonly exportStack: () => Promise<{ readonly deployment?: unknown }>;
};

/** How a stack's jobs stand after an `up`. */
export interface Progress {
  /** How many `up` there were. */
  readonly rounds: number;
  /** How many jobs have each status. */
  readonly counts: Readonly<Record<string, number>>;
  /** Whether time alone will bring anything: a session that lives, or a job held for a reason that passes. */
  readonly isUnfinished: boolean;
  readonly jobs: readonly JobSummary[];
}

export interface UntilDoneOptions {
  /** Milliseconds between the end of one `up` and the start of the next. @default 60_000 */
  readonly intervalMs?: number;
  /** What to do between two `up`, instead of waiting for `intervalMs`. @param signal it is over early */
  readonly pause?: (progress: Progress, signal: AbortSignal) => Promise<void>;
  /** Milliseconds after which no further `up` is begun. @default none */
  readonly deadlineMs?: number;
  /**
   * How many `up`, or exports after them, may fail one after the other, as they do while the server or the network
   * is away. The last of them throws.
   * @default 3
   */
  readonly toleratedFailures?: number;
  /** Told of each failure that is tolerated. */
  readonly onFailure?: (error: unknown) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops after the `up` under way. */
  readonly signal?: AbortSignal;
  /** Handed to each `up`, like `parallel` and `onOutput`. */
  readonly up?: automation.UpOptions;
}

/** Longer than that no timer waits: 2^31 ms, not quite 25 days. */
const longestTimerMs = 2 ** 31 - 1;

/** A signal that is aborted after any number of milliseconds. */
class Deadline implements Disposable {
  readonly #stop = new AbortController();
  readonly #at: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number | undefined) {
    if (Number.isNaN(ms)) throw new RangeError("deadlineMs must be a number of milliseconds");
    this.#at = ms === undefined ? Number.POSITIVE_INFINITY : Date.now() + ms;
    if (ms !== undefined) this.#wait();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const rest = this.#at - Date.now();
    if (rest <= 0) this.#stop.abort();
    else this.#timer = timer(() => this.#wait(), Math.min(Math.ceil(rest), longestTimerMs)).unref();
  }
}

/**
 * @returns how the jobs stand at the end; `isUnfinished` is true where the deadline or the signal ended it.
 * Jobs that nothing but an edit can bring on, like successors of a failed one, do not keep it going.
 * @throws what `up` or the export throws, if more than `toleratedFailures` fail in a row, or nothing is left to wait for
 */
export async function untilDone(
  stack: Repeatable,
  options: UntilDoneOptions = {},
): Promise<Progress> {
  const { intervalMs = 60_000, deadlineMs, signal, toleratedFailures = 3 } = options;
  const { pause = () => setTimeout(intervalMs, undefined, { signal: stop }) } = options;
  using deadline = new Deadline(deadlineMs);
  const stop = AbortSignal.any([deadline.signal, signal].filter((one) => one !== undefined));
  let progress: Progress = { rounds: 0, counts: {}, isUnfinished: true, jobs: [] };
  for (let rounds = 1, failures = 0; ; rounds += 1) {
    let failure: { error: unknown } | undefined;
    const fails = (error: unknown) => {
      failure = { error };
      failures += 1;
      if (failures > toleratedFailures || stop.aborted) throw error;
      options.onFailure?.(error);
    };
    await stack.up({ refresh: true, ...options.up }).catch(fails);
    const state = await stack.exportStack().catch((error: unknown) => {
      if (failure === undefined) fails(error); // a state that is far away is so after an up that failed for it
    });
    if (failure === undefined) failures = 0;
    progress = { ...progress, rounds };
    if (state) {
      // With its parser it is a tenth of a second that programs without this function need not pay.
      const { summarize }: typeof import("./job/summary") = require("./job/summary");
      progress = { rounds, ...summarize(state.deployment) };
      options.onProgress?.(progress);
      const isOver = !progress.isUnfinished && progress.jobs.length > 0;
      if (failure && isOver) throw (failure as { error: unknown }).error;
      if (!failure && (!progress.isUnfinished || stop.aborted)) return progress;
    }
    await pause(progress, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error; // it cuts the nap short only
    });
    if (stop.aborted) return progress;
  }
}
