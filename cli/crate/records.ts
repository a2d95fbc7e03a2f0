// Reads what attempts wrote down of themselves below /arc, for a crate. The words of their commands are there too. Those of a
// stack's jobs stay there: what is secret in a program is plain text to the process that gets it.
import { z } from "zod";
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import { attemptsOf, type NumberedAttempt, recordFolderOf } from "../../provider/job/attempts";
import { isFinished } from "../../provider/job/status";
import { type Recorded, readRecord } from "../../provider/record/record";
import { plainText } from "../../provider/text/plainText";
import type { ObservedJob } from "../stack/observe";
import type { RecordedAttempt } from "./publishedJob";

export interface AttemptWithRecord {
  readonly of: NumberedAttempt;
  readonly record: RecordedAttempt | undefined;
  /** Of a job that was submitted: the words that its process got. */
  readonly argv?: readonly string[] | undefined;
}

export interface ReadRecords {
  readonly byJob: ReadonlyMap<ObservedJob, readonly AttemptWithRecord[]>;
  /** Which could not be read, as sentences. */
  readonly problems: readonly string[];
}

/** So many jobs' records are read at a time; the transport bounds requests besides. */
const atATime = 32;

interface Reading {
  /** Undefined asks nobody. */
  readonly arc: Connection["arc"] | undefined;
  /** Whether a job was submitted on a command line, which has no secrets. */
  readonly isSubmitted: (job: ObservedJob) => boolean;
}

export async function recordsOf(
  jobs: readonly ObservedJob[],
  reading: Reading,
): Promise<ReadRecords> {
  const problems: string[] = [];
  const byJob = new Map<ObservedJob, readonly AttemptWithRecord[]>();
  for (let at = 0; at < jobs.length; at += atATime) {
    const some = jobs.slice(at, at + atATime);
    const read = await Promise.all(
      some.map((job) =>
        Promise.all(launchedOf(job).map((of) => recordOf(job, of, reading, problems))),
      ),
    );
    for (const [index, job] of some.entries()) byJob.set(job, read[index] ?? []);
  }
  return { byJob, problems };
}

/** Those that had a session: the last one may be Held. */
function launchedOf({ state }: ObservedJob): readonly NumberedAttempt[] {
  return attemptsOf(state).filter(
    ({ sessionId, startTime }) => sessionId !== undefined || startTime !== undefined,
  );
}

async function recordOf(
  job: ObservedJob,
  of: NumberedAttempt,
  { arc, isSubmitted }: Reading,
  problems: string[],
): Promise<AttemptWithRecord> {
  const { name, state } = job;
  const folder = isFinished(of.status) ? recordFolderOf(state, of.attempt) : undefined;
  if (folder === undefined || arc === undefined) return { of, record: fromState(of) };
  const isLast = of.attempt === state.attempt;
  const known = { startTime: of.startTime, ...(isLast && { isRecordNew: state.isRecordNew }) };
  try {
    const [recorded, begun] = await Promise.all([
      readRecord(arc, folder, known),
      arc.read(`${folder}/start.json`).then(begunIn),
    ]);
    if (recorded === undefined) return { of, record: fromState(of) };
    const argv = isSubmitted(job) ? begun.argv : undefined;
    return { of, record: told(recorded, begun.host), argv };
  } catch (error) {
    problems.push(`${name}: the record of attempt ${of.attempt}: ${messageOf(error)}`);
    return { of, record: fromState(of) };
  }
}

function told({ start, end }: Recorded, host: string | undefined): RecordedAttempt {
  if (end === undefined) return withoutUndefined({ start, host });
  const { exitCode, signal, cause, peakMemoryBytes, meanCores, samples, skipped } = end;
  return withoutUndefined({
    ...{ start: end.start ?? start, end: end.end, host, exitCode, signal, cause },
    ...{ peakMemoryBytes, meanCores, samples },
    ...(end.missingOutputs.length > 0 && { missingOutputs: [...end.missingOutputs] }),
    ...(skipped && { skipped }),
  });
}

/** What the stack remembers of a record. */
function fromState({ usage, skipped }: NumberedAttempt): RecordedAttempt | undefined {
  if (usage === undefined && !skipped) return undefined;
  const { peakRamGiB, meanCores, samples } = usage ?? {};
  const peakMemoryBytes = peakRamGiB === undefined ? undefined : Math.round(peakRamGiB * 2 ** 30);
  return withoutUndefined({ peakMemoryBytes, meanCores, samples, skipped });
}

const startFile = z.looseObject({
  host: z.string().optional(),
  argv: z.array(z.string()).optional(),
});

function begunIn(text: string | undefined): z.infer<typeof startFile> {
  if (text === undefined) return {};
  try {
    const { host, argv } = startFile.parse(JSON.parse(text));
    return { ...(host && { host: plainText(host) }), ...(argv && { argv }) };
  } catch {
    return {}; // `readRecord` says what is wrong with it where that matters
  }
}

type Partly<T> = { readonly [Name in keyof T]: T[Name] | undefined };

function withoutUndefined(record: Partly<RecordedAttempt>): RecordedAttempt {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as unknown as RecordedAttempt;
}
