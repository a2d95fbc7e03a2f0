// What schemas of fleet.yaml are made of: objects without other keys, and text.
import { z } from "zod";
import { counterpartOf } from "../../job/decisions/counterparts";
import { nearest } from "../../text/nearest";

/**
 * An object without other keys; its message has one line for each unknown key.
 * @param example what is no map is told of with it
 */
export function closed<Shape extends z.ZodRawShape>(what: string, shape: Shape, example?: string) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => unknownKey(key, what, Object.keys(shape))).join("\n");
      }
      const isNoMap = issue.code === "invalid_type" && issue.input !== undefined;
      return isNoMap && example !== undefined ? `must be a map, like ${example}` : undefined;
    },
  });
}

function unknownKey(key: string, what: string, known: readonly string[]): string {
  const here = known.includes("image") ? counterpartOf(key, true) : undefined;
  const close = nearest(key, known);
  const hint =
    here !== undefined
      ? `write ${here}`
      : close === undefined
        ? `it may have ${known.join(", ")}`
        : `did you mean ${close}?`;
  return `${what} has no key ${JSON.stringify(key)}: ${hint}`;
}

export const text = z.string("must be text");
