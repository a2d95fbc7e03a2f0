// What a recorded attempt left behind, and what that says of it. The files are written by the wrapper
// (`wrapper.ts`) in `<record>/<id>/<attempt>/`; reading them is asking an `Arc`. Pure but for that.
import { z } from "zod";
import type { Usage } from "../job/attempts";
import type { Cause } from "../job/cause";
import { issueText } from "../text/issueText";
import { plainText } from "../text/plainText";
import type { Arc } from "./arc";
import { asDeclared } from "./outputs";

/** One attempt's record, as far as it was written. */
export interface Recorded {
  /** ISO 8601; undefined where it says no time. */
  readonly start: string | undefined;
  readonly end?: RecordedEnd | undefined;
}

export interface RecordedEnd {
  /** ISO 8601; undefined where it says no time. */
  readonly start: string | undefined;
  readonly exitCode: number;
  readonly signal?: string | undefined;
  readonly cause?: Cause | undefined;
  /** ISO 8601; undefined where it says no time. */
  readonly end: string | undefined;
  readonly peakMemoryBytes?: number | undefined;
  readonly meanCores?: number | undefined;
  readonly samples?: number | undefined;
  readonly missingOutputs: readonly string[];
  /** All outputs were there before the start: nothing was run. */
  readonly skipped: boolean;
}

const number = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
// A job may write what it likes into its record, and it is shown.
const text = z
  .string()
  .nullish()
  .transform((value) => (value ? plainText(value) : undefined));
const time = z.string().transform((value) => (Number.isNaN(Date.parse(value)) ? undefined : value));

const startFile = z.looseObject({ start: time, name: text.catch(undefined) });
const endFile = z.looseObject({
  exitCode: z.int(),
  signal: text,
  cause: text,
  start: time.nullish().transform((value) => value ?? undefined),
  end: time,
  peakMemoryBytes: number,
  meanCores: number,
  samples: number,
  missingOutputs: z
    .array(z.string().transform(plainText).transform(asDeclared))
    .nullish()
    .transform((list) => list ?? []),
  skipped: z
    .boolean()
    .nullish()
    .transform((skipped) => skipped ?? false),
});

/** Written over an attempt whose job was removed or replaced: what is declared again runs again. */
const voidedFile = "voided";

/** Written beside an end that whoever submitted the job has learnt of: asked for again, the job runs again. */
const acknowledgedFile = "acknowledged";

/** The folder of all records as paths begin with it: without slashes at its end. */
export function recordRoot(record: string): string {
  return record.replace(/\/+$/, "");
}

/** `<record>/<id>/<attempt>`: where an attempt is recorded. */
export function recordFolder(record: string, id: string, attempt: number): string {
  return `${recordRoot(record)}/${id}/${attempt}`;
}

/** What the stack knows of an attempt; it can spare a request. */
export interface KnownOfAttempt {
  /** Nothing was recorded in the folder before the launch: no earlier run's files, none voided. */
  readonly isRecordNew?: boolean | undefined;
  /** When its session began by the server's clock: what began later is of this session, and cannot be voided. ISO 8601. */
  readonly startTime?: string | undefined;
}

/**
 * The record of an attempt whose session is over: one request where it ended and its folder was new, or its session's
 * start is known; three at most.
 * @returns undefined where there is no record, or a voided one
 * @throws what the Arc throws, and an error that names a file that cannot be understood
 */
export async function readRecord(
  arc: Arc,
  folder: string,
  known: KnownOfAttempt = {},
): Promise<Recorded | undefined> {
  const end = await readEnd(arc, folder, known);
  if (end === "voided") return undefined;
  if (end) return { start: end.start ?? (await readStart(arc, folder))?.start, end };
  const recorded = await readStart(arc, folder);
  if (!recorded || (await isVoided(arc, folder, recorded.start, known))) return undefined;
  return recorded;
}

/**
 * The same, of one that has ended: it is not asked for more where it has not.
 * @throws as `readRecord`
 */
export async function readEnded(
  arc: Arc,
  folder: string,
  known: KnownOfAttempt = {},
): Promise<Recorded | undefined> {
  const end = await readEnd(arc, folder, known);
  return end && end !== "voided" ? { start: end.start, end } : undefined;
}

/** An attempt's end, if it has one. */
async function readEnd(
  arc: Arc,
  folder: string,
  known: KnownOfAttempt = {},
): Promise<RecordedEnd | "voided" | undefined> {
  const end = await readEndFile(arc, folder);
  if (end === undefined) return undefined;
  return (await isVoided(arc, folder, end.start, known)) ? "voided" : end;
}

/**
 * The record of an attempt of which nothing is known: one request where it never began, three else.
 * @throws as `readRecord`
 */
export async function findRecord(
  arc: Arc,
  folder: string,
): Promise<Recorded | "never began" | "voided"> {
  const recorded = await readStart(arc, folder);
  if (recorded === undefined) return "never began";
  const [wasVoided, end] = await Promise.all([isVoided(arc, folder), readEndFile(arc, folder)]);
  return wasVoided ? "voided" : { ...recorded, end };
}

/** Marks an attempt's record, where there is one, as no longer valid, and keeps its files. */
export async function voidRecord(arc: Arc, folder: string, now: number): Promise<void> {
  await arc.write(`${folder}/${voidedFile}`, `${new Date(now).toISOString()}\n`);
}

/** Notes beside an attempt's record that whoever submitted the job knows its end. */
export async function acknowledge(arc: Arc, folder: string, now: number): Promise<void> {
  await arc.write(`${folder}/${acknowledgedFile}`, `${new Date(now).toISOString()}\n`);
}

export async function isAcknowledged(arc: Arc, folder: string): Promise<boolean> {
  return ((await arc.read(`${folder}/${acknowledgedFile}`)) ?? "") !== "";
}

/** When an attempt began, by its record, voided or not. ISO 8601; undefined where it has none. */
export async function beginOf(arc: Arc, folder: string): Promise<string | undefined> {
  return (await readStart(arc, folder))?.start;
}

/** What its user calls the job, by an attempt's record; undefined where that has not begun, or does not say. */
export async function startedName(
  arc: Arc,
  record: string,
  id: string,
  attempt: number,
): Promise<string | undefined> {
  return (await readStartFile(arc, recordFolder(record, id, attempt)))?.name;
}

async function readStart(arc: Arc, folder: string): Promise<Recorded | undefined> {
  const file = await readStartFile(arc, folder);
  return file && { start: file.start };
}

async function readStartFile(
  arc: Arc,
  folder: string,
): Promise<z.infer<typeof startFile> | undefined> {
  const path = `${folder}/start.json`;
  const content = await arc.read(path);
  return content === undefined ? undefined : parsed(path, content, startFile);
}

async function readEndFile(arc: Arc, folder: string): Promise<RecordedEnd | undefined> {
  const path = `${folder}/end.json`;
  const content = await arc.read(path);
  return content === undefined ? undefined : endOf(parsed(path, content, endFile));
}

/**
 * Only with a time in it: VOSpace makes an empty file before it sees that whoever voids may not write. A new session
 * takes the mark away as it begins.
 * @param start when what was recorded began
 */
async function isVoided(
  arc: Arc,
  folder: string,
  start?: string,
  { isRecordNew, startTime }: KnownOfAttempt = {},
): Promise<boolean> {
  if (isRecordNew) return false;
  if (start && startTime && Date.parse(start) >= Date.parse(startTime)) return false;
  const path = `${folder}/${voidedFile}`;
  const content = (await arc.read(path)) ?? "";
  if (/^\s*</.test(content))
    throw new Error(`the record ${path} is not understood: it ${aWebPage}`);
  return /^\s*\d{4}-\d\d-\d\dT/.test(content) && !Number.isNaN(Date.parse(content.trim()));
}

/** What a record says of an attempt whose session is over. */
export function outcomeOf({ start, end }: Recorded) {
  if (!end) {
    return { status: "Failed", cause: "Killed" as const, startTime: start };
  }
  const isGood = end.exitCode === 0 && end.missingOutputs.length === 0 && end.cause === undefined;
  return {
    status: isGood ? "Completed" : "Failed",
    cause: end.cause ?? (isGood ? undefined : ("ExitCode" as const)),
    exitCode: end.exitCode,
    signal: end.signal,
    startTime: start,
    endTime: end.end,
    missingOutputs: end.missingOutputs.length > 0 ? end.missingOutputs : undefined,
    skipped: end.skipped || undefined,
    usage: usageOf(end),
  };
}

function usageOf({ peakMemoryBytes, meanCores, samples }: RecordedEnd): Usage | undefined {
  if (peakMemoryBytes === undefined && meanCores === undefined) return undefined;
  return {
    ...(peakMemoryBytes !== undefined && { peakRamGiB: rounded(peakMemoryBytes / 2 ** 30) }),
    ...(meanCores !== undefined && { meanCores: rounded(meanCores) }),
    ...(samples !== undefined && { samples }),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** An end as a pack's ledger has it, which took it from the job's own record; undefined for what is none. */
export function recordedEndOf(value: unknown): RecordedEnd | undefined {
  const { data } = endFile.safeParse(value);
  return data && endOf(data);
}

function endOf(file: z.infer<typeof endFile>): RecordedEnd {
  const { start, exitCode, signal, end, peakMemoryBytes, meanCores, samples } = file;
  return {
    start,
    exitCode,
    signal,
    cause: file.cause as Cause | undefined, // a cause of a later release is shown as it is
    end,
    peakMemoryBytes,
    meanCores,
    samples,
    missingOutputs: file.missingOutputs,
    skipped: file.skipped,
  };
}

const aWebPage = "is a web page, perhaps one to log in, and no record";

function parsed<T>(path: string, content: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    const isPage = /^\s*</.test(content);
    const said = isPage
      ? `is not understood: it ${aWebPage}`
      : "is not whole JSON: was the disk full?";
    throw new Error(`the record ${path} ${said}`, { cause: error });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(
    `the record ${path} is not understood, at ${issue?.path.join(".") || "its top"}: it ${issue && issueText(issue)}`,
  );
}
