// What state remembers of the inputs that make a job another one: a digest of each. The values are among the
// resource's inputs, where people find them; each value that state repeats costs the engine time in every run.
import { digested } from "./catalogue";
import { digest } from "./identity";

/** An input of which a digest tells whether it changed. */
export type DigestedKey = (typeof digested)[number];

/** 41 bits: one edit in two million million would be passed over. */
const length = 8;

/** @returns `args:1a2b3c4d cmd:...`, one word for each input that is given */
export function digestsOf(inputs: Readonly<Partial<Record<DigestedKey, unknown>>>): string {
  const given = digested.filter((key) => nonEmpty(inputs[key]) !== undefined);
  return given.map((key) => `${key}:${digest(inputs[key], length)}`).join(" ");
}

/**
 * Whether an input is another one than state remembers.
 * @param olds state; what earlier versions left has the values themselves, and no `runs`
 * @param fresh known as a whole
 */
export function isChanged(
  key: DigestedKey,
  olds: Readonly<Record<string, unknown>>,
  fresh: unknown,
): boolean {
  return rememberedDigest(key, olds) !== digestsOf({ [key]: fresh });
}

/** Whether an input was given, as state remembers it. */
export function wasGiven(key: DigestedKey, olds: Readonly<Record<string, unknown>>): boolean {
  return rememberedDigest(key, olds) !== "";
}

function rememberedDigest(key: DigestedKey, olds: Readonly<Record<string, unknown>>): string {
  if (typeof olds.runs !== "string") return digestsOf({ [key]: olds[key] });
  return olds.runs.split(" ").find((word) => word.startsWith(`${key}:`)) ?? "";
}

/** Nothing, null, an empty list and an empty map say the same. */
export function nonEmpty(value: unknown): unknown {
  if (value === null) return undefined;
  return typeof value === "object" && value !== undefined && Object.keys(value).length === 0
    ? undefined
    : value;
}
