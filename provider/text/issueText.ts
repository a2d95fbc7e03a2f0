// What a schema wanted, in plain words, where it has none of its own.
import type { z } from "zod";

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** The end of a sentence that begins with where it was: `must be a list`. */
export function issueText(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Unrecognized|Too )/.test(issue.message)) return issue.message;
  if (issue.code === "invalid_type") return `must be ${words[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  if (issue.code === "unrecognized_keys") return `has no key ${issue.keys.join(", ")}`;
  return "is not as it should be";
}
