// The program's values as they can be handed to the engine: its SDK takes a bigint for an empty object, and loses
// half of a surrogate pair.
import * as pulumi from "@pulumi/pulumi";
import { markHalves } from "../text/halves";
import { isPlainMap } from "./plainMap";

/**
 * The same value, with its digits in place of each bigint and halves of surrogate pairs marked. Looks into lists,
 * objects and what is known later; resources and other instances stay as they are.
 */
export function wireForm<T>(value: T): T {
  return walked(value) as T; // a type that allows a bigint here allows text
}

function walked(value: unknown): unknown {
  if (typeof value === "string") return markHalves(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value))
    return value;
  if (pulumi.Output.isInstance<unknown>(value)) return value.apply(walked);
  if (value instanceof Promise) return value.then(walked);
  if (Array.isArray(value)) return changed(value, value.map(walked));
  if (!isPlainMap(value)) return value;
  const entries = Object.entries(value);
  const parts = entries.map(([key, one]) => [markHalves(key), walked(one)] as const);
  const isSame = parts.every(([key, one], i) => key === entries[i]?.[0] && one === entries[i]?.[1]);
  return isSame ? value : Object.fromEntries(parts);
}

function changed(list: readonly unknown[], parts: readonly unknown[]): readonly unknown[] {
  return parts.every((one, index) => one === list[index]) ? list : parts;
}
