// All attempts of a job, with what each used: state has the use of the last one, the records have the others'.
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import { attemptsOf, type NumberedAttempt, recordFolderOf } from "../../provider/job/attempts";
import type { JobState } from "../../provider/job/state";
import { isFinished } from "../../provider/job/status";
import { type KnownOfAttempt, outcomeOf, readEnded } from "../../provider/record/record";
import type { ObservedJob } from "../stack/observe";

export interface Recalled<J> {
  readonly jobs: readonly { readonly job: J; readonly attempts: readonly NumberedAttempt[] }[];
  /** Which records could not be read, as sentences. */
  readonly problems: readonly string[];
}

/**
 * With what the records add: one or two small files for each attempt whose use state does not have.
 * @param arc undefined asks nobody
 */
export async function withRecordedEnds<J extends ObservedJob>(
  jobs: readonly J[],
  arc: Connection["arc"] | undefined,
): Promise<Recalled<J>> {
  const problems: string[] = [];
  const all = await Promise.all(
    jobs.map(async (job) => {
      const attempts = await Promise.all(
        attemptsOf(job.state).map(async (one) => {
          const folder = folderOf(job.state, one);
          if (arc === undefined || folder === undefined) return one;
          try {
            return { ...one, ...(await usageIn(arc, folder, knownOf(job.state, one))) };
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
function folderOf(
  state: JobState,
  { attempt, status, usage }: NumberedAttempt,
): string | undefined {
  return usage || !isFinished(status) ? undefined : recordFolderOf(state, attempt);
}

function knownOf(state: JobState, { attempt, startTime }: NumberedAttempt): KnownOfAttempt {
  return { startTime, ...(attempt === state.attempt && { isRecordNew: state.isRecordNew }) };
}

async function usageIn(
  arc: Connection["arc"],
  folder: string,
  known: KnownOfAttempt,
): Promise<Pick<NumberedAttempt, "usage" | "cause" | "skipped">> {
  const recorded = await readEnded(arc, folder, known);
  if (recorded === undefined) return {};
  const { usage, cause, skipped } = outcomeOf(recorded);
  return { usage, ...(cause !== undefined && { cause }), ...(skipped && { skipped }) };
}
