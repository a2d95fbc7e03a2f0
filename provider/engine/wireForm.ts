// The program's values as they can be handed to the engine: its SDK takes a bigint for an empty object, and loses
// half of a surrogate pair.
import * as pulumi from "@pulumi/pulumi";
import { markHalves } from "../text/halves";
import { isPlainMap } from "./plainMap";

/**
 * The same value, with its digits in place of each bigint and halves of surrogate pairs marked. Looks into lists,
 * objects and what is known later; resources and other instances stay as they are.
 * @param made what has been made of what is known later: of one output one is made, so that what several values share stays
 * the same in each
 */
export function wireForm<T>(value: T, made = new WeakMap<object, unknown>()): T {
  return walked(value, made) as T; // a type that allows a bigint here allows text
}

function walked(value: unknown, made: WeakMap<object, unknown>): unknown {
  if (typeof value === "string") return markHalves(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value))
    return value;
  const inside = (one: unknown) => walked(one, made);
  if (pulumi.Output.isInstance<unknown>(value) || value instanceof Promise) {
    const known = made.get(value);
    if (known !== undefined) return known;
    const later = value instanceof Promise ? value.then(inside) : value.apply(inside);
    made.set(value, later);
    return later;
  }
  if (Array.isArray(value)) return changed(value, value.map(inside));
  if (!isPlainMap(value)) return value;
  const entries = Object.entries(value);
  const parts = entries.map(([key, one]) => [markHalves(key), inside(one)] as const);
  const isSame = parts.every(([key, one], i) => key === entries[i]?.[0] && one === entries[i]?.[1]);
  return isSame ? value : Object.fromEntries(parts);
}

function changed(list: readonly unknown[], parts: readonly unknown[]): readonly unknown[] {
  return parts.every((one, index) => one === list[index]) ? list : parts;
}
