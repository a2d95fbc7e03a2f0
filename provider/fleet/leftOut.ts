// Inputs without what a row has no value for: null is left out, and errors still know where a word was written. Pure.
import type { JobSpec } from "./schema/schema";

/** Without inputs, words and variables that became null; triggers may be anything. */
export function withoutNull(inputs: JobSpec): JobSpec {
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((one) => one !== null).map(without);
    if (typeof value !== "object" || value === null) return value;
    const known = Object.entries(value).filter(([, one]) => one !== null);
    return Object.fromEntries(known.map(([key, one]) => [key, without(one)]));
  };
  const { triggers, ...others } = inputs;
  return { ...(without(others) as JobSpec), ...(triggers && { triggers }) };
}

/**
 * What a property of {@link withoutNull} is called in what was written: `args[1]` is `args[2]` if the word before it
 * was left out.
 * @param written with nulls
 */
export function asWritten(property: string, written: JobSpec | undefined): string {
  return property.replace(/^(\w+)\[(\d+)\]/, (found, name: string, index: string) => {
    const words: unknown = (written as Readonly<Record<string, unknown>> | undefined)?.[name];
    if (!Array.isArray(words) || name === "triggers") return found;
    const kept = [...words.keys()].filter((at) => words[at] !== null);
    return `${name}[${kept[Number(index)] ?? index}]`;
  });
}
