// What `pulumi-skaha submit` prints of a job: the folder of its record, which says all that a later command has to
// know. Pure.

import { attemptName, parseName } from "../job/identity";
import { recordPath } from "../record/arcPath";
import { recordFolder, recordRoot } from "../record/record";

export interface SubmittedId {
  /** The folder of all records. */
  readonly record: string;
  /** The job's. */
  readonly id: string;
  /** Undefined where the job itself is meant, whichever attempt stands for it. */
  readonly attempt?: number | undefined;
}

export function textOf({ record, id, attempt }: SubmittedId): string {
  return attempt === undefined ? `${recordRoot(record)}/${id}` : recordFolder(record, id, attempt);
}

/**
 * @param text as printed, with or without the attempt, or a session's name
 * @param record where a name's job is recorded
 * @returns undefined for what is no such id
 */
export function submittedIdIn(text: string, record: string | undefined): SubmittedId | undefined {
  const parts = recordRoot(text).split("/");
  const last = parts.at(-1) ?? "";
  const attempt = /^[1-9]\d{0,2}$/.test(last) ? Number(last) : undefined;
  const [name = "", folders] =
    attempt === undefined ? [last, parts.slice(0, -1)] : [parts.at(-2), parts.slice(0, -2)];
  const named = parseName(name);
  if (named === undefined) return undefined;
  const { id } = named;
  if (folders.length > 0) {
    if (name !== attemptName(id, 1) || folders[0] !== "") return undefined;
    const folder = folders.join("/");
    return recordPath.safeParse(folder).success ? { record: folder, id, attempt } : undefined;
  }
  return record === undefined ? undefined : { record, id, attempt: named.attempt };
}
