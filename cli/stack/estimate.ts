// How long until nothing of a stack lives or waits, judged from the jobs that have ended. Pure.
import { hasEnded, isAlive } from "../../provider/job/status";
import type { JobView } from "./jobView";

/**
 * The work that is left, at the median duration of jobs that completed, shared by the sessions that run now.
 * Of a job without a record only the most that it took is known: what follows from that is the most as well.
 * @returns milliseconds; undefined while no job has completed, or none runs
 */
export function remainingMs(jobs: readonly JobView[]): number | undefined {
  const typical = median(
    jobs.flatMap(({ status, seconds, maxSeconds }) =>
      status === "Completed" ? (seconds ?? maxSeconds ?? []) : [],
    ),
  );
  const running = jobs.filter(({ status }) => status === "Running");
  if (typical === undefined || running.length === 0) return undefined;
  const left = jobs
    .filter(({ status }) => status === "Held" || isAlive(status))
    .map(({ status, seconds = 0 }) =>
      status === "Running" ? Math.max(0, typical - seconds) : typical,
    );
  const shared = left.reduce((sum, one) => sum + one, 0) / running.length;
  // However many share the work, the longest piece is done by one.
  return 1_000 * Math.max(shared, ...left);
}

/** Whether a job is over, for whoever waits: also one whose session is gone for good. */
export function isOver({ status, isKnown }: JobView): boolean {
  return hasEnded(status) || !isKnown;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
