// Where jobs outside any stack are recorded, and which jobs the words of a command name.
import path from "node:path";
import { recordPath } from "../../../provider/record/arcPath";
import { recordRoot } from "../../../provider/record/record";
import { type SubmittedId, submittedIdIn } from "../../../provider/submitted/submittedId";
import { CommandError } from "../../commandError";
import { plain, say, shellWord } from "../../terminal";

export const recordVariable = "PULUMI_SKAHA_RECORD";

/** This folder, where jobs have it too. */
export function arcFolder(): string | undefined {
  const folder = process.cwd();
  return /^\/arc\/(home|projects)\/[^/]/.test(folder) ? folder : undefined;
}

/** @returns undefined where nobody says */
export function recordIn({ record }: { readonly record?: string | undefined }): string | undefined {
  const here = arcFolder();
  const chosen = record ?? (process.env[recordVariable] || undefined);
  const folder = chosen ?? (here && path.join(here, ".skaha-jobs"));
  if (folder === undefined) return undefined;
  const parsed = recordPath.safeParse(folder);
  if (parsed.success) return recordRoot(parsed.data);
  throw new CommandError(`the record ${folder} ${parsed.error.issues[0]?.message}`);
}

/** @throws CommandError where nobody says */
export function recordOf(options: { readonly record?: string | undefined }): string {
  const record = recordIn(options);
  if (record !== undefined) return record;
  throw new CommandError(
    `jobs need a folder below /arc for their records: give --record, like --record /arc/projects/survey/.skaha-jobs, or set ${recordVariable}`,
  );
}

const exampleId = "/arc/projects/survey/.skaha-jobs/m31-0f4t9c1k2j3h4g/1";

/**
 * Which job each word names.
 * @param option what was asked for
 * @returns undefined in the place of a word that is no id: those beside it are good all the same
 * @throws CommandError where there is no word
 */
export function submittedIds(
  words: readonly string[],
  options: { readonly record?: string | undefined },
  option: "--status" | "--cancel",
): (SubmittedId | undefined)[] {
  if (words.length === 0) {
    throw new CommandError(
      `${option} needs to know which jobs: write the ids that submit printed, like pulumi-skaha submit ${option} ${exampleId}`,
    );
  }
  const record = recordIn(options);
  return words.map((word) => submittedIdIn(word, record));
}

/** Says of each word that is no id so, and what becomes of it. */
export function tellOfNoIds(
  words: readonly string[],
  ids: readonly (SubmittedId | undefined)[],
  consequence: string,
): void {
  for (const [index, word] of words.entries()) {
    if (ids[index] !== undefined) continue;
    const is = `${shellWord(word)} is not an id that pulumi-skaha submit printed, like ${exampleId}`;
    say(plain(`${is}: ${consequence}`));
  }
}
