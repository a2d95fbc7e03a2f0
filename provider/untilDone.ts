// Repeats `up` until nothing of a stack waits or runs: for programs that use the Automation API. Each `up`
// is short, and between two of them the stack is unlocked.
import { setTimeout } from "node:timers/promises";
import type * as automation from "@pulumi/pulumi/automation";
import { type JobSummary, summarize } from "./job/summary";

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
  /** Milliseconds after which no further `up` is begun. @default none */
  readonly deadlineMs?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops after the `up` under way. */
  readonly signal?: AbortSignal;
  /** Handed to each `up`, like `parallel` and `onOutput`. */
  readonly up?: automation.UpOptions;
}

/**
 * @returns how the jobs stand at the end; `isUnfinished` is true where the deadline or the signal ended it.
 * Jobs that nothing but an edit can bring on, like successors of a failed one, do not keep it going.
 * @throws what `stack.up` throws
 */
export async function untilDone(
  stack: automation.Stack,
  { intervalMs = 60_000, deadlineMs, onProgress, signal, up }: UntilDoneOptions = {},
): Promise<Progress> {
  const deadline = deadlineMs === undefined ? undefined : AbortSignal.timeout(deadlineMs);
  const stop = AbortSignal.any([deadline, signal].filter((one) => one !== undefined));
  for (let rounds = 1; ; rounds += 1) {
    await stack.up({ refresh: true, ...up });
    const { deployment } = await stack.exportStack();
    const progress = { rounds, ...summarize(deployment) };
    onProgress?.(progress);
    if (!progress.isUnfinished || stop.aborted) return progress;
    await setTimeout(intervalMs, undefined, { signal: stop }).catch(() => {}); // cuts the nap short only
    if (stop.aborted) return progress;
  }
}
