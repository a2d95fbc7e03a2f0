// How the outputs that a job has to write are told to the wrapper (`wrapper.sh`): a path as a word of its own; where more is asked
// of it, after a word that says what. Pure.
import { z } from "zod";
import { sendable } from "../skaha/sendable";
import { issueText } from "../text/issueText";
import { nearest } from "../text/nearest";
import { arcPath } from "./arcPath";

/** More than that a file is there. */
export interface OutputRule {
  /** Under /arc; with `*`, `?` or `[...]` in it any files that match. */
  readonly path: string;
  readonly count?: number | undefined;
  readonly minBytes?: number | undefined;
  readonly newerThanStart?: boolean | undefined;
  readonly check?: string | undefined;
}

const parts = [
  "path",
  "count",
  "minBytes",
  "newerThanStart",
  "check",
] as const satisfies readonly (keyof OutputRule)[];

/** What an output may be: a path, or a map with more that is asked of it. */
export const outputSchema = z.union(
  [
    arcPath,
    z
      .strictObject(
        {
          path: arcPath,
          count: z
            .int("must be a whole number of files")
            .min(1, "must be at least 1")
            .max(1_000_000, "must be at most 1,000,000")
            .optional(),
          minBytes: z
            .int("must be a whole number of bytes")
            .min(1, "must be at least 1")
            .max(2 ** 50, "must be at most 2^50")
            .optional(),
          newerThanStart: z.boolean("must be true or false").optional(),
          check: z
            .string("must be a command of a shell")
            .min(1, "is empty: leave it out")
            .superRefine(sendable)
            .optional(),
        },
        {
          error: (issue) =>
            issue.code === "unrecognized_keys" ? unknownParts(issue.keys) : undefined,
        },
      )
      .superRefine(({ path, count = 1 }, context) => {
        if (count === 1 || isPattern(path)) return;
        const message = `is ${count}, but the path has no pattern: it is one file; write * in it, or leave count out`;
        context.addIssue({ code: "custom", path: ["count"], message });
      }),
  ],
  // Of a map that is at fault the part is told.
  { error: faultOf },
);

/** Whether several files may match; `[*]` is the character itself, and so is `[[]`. */
function isPattern(path: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(path.replace(/\[[*?[]\]/g, ""));
}

/** Of a map that is at fault the part is told. */
function faultOf({ input, errors }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const [fault] = typeof input === "object" && input !== null ? (errors[1] ?? []) : [];
  if (fault === undefined) {
    return "must be a path under /arc, or a map like {path: /arc/projects/survey/m31.fits, minBytes: 2880}";
  }
  const [name] = fault.path;
  return name === undefined ? issueText(fault) : `has ${String(name)}, which ${issueText(fault)}`;
}

function unknownParts(keys: readonly string[]): string {
  return keys
    .map((key) => {
      const close = nearest(key, parts);
      const hint =
        close === undefined ? `it may have ${parts.join(", ")}` : `did you mean ${close}?`;
      return `has no key ${key}: ${hint}`;
    })
    .join("; ");
}

/** @returns `?COUNT:BYTES:NEWER:CHECK` before a path that is more than one: no path begins so */
export function outputWords(outputs: readonly (string | OutputRule)[]): string[] {
  return outputs.flatMap((one) => {
    if (typeof one === "string") return [one];
    const { path, count = 1, minBytes = 0, newerThanStart = false, check = "" } = one;
    return [`?${count}:${minBytes}:${newerThanStart ? "newer" : ""}:${check}`, path];
  });
}

/**
 * What the wrapper says of an output that is missing, with its path as it was declared: a `dev` server runs jobs with a folder of
 * its machine in place of /arc.
 */
export function asDeclared(told: string): string {
  const [, folder] = /^(\/.*?)\/arc\/(?:home|projects)\//s.exec(told) ?? [];
  return folder === undefined || told.startsWith("/arc/")
    ? told
    : told.replaceAll(`${folder}/arc/`, "/arc/");
}

/** Whether any of a job's outputs has to be newer than its start. @param outputs checked or not */
export function asksForNew(outputs: unknown): boolean {
  if (!Array.isArray(outputs)) return false;
  return outputs.some((one) => typeof one === "object" && one?.newerThanStart === true);
}
