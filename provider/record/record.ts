// What a recorded attempt left behind, and what that says of it. The files are written by the wrapper
// (`wrapper.ts`) in `<record>/<id>/<attempt>/`; reading them is asking an `Arc`. Pure but for that.
import { z } from "zod";
import type { Usage } from "../job/attempts";
import type { Cause } from "../job/cause";
import { plainText } from "../plainText";
import { wanted } from "../wanted";
import type { Arc } from "./arc";

/** One attempt's record, as far as it was written. */
export interface Recorded {
  /** ISO 8601; undefined where it says no time. */
  readonly start: string | undefined;
  readonly end?: RecordedEnd | undefined;
}

export interface RecordedEnd {
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

const startFile = z.looseObject({ start: time });
const endFile = z.looseObject({
  exitCode: z.int(),
  signal: text,
  cause: text,
  end: time,
  peakMemoryBytes: number,
  meanCores: number,
  samples: number,
  missingOutputs: z
    .array(z.string().transform(plainText))
    .nullish()
    .transform((list) => list ?? []),
  skipped: z
    .boolean()
    .nullish()
    .transform((skipped) => skipped ?? false),
});

/** Written over an attempt whose job was removed or replaced: what is declared again runs again. */
const voidedFile = "voided";

/** `<record>/<id>/<attempt>`: where an attempt is recorded. */
export function recordFolder(record: string, id: string, attempt: number): string {
  return `${record.replace(/\/+$/, "")}/${id}/${attempt}`;
}

/**
 * @returns undefined where there is no record, or a voided one
 * @throws what the Arc throws, and an error that names a file that cannot be understood
 */
export async function readRecord(arc: Arc, folder: string): Promise<Recorded | undefined> {
  const found = await findRecord(arc, folder);
  return typeof found === "string" ? undefined : found;
}

/**
 * The same, where it matters why there is none: one request for an attempt that never began, three else.
 * @throws as `readRecord`
 */
export async function findRecord(
  arc: Arc,
  folder: string,
): Promise<Recorded | "never began" | "voided"> {
  const start = await arc.read(`${folder}/start.json`);
  if (start === undefined) return "never began";
  const [voided, end] = await Promise.all([
    arc.read(`${folder}/${voidedFile}`),
    arc.read(`${folder}/end.json`),
  ]);
  if (voided !== undefined) return "voided";
  return {
    start: parsed(`${folder}/start.json`, start, startFile).start,
    end: end === undefined ? undefined : endOf(parsed(`${folder}/end.json`, end, endFile)),
  };
}

/** Marks an attempt's record as no longer valid, and keeps its files. */
export async function voidRecord(arc: Arc, folder: string, now: number): Promise<void> {
  if ((await arc.read(`${folder}/start.json`)) === undefined) return; // it never began
  await arc.write(`${folder}/${voidedFile}`, `${new Date(now).toISOString()}\n`);
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

function endOf(file: z.infer<typeof endFile>): RecordedEnd {
  const { exitCode, signal, end, peakMemoryBytes, meanCores, samples } = file;
  return {
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

function parsed<T>(path: string, content: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new Error(`the record ${path} is not whole JSON: was the disk full?`, { cause: error });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(
    `the record ${path} is not understood, at ${issue?.path.join(".") || "its top"}: it ${issue && wanted(issue)}`,
  );
}
