// What `check` learns of a job's files: a digest of their contents, which is part of what the job runs, or what is wrong
// with them. Who reads them is handed in (`jobFiles.ts`). Pure.
import { hasUnknown, unknownValue } from "../engine/unknown";
import { propertyPath } from "../text/propertyPath";

/** What is wrong with one of a job's files. */
export interface FileFailure {
  /** Which of the paths; undefined where it is all of them together. */
  readonly index?: number | undefined;
  readonly reason: string;
}

/** What a list of files comes to. */
export type Contents = { readonly digest: string } | FileFailure;

/** @param files paths as they were written */
export type ContentsOf = (files: readonly string[]) => Contents;

/** What follows for a job's inputs from its files. */
export interface CheckedFiles {
  readonly inputs: { readonly filesDigest?: string };
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** @param contentsOf undefined where nobody reads files: then there is no digest */
export function digestOfFiles(files: unknown, contentsOf: ContentsOf | undefined): CheckedFiles {
  const nothing = { inputs: {}, failures: [] };
  if (files === undefined || contentsOf === undefined) return nothing;
  if (hasUnknown(files)) return { ...nothing, inputs: { filesDigest: unknownValue } };
  const paths = files as readonly string[]; // as their schema says
  if (paths.length === 0) return nothing;
  const contents = contentsOf(paths);
  if ("digest" in contents) return { ...nothing, inputs: { filesDigest: contents.digest } };
  const { index, reason } = contents;
  const property = propertyPath(index === undefined ? ["files"] : ["files", index]);
  return { ...nothing, failures: [{ property, reason }] };
}
