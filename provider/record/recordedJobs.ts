// Which jobs a folder of records has, as their wrappers wrote it when they began (`wrapper.sh`): for who has no stack
// that knows them.
import { z } from "zod";
import type { Arc } from "./arc";
import { recordRoot } from "./record";

/** One attempt that has begun. */
export interface RecordedAttempt {
  readonly id: string;
  readonly attempt: number;
  /** ISO 8601. */
  readonly start: string;
  readonly image?: string | undefined;
  /** What its user calls it; unknown of a job of a pack. */
  readonly name?: string | undefined;
  readonly cores?: number | undefined;
  /** GiB. */
  readonly ram?: number | undefined;
  readonly gpus?: number | undefined;
}

const line = z.looseObject({
  job: z.string().regex(/^[a-z0-9-]+\/[1-9]\d{0,2}$/),
  start: z.iso.datetime(),
  image: z.string().optional(),
  name: z.string().optional(),
  cores: z.number().optional(),
  ram: z.number().optional(),
  gpus: z.number().optional(),
});

/** The file in which each attempt writes a line as it begins. */
export function jobsFile(record: string): string {
  return `${recordRoot(record)}/jobs.jsonl`;
}

/**
 * @returns each attempt once, as it began last, in the order in which they began; undefined where nothing is recorded there
 * @throws as `Arc.read`
 */
export async function recordedAttempts(
  arc: Arc,
  record: string,
): Promise<readonly RecordedAttempt[] | undefined> {
  const text = await arc.read(jobsFile(record));
  return text === undefined ? undefined : attemptsIn(text);
}

/** @param text as far as it was written: a line that is none is passed over, as a full disk leaves it */
export function attemptsIn(text: string): RecordedAttempt[] {
  const found = new Map<string, RecordedAttempt>();
  for (const one of text.split("\n")) {
    const attempt = attemptIn(one);
    if (attempt === undefined) continue;
    const key = `${attempt.id}/${attempt.attempt}`;
    found.delete(key); // what began last comes last
    found.set(key, attempt);
  }
  return [...found.values()];
}

function attemptIn(text: string): RecordedAttempt | undefined {
  try {
    const { data } = line.safeParse(JSON.parse(text));
    if (data === undefined) return undefined;
    const [id = "", attempt] = data.job.split("/");
    const { start, image, name, cores, ram, gpus } = data;
    return { id, attempt: Number(attempt), start, image, name, cores, ram, gpus };
  } catch {
    return undefined;
  }
}
