// What the stack remembers of a job: its inputs, and the session that stands for it. The engine stores
// this as the resource's outputs; `diff` judges from it alone.
import type { Session } from "../api";
import { attemptName } from "./identity";
import type { JobInputs } from "./inputs";
import { type Status, statusOf } from "./status";

export interface JobState extends Omit<JobInputs, "identity" | "jobName"> {
  /** The Skaha API that the job was launched on, and as whom; another one is refused. */
  readonly server: string;
  readonly userId?: string | undefined;
  readonly status: Status;
  /** Why a job is `Held`. */
  readonly reason?: string | undefined;
  readonly attempt: number;
  readonly sessionId?: string | undefined;
  readonly sessionName?: string | undefined;
  /** ISO 8601, as the server gave them; absent until it does. */
  readonly startTime?: string | undefined;
  readonly expiryTime?: string | undefined;
}

/** Reads state back from the engine, which stored what this module made. */
export function trustedState(props: Readonly<Record<string, unknown>>): JobState {
  return props as unknown as JobState;
}

/** What state repeats of the inputs; the rest of them only `check` needs. */
export function remembered(inputs: JobInputs): Omit<JobInputs, "identity" | "jobName"> {
  const { identity: _identity, jobName: _jobName, ...kept } = inputs;
  const { __provider: _provider, ...own } = kept as typeof kept & { __provider?: unknown };
  return own;
}

/** The part of state that follows from a session the server shows. */
export function observed(session: Session, attempt: number) {
  return {
    status: statusOf(session.status),
    attempt,
    sessionId: session.id,
    sessionName: session.name,
    startTime: session.startTime,
    expiryTime: session.expiryTime,
    reason: undefined,
  };
}

/** The part of state of a session that was launched this moment and not seen in a list yet. */
export function launched(id: string, attempt: number, sessionId: string) {
  return {
    status: "Pending",
    attempt,
    sessionId,
    sessionName: attemptName(id, attempt),
    startTime: undefined,
    expiryTime: undefined,
    reason: undefined,
  };
}
