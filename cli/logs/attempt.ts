// The attempts of a job, as far as their logs are concerned. Pure.
import { isFinished } from "../../provider/job/status";
import { CommandError } from "../commandError";
import type { Seen } from "../stack/look";

/** One attempt of a job: what has a log of its own. */
export interface Attempt {
  /** The job's name in the program. */
  readonly job: string;
  /** Its name on the server. */
  readonly id: string;
  readonly attempt: number;
  readonly status: string;
  /** Why it is Held. */
  readonly reason?: string | undefined;
  /** Nothing more is written to its log. */
  readonly isOver: boolean;
  readonly sessionId?: string | undefined;
  /** The folder of its record, as jobs see it. */
  readonly recordedIn?: string | undefined;
  /** Where its log was saved. */
  readonly logPath?: string | undefined;
  /** The folder that logs of the job are saved in, as declared. */
  readonly logs?: string | undefined;
}

/**
 * @param number an attempt before the one that stands for the job
 * @throws CommandError where there was none of that number
 */
export function attemptOf({ name, id, state, isKnown }: Seen, number = state.attempt): Attempt {
  const { attempt, attempts = [], status, recordedIn, logs } = state;
  if (number === attempt) {
    const isOver = isFinished(status) || status === "Lost" || !isKnown;
    const { reason, sessionId, logPath } = state;
    return {
      ...{ job: name, id, attempt, status, reason, isOver },
      ...{ sessionId, recordedIn, logPath, logs },
    };
  }
  const first = attempt - attempts.length;
  const past = attempts[number - first];
  if (past === undefined) {
    const known = attempts.length === 0 ? `${attempt}` : `${first} to ${attempt}`;
    throw new CommandError(`${name} has no attempt ${number}: known is ${known}`);
  }
  const folder = recordedIn?.slice(0, recordedIn.lastIndexOf("/"));
  return {
    ...{ job: name, id, attempt: number, status: past.status, isOver: true },
    ...{ sessionId: past.sessionId, logs },
    recordedIn: folder && `${folder}/${number}`,
  };
}

/** All of a job's, the oldest first. */
export function attemptsOf(job: Seen): Attempt[] {
  const past = job.state.attempts ?? [];
  const first = job.state.attempt - past.length;
  return Array.from({ length: past.length + 1 }, (_, index) => attemptOf(job, first + index));
}
