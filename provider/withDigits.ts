// A bigint becomes its digits before Pulumi's SDK sees it, which would take it for an empty object.
import * as pulumi from "@pulumi/pulumi";

/** The same value, also inside lists, maps, promises and outputs, with text in place of each bigint. */
export function withDigits<T>(value: T): T {
  return digits(value) as T; // a type that allows a bigint here allows text
}

function digits(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (pulumi.Output.isInstance<unknown>(value)) return value.apply(digits);
  if (value instanceof Promise) return value.then(digits);
  if (Array.isArray(value)) return value.map(digits);
  if (typeof value !== "object" || value === null) return value;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, digits(one)]));
}
