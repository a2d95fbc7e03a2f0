// Checks inputs for thousands of jobs that have most of them in common.
import type { z } from "zod";
import type { FieldParser } from "../job/fields";

type Parsed = z.ZodSafeParseResult<unknown>;

/** So many values of one input are remembered: where there are more, they are as many as the jobs. */
const most = 1_000;

/**
 * Checks a value once that many jobs have: a plain one by what it is, and a list or a map while it is the same one from
 * job to job, as what all have in common is.
 */
export function remembering(): FieldParser {
  const plain = new Map<string, Map<unknown, Parsed>>();
  const last = new Map<string, { readonly value: object; readonly parsed: Parsed }>();
  return (key, schema, value) => {
    if (typeof value === "object" && value !== null) {
      const known = last.get(key);
      if (known?.value === value) return known.parsed;
      const parsed = schema.safeParse(value);
      last.set(key, { value, parsed });
      return parsed;
    }
    const of = plain.get(key) ?? new Map<unknown, Parsed>();
    plain.set(key, of);
    const known = of.get(value);
    if (known) return known;
    const parsed = schema.safeParse(value);
    if (of.size < most) of.set(value, parsed);
    return parsed;
  };
}
