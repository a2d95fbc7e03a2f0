// Whether a job that failed was ended because the cluster wanted its place for work of a higher priority. Pure.
import type { SessionEvent } from "../../server/sessionEvents";
import type { JobState } from "../state";
import type { Retry } from "./retry";

/** Clocks of a node and of the cluster's API differ. */
const clocksMs = 10_000;

/**
 * Whether the events of its session may tell it: one request for each such session. A job gets TERM then, and KILL
 * after a while; what it makes of TERM is its own matter, so where `retry` tells preemption apart any failure may be one.
 */
export function mayBePreempted({
  status,
  cause,
  signal,
  retry,
}: Partial<Pick<JobState, "status" | "cause" | "signal" | "retry">>): boolean {
  if (status !== "Failed") return false;
  if (cause === "Killed" || (cause === "Signal" && /^(SIG)?(TERM|KILL)$/.test(signal ?? ""))) {
    return true;
  }
  return [undefined, "ExitCode", "Signal"].includes(cause) && isToldApart(retry);
}

function isToldApart(retry: Retry | undefined): boolean {
  if (retry === undefined) return false;
  if (typeof retry.limit !== "number") return retry.limit.Preempted !== undefined;
  return retry.on?.includes("Preempted") ?? false;
}

/**
 * The scheduler's event on a pod that it took away is `Preempted`, a kubelet's is `Preempting`. What a pod says that
 * waits ("No preemption victims found for incoming pod") has another reason.
 * @param endTime of the job, ISO 8601: in a session that it shares, it may have ended before
 */
export function wasPreempted(
  events: readonly SessionEvent[],
  { endTime }: Partial<Pick<JobState, "endTime">>,
): boolean {
  const event = events.findLast(({ reason }) => reason === "Preempted" || reason === "Preempting");
  if (event === undefined) return false;
  const at = Date.parse(event.firstTime ?? event.lastTime ?? "");
  const end = Date.parse(endTime ?? "");
  return Number.isNaN(at) || Number.isNaN(end) || end >= at - clocksMs;
}
