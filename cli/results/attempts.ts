// All attempts of a job, with what each used: state has the use of the last one, the records have the others'.
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { Attempt, JobState, Usage } from "../../provider/job/state";
import { isFinished } from "../../provider/job/status";
import { outcomeOf, readRecord } from "../../provider/record/record";
import type { Seen } from "../stack/look";

export interface KnownAttempt extends Attempt {
  /** Counted from 1. */
  readonly attempt: number;
  readonly usage?: Usage | undefined;
  /** Its outputs were there: nothing ran. */
  readonly skipped?: boolean | undefined;
}

/** Oldest first; the last one stands for the job, also where it is Held. */
export function attemptsOf({ state }: Pick<Seen, "state">): KnownAttempt[] {
  const before = state.attempts ?? [];
  const first = state.attempt - before.length;
  const { status, cause, launchTime, startTime, endTime, exitCode, usage, skipped } = state;
  const { cores, ram } = { ...state, ...state.attemptSize };
  const last = { status, cause, launchTime, startTime, endTime, exitCode, usage, skipped };
  return [
    ...before.map((one, index) => ({ ...one, attempt: first + index })),
    { ...last, sessionId: state.sessionId, cores, ram, attempt: state.attempt },
  ];
}

export interface Recalled<J> {
  readonly jobs: readonly { readonly job: J; readonly attempts: readonly KnownAttempt[] }[];
  /** Which records could not be read, as sentences. */
  readonly problems: readonly string[];
}

/**
 * With what the records add: two or three small files for each attempt whose use state does not have.
 * @param arc undefined asks nobody
 */
export async function recalled<J extends Seen>(
  jobs: readonly J[],
  arc: Connection["arc"] | undefined,
): Promise<Recalled<J>> {
  const problems: string[] = [];
  const all = await Promise.all(
    jobs.map(async (job) => {
      const attempts = await Promise.all(
        attemptsOf(job).map(async (one) => {
          const folder = folderOf(job.state, one);
          if (arc === undefined || folder === undefined) return one;
          try {
            return { ...one, ...(await usageIn(arc, folder)) };
          } catch (error) {
            problems.push(`${job.name}: the record of attempt ${one.attempt}: ${messageOf(error)}`);
            return one;
          }
        }),
      );
      return { job, attempts };
    }),
  );
  return { jobs: all, problems };
}

/** Where an attempt's record would be, if it can tell more than is known. */
function folderOf({ recordedIn }: JobState, attempt: KnownAttempt): string | undefined {
  if (recordedIn === undefined || attempt.usage || !isFinished(attempt.status)) return undefined;
  return `${recordedIn.slice(0, recordedIn.lastIndexOf("/"))}/${attempt.attempt}`;
}

async function usageIn(
  arc: Connection["arc"],
  folder: string,
): Promise<Pick<KnownAttempt, "usage" | "cause" | "skipped">> {
  const recorded = await readRecord(arc, folder);
  if (!recorded?.end) return {};
  const { usage, cause, skipped } = outcomeOf(recorded);
  return { usage, ...(cause !== undefined && { cause }), ...(skipped && { skipped }) };
}
