// Where a job's files are on /arc, by the digest of their contents: in the home or project of the job's record. Pure.
//
//   <home or project>/.skaha-files/<digest>/   the files, as jobs see them; there is such a folder only when it is whole
//   <home or project>/.skaha-files-<digest>    what makes that folder (`bundle.ts`), until the first job has made it
import { placeOf } from "../record/place";

/** The texts in a command that stand for the folder, and for the list of a merge's members in it. */
const placeholders = /(?<!\$)\{(files|members)\}/g;
const placeholder = /(?<!\$)\{files\}/;

/** @param record the folder where the job is recorded */
export function filesFolder(record: string, digest: string): string {
  return `${placeOf(record)}/.skaha-files/${digest}`;
}

/** @param folder what {@link filesFolder} returned. The wrapper makes the same of it (`record/wrapper.sh`) */
export function bundleFile(folder: string): string {
  return folder.replace(/\/([^/]*)$/, "-$1");
}

/** What of the folder a command may name. */
export interface FolderNames {
  /** For `{files}`. */
  readonly files?: string | undefined;
  /** For `{members}`. */
  readonly members?: string | undefined;
}

/** A word of a command with what it names in place of it; `${files}` is a shell's. */
export function withFolder(text: string, names: FolderNames): string {
  return text.replace(placeholders, (found, name: keyof FolderNames) => names[name] ?? found);
}

/** Which of the names a word has. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(placeholders)].map(([, name = ""]) => name);
}

/** Whether a word has `{files}`. */
export function namesFolder(text: string): boolean {
  return text.search(placeholder) >= 0;
}
