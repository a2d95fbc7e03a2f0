// What was written differently from how it is read (`4.0`, `1e3`, `True`) is text; where the schema has no room
// for text but for the number or the boolean that it says, it is that.
import type { z } from "zod";
import type { Path, Source } from "./read";
import { fleetSchema } from "./schema/schema";

/** @returns the file's value, and what the schema still has to say about it */
export function asMeant(source: Source): { value: unknown; error: z.ZodError | undefined } {
  const first = fleetSchema.safeParse(source.value).error;
  const places = first?.issues.flatMap((issue) => placesOf(issue, [])) ?? [];
  const texts = places.flatMap((path) => {
    const meant = source.meantBy(path);
    return meant ? [{ path, meant: meant.value }] : [];
  });
  if (texts.length === 0) return { value: source.value, error: first };
  const put = (some: typeof texts) =>
    some.reduce((value, { path, meant }) => replaced(value, path, meant), source.value);
  // Of text that is wrong either way, the schema is to speak as of text.
  const still = fleetSchema.safeParse(put(texts)).error?.issues ?? [];
  const wrong = new Set(still.flatMap((issue) => placesOf(issue, [])).map((one) => String(one)));
  const value = put(texts.filter(({ path }) => !wrong.has(String(path))));
  return { value, error: fleetSchema.safeParse(value).error };
}

/** All places that an issue may be about: each possibility of a union has its own. */
function placesOf(issue: z.core.$ZodIssue, base: Path): Path[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code !== "invalid_union") return [path];
  return [path, ...issue.errors.flatMap((one) => one.flatMap((inner) => placesOf(inner, path)))];
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.with(Number(step), replaced(value[Number(step)], rest, by));
  const map = value as Readonly<Record<string, unknown>>; // a place that the schema found
  return { ...map, [step]: replaced(map[step], rest, by) };
}
