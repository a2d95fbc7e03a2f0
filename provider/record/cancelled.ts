// Which attempts of a job outside any stack its user cancelled. They are in a file beside the folders of the jobs, because an
// attempt that was cancelled before it began has no folder. What was cancelled stays so: the next attempt has the next
// number. Pure but for asking an `Arc`.
import type { Arc } from "./arc";
import { recordRoot } from "./record";

/** By attempt, when it was cancelled. ISO 8601. */
export type CancelledAttempts = ReadonlyMap<number, string>;

/** The file of a job. It has a line for each attempt: its number, a blank, the time. */
export function cancelledFile(record: string, id: string): string {
  return `${recordRoot(record)}/${id}.cancelled`;
}

/** @throws as `Arc.read` */
export async function cancelledAttempts(
  arc: Pick<Arc, "read">,
  record: string,
  id: string,
): Promise<CancelledAttempts> {
  return cancelledIn((await arc.read(cancelledFile(record, id))) ?? "");
}

/**
 * Replaces what is written there.
 * @returns false where there is no folder of records yet: nothing that was to be recorded in it has begun
 * @throws as `Arc.write`
 */
export async function writeCancelled(
  arc: Pick<Arc, "write">,
  record: string,
  id: string,
  attempts: CancelledAttempts,
): Promise<boolean> {
  const lines = [...attempts].map(([attempt, time]) => `${attempt} ${time}\n`);
  return arc.write(cancelledFile(record, id), lines.join(""));
}

/** @param text as far as it was written: a line that is none is passed over, as a full disk leaves it */
export function cancelledIn(text: string): CancelledAttempts {
  const found = text.matchAll(/^([1-9]\d{0,2}) (\d{4}-\d\d-\d\dT[\d:.]+Z)$/gm);
  return new Map([...found].map(([, attempt, time = ""]) => [Number(attempt), time]));
}
