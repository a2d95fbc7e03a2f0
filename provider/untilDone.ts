// Repeats `up` until nothing of a stack waits or runs: for programs that use the Automation API. Each `up`
// is short, and between two of them the stack is unlocked.
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
   * How many `up` may fail one after the other, as they do while the server or the network is away. The
   * last of them throws.
   * @default 3
   */
  readonly toleratedFailures?: number;
  /** Told of each `up` that failed and is tolerated. */
  readonly onFailure?: (error: unknown) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops after the `up` under way. */
  readonly signal?: AbortSignal;
  /** Handed to each `up`, like `parallel` and `onOutput`. */
  readonly up?: automation.UpOptions;
}

/**
 * @returns how the jobs stand at the end; `isUnfinished` is true where the deadline or the signal ended it.
 * Jobs that nothing but an edit can bring on, like successors of a failed one, do not keep it going.
 * @throws what `stack.up` throws, if more than `toleratedFailures` fail in a row, or nothing is left to wait for
 */
export async function untilDone(
  stack: Repeatable,
  options: UntilDoneOptions = {},
): Promise<Progress> {
  const { intervalMs = 60_000, deadlineMs, signal, toleratedFailures = 3 } = options;
  const { pause = () => setTimeout(intervalMs, undefined, { signal: stop }) } = options;
  const deadline = deadlineMs === undefined ? undefined : AbortSignal.timeout(deadlineMs);
  const stop = AbortSignal.any([deadline, signal].filter((one) => one !== undefined));
  for (let rounds = 1, failures = 0; ; rounds += 1) {
    let failure: { error: unknown } | undefined;
    try {
      await stack.up({ refresh: true, ...options.up });
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > toleratedFailures || stop.aborted) throw error;
      failure = { error };
      options.onFailure?.(error);
    }
    const { deployment } = await stack.exportStack();
    // With its parser it is a tenth of a second that programs without this function need not pay.
    const { summarize }: typeof import("./job/summary") = require("./job/summary");
    const progress = { rounds, ...summarize(deployment) };
    options.onProgress?.(progress);
    if (failure && !progress.isUnfinished && progress.jobs.length > 0) throw failure.error;
    if (!failure && (!progress.isUnfinished || stop.aborted)) return progress;
    await pause(progress, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error; // it cuts the nap short only
    });
    if (stop.aborted) return progress;
  }
}
