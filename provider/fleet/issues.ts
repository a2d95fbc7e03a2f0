// What the schema has to say, as faults of a text.
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { issueText } from "../text/issueText";
import type { Fault } from "./faults";
import type { Path, Source } from "./read";
import { noPlaceholder } from "./schema/templated";

type Issue = z.core.$ZodIssue;

interface Problem {
  readonly path: Path;
  readonly message: string;
  /** It is about the key. */
  readonly isKey?: boolean;
}

export function faultsOf(error: z.ZodError, source: Source): Fault[] {
  const isMisspelt = (issue: Issue) =>
    issue.code === "custom" &&
    error.issues.some(
      ({ code, path }) => code === "unrecognized_keys" && isDeepStrictEqual(path, issue.path),
    );
  return error.issues
    .filter((issue) => !isMisspelt(issue))
    .flatMap((issue) => problemsOf(issue, []))
    .map(({ path, message, isKey }) => {
      const depth = source.depthOf(path);
      const missing = path[depth];
      if (missing !== undefined) {
        const offset = source.keyOffsetOf(path.slice(0, depth));
        const needs = `${named(path.slice(0, depth))}needs ${JSON.stringify(missing)}`;
        return {
          offset,
          message: /^must be (?!text)/.test(message) ? `${needs}: it ${message}` : needs,
        };
      }
      if (isKey) return { offset: source.keyOffsetOf(path), message };
      return { offset: source.offsetOf(path), message: `${named(path)}${message}` };
    });
}

/** The last key of a path, to begin a sentence with. */
function named(path: Path): string {
  const at = path.findLastIndex((step) => typeof step === "string");
  const rest = path.slice(at + 1).map((index) => `[${index}]`);
  const key = String(path[at]);
  const shown = /^[\w./-]+$/.test(key) ? key : JSON.stringify(key);
  return at < 0 ? "the file " : `${shown}${rest.join("")} `;
}

function problemsOf(issue: Issue, base: Path): Problem[] {
  const path = [...base, ...(issue.path as Path)];
  switch (issue.code) {
    case "unrecognized_keys": {
      const isPlain = issue.message.startsWith("Unrecognized");
      const messages = isPlain ? [] : issue.message.split("\n");
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        message: messages[index] ?? `${JSON.stringify(key)} is not one of the keys here`,
        isKey: true,
      }));
    }
    case "invalid_key":
      return issue.issues.map(({ message }) => ({ path, message, isKey: true }));
    case "invalid_union":
      return ofUnion(issue, path);
    default:
      return [{ path, message: issueText(issue) }];
  }
}

/** Of the possibilities the one that was meant: where the fault is deeper inside. */
function ofUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path): Problem[] {
  const possible = issue.errors.filter((one) =>
    one.every(({ message }) => message !== noPlaceholder),
  );
  const meant = possible.find((one) => one.some(isInside));
  if (meant) return meant.flatMap((one) => problemsOf(one, path));
  const [first] = possible;
  if (issue.message === "Invalid input" && first)
    return first.flatMap((one) => problemsOf(one, path));
  return [{ path, message: issue.message }];
}

function isInside(issue: Issue): boolean {
  if (issue.path.length > 0 || issue.code === "unrecognized_keys") return true;
  if (issue.code === "invalid_union") return issue.errors.some((one) => one.some(isInside));
  return issue.code !== "invalid_type";
}
