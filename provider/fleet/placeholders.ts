// `{name}` in the text of a sweep: the value of that parameter.
import { type Row, textOf } from "../sweep/row";
import type { Path } from "./read";

/** Tells of a placeholder that is no parameter of the row. */
export type Missing = (path: Path, name: string) => void;

/**
 * Fills in all text inside a value; other values stay as they are. Text that is one placeholder becomes the
 * parameter's value, of whatever type.
 */
export function fill(value: unknown, row: Row, missing: Missing, path: Path = []): unknown {
  if (typeof value === "string") {
    const name = /^\{([^{}\n]*)\}$/.exec(value)?.[1];
    if (name !== undefined && Object.hasOwn(row, name)) return row[name];
    return fillText(value, row, (one) => missing(path, one));
  }
  if (Array.isArray(value)) {
    return value.map((one, index) => fill(one, row, missing, [...path, index]));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, fill(one, row, missing, [...path, key])]),
    );
  }
  return value;
}

/**
 * `{{` is a brace, and so is the `}}` that ends it; `${` is text, as scripts have it; and so are braces
 * around what no name could be, as `{print $1}`.
 */
export function fillText(text: string, row: Row, missing: (name: string) => void): string {
  let open = 0;
  return text.replace(/\$\{(?!\{)|\{\{|\}\}|\{([^{}\n]*)\}/g, (found, name?: string) => {
    if (found === "{{") {
      open += 1;
      return "{";
    }
    if (found === "}}") {
      if (open === 0) return found;
      open -= 1;
      return "}";
    }
    if (name === undefined) return found;
    if (Object.hasOwn(row, name)) return textOf(row[name] ?? null);
    if (/^[A-Za-z_][\w.-]*$/.test(name)) missing(name);
    return found;
  });
}

/** Whether text has a placeholder, or what looks like one. */
export function hasPlaceholder(text: string): boolean {
  return text.includes("{");
}
