// The sessions that stood for a job, one after the other: what is kept of each, what size it had, and where it is
// recorded. Pure.
import type { Status } from "./status";

/** What a recorded job used. */
export interface Usage {
  /** GiB. */
  readonly peakRamGiB?: number;
  readonly meanCores?: number;
  /** How many heartbeats that comes from. */
  readonly samples?: number;
}

/** One session that stood for a job before, as state keeps it. */
export interface Attempt {
  readonly sessionId?: string | undefined;
  readonly status: Status;
  /** Why it ended badly, where more is known than its status. */
  readonly cause?: string | undefined;
  /** Of a recorded job. */
  readonly exitCode?: number | undefined;
  /** When it was launched; unknown of a session that was found. ISO 8601. */
  readonly launchTime?: string | undefined;
  /** ISO 8601. */
  readonly startTime?: string | undefined;
  /** Of a recorded job: when it ended. ISO 8601. */
  readonly endTime?: string | undefined;
  /** Of a job without a record: when its end was first seen; it ended then or earlier. ISO 8601. */
  readonly endSeenTime?: string | undefined;
  /** GiB it was launched with. */
  readonly ram?: number | undefined;
  readonly cores?: number | undefined;
}

/** What a job's state says of the attempt that stands for it, and of those before. */
export interface PresentAttempt extends Attempt {
  /** Counted from 1. */
  readonly attempt: number;
  /** The attempts before this one, oldest first. */
  readonly attempts?: readonly Attempt[] | undefined;
  readonly gpus?: number | undefined;
  /** What this attempt was launched with, where that is not what is declared. */
  readonly attemptSize?: { readonly cores?: number; readonly ram?: number } | undefined;
  /** Where it is recorded: `<record>/<id>/<attempt>`, as jobs see it. */
  readonly recordedIn?: string | undefined;
  readonly usage?: Usage | undefined;
  /** Its outputs were there: nothing ran. */
  readonly skipped?: boolean | undefined;
}

/** Any attempt, also the one that stands for the job. */
export interface NumberedAttempt extends Attempt {
  /** Counted from 1. */
  readonly attempt: number;
  readonly usage?: Usage | undefined;
  /** Its outputs were there: nothing ran. */
  readonly skipped?: boolean | undefined;
}

export interface Size {
  readonly cores?: number | undefined;
  /** GiB. */
  readonly ram?: number | undefined;
  readonly gpus?: number | undefined;
}

/** The attempts before the one that stands for the job, oldest first. A session that was found may be a later one than 1. */
export function pastAttemptsOf({
  attempt,
  attempts = [],
}: Pick<PresentAttempt, "attempt" | "attempts">): NumberedAttempt[] {
  const first = attempt - attempts.length;
  return attempts.map((one, index) => ({ ...one, ...endOf(one), attempt: first + index }));
}

/** All attempts, oldest first; the last one stands for the job, also where it is Held. */
export function attemptsOf(state: PresentAttempt): NumberedAttempt[] {
  const { attempt, usage, skipped } = state;
  return [...pastAttemptsOf(state), { ...kept(state), attempt, usage, skipped }];
}

/** What the present attempt becomes when another one follows it. */
export function kept(state: PresentAttempt): Attempt {
  const { sessionId, status, cause, exitCode, launchTime, startTime } = state;
  const { cores, ram } = sizeOf(state);
  return { sessionId, status, cause, exitCode, launchTime, startTime, ...endOf(state), ram, cores };
}

/**
 * When an attempt ended, where that is known, else when its end was first seen. Earlier versions left
 * both in `endTime`: there an exit code shows that it comes from a record.
 */
export function endOf({
  endTime,
  endSeenTime,
  exitCode,
}: Pick<Attempt, "endTime" | "endSeenTime" | "exitCode">): Pick<
  Attempt,
  "endTime" | "endSeenTime"
> {
  const isOld = endTime !== undefined && exitCode === undefined;
  return isOld ? { endTime: undefined, endSeenTime: endTime } : { endTime, endSeenTime };
}

/** What the present attempt was launched with: `retry` may have made it grow. Memory in GiB. */
export function sizeOf({
  cores,
  ram,
  gpus,
  attemptSize,
}: Pick<PresentAttempt, "cores" | "ram" | "gpus" | "attemptSize">): Size {
  return { cores, ram, gpus, ...attemptSize };
}

/** Where an attempt of a recorded job is recorded, `<record>/<id>/<attempt>` as jobs see it. */
export function recordFolderOf(
  { recordedIn }: Pick<PresentAttempt, "recordedIn">,
  attempt: number,
): string | undefined {
  return recordedIn && `${recordedIn.slice(0, recordedIn.lastIndexOf("/"))}/${attempt}`;
}
