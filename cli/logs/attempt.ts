// The attempts of a job, as far as their logs are concerned. Pure.
import { attemptsOf, pastAttemptsOf, recordFolderOf } from "../../provider/job/attempts";
import { hasEnded } from "../../provider/job/status";
import { CommandError } from "../commandError";
import type { ObservedJob } from "../stack/observe";

/** One attempt of a job: what has a log of its own. */
export interface LoggedAttempt {
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
export function loggedAttemptOf(
  { name, id, state, isKnown }: ObservedJob,
  number = state.attempt,
): LoggedAttempt {
  const { attempt, status, recordedIn, logs } = state;
  if (number === attempt) {
    const isOver = hasEnded(status) || !isKnown;
    const { reason, sessionId, logPath } = state;
    return {
      ...{ job: name, id, attempt, status, reason, isOver },
      ...{ sessionId, recordedIn, logPath, logs },
    };
  }
  const before = pastAttemptsOf(state);
  const past = before.find((one) => one.attempt === number);
  if (past === undefined) {
    const [first] = before;
    const there =
      first === undefined
        ? `it has only attempt ${attempt}`
        : `it has the attempts ${first.attempt} to ${attempt}`;
    throw new CommandError(`${name} has no attempt ${number}: ${there}`);
  }
  return {
    ...{ job: name, id, attempt: number, status: past.status, isOver: true },
    ...{ sessionId: past.sessionId, logs },
    recordedIn: recordFolderOf(state, number),
  };
}

/** All of a job's, the oldest first. */
export function loggedAttemptsOf(job: ObservedJob): LoggedAttempt[] {
  return attemptsOf(job.state).map(({ attempt }) => loggedAttemptOf(job, attempt));
}
