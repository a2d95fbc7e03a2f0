// Where a job's files are on /arc, by the digest of their contents: in the home or project of the job's record. Pure.
//
//   <home or project>/.skaha-files/<digest>/   the files, as jobs see them; there is such a folder only when it is whole
//   <home or project>/.skaha-files-<digest>    what makes that folder (`bundle.ts`), until the first job has made it
import { placeOf } from "../record/place";

/** The text in a command that stands for the folder. */
const placeholder = /(?<!\$)\{files\}/g;

/** @param record the folder where the job is recorded */
export function filesFolder(record: string, digest: string): string {
  return `${placeOf(record)}/.skaha-files/${digest}`;
}

/** @param folder what {@link filesFolder} returned. The wrapper makes the same of it (`record/wrapper.sh`) */
export function bundleFile(folder: string): string {
  return folder.replace(/\/([^/]*)$/, "-$1");
}

/** A word of a command with the folder in place of `{files}`; `${files}` is a shell's. */
export function withFolder(text: string, folder: string | undefined): string {
  return folder === undefined ? text : text.replace(placeholder, () => folder);
}

/** Whether a word has `{files}`. */
export function namesFolder(text: string): boolean {
  return text.search(placeholder) >= 0;
}
