// `{name}` in the text of a sweep: the value of that parameter; `{name:06}`: the value, written so.
import { columnsOf, type Row, textOf } from "../sweep/row";
import { plainScalar } from "../sweep/scalar";
import { formatted, isFormat } from "./formats";
import type { Path } from "./read";

/** What is wrong with a placeholder; without a reason, it is no parameter of the row. */
export type Missing = (path: Path, name: string, reason?: string) => void;

/**
 * Fills in all text inside a value; other values stay as they are. Text that is one placeholder becomes the
 * parameter's value, of whatever type.
 */
export function fill(value: unknown, row: Row, missing: Missing, path: Path = []): unknown {
  if (typeof value === "string") {
    const name = /^\{([^{}\n]*)\}$/.exec(value)?.[1];
    if (name !== undefined && Object.hasOwn(row, name)) return plainScalar(row[name] ?? null);
    return fillText(value, row, (one, reason) => missing(path, one, reason));
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
 * around what is neither a parameter's name nor begins with one, as `{print $1}`.
 * @param missing is told the name, or what stands in the braces and why that is refused
 */
export function fillText(
  text: string,
  row: Row,
  missing: (name: string, reason?: string) => void,
): string {
  let open = 0;
  return text.replace(/\$\{(?!\{)|\{\{|\}\}|\{([^{}\n]*)\}/g, (found, inside?: string) => {
    if (found === "{{") {
      open += 1;
      return "{";
    }
    if (found === "}}") {
      if (open === 0) return found;
      open -= 1;
      return "}";
    }
    return inside === undefined ? found : filledIn(inside, row, missing);
  });
}

function filledIn(
  inside: string,
  row: Row,
  missing: (name: string, reason?: string) => void,
): string {
  const found = `{${inside}}`;
  if (Object.hasOwn(row, inside)) {
    const value = row[inside] ?? null;
    if (value === null && columnsOf(row)) {
      missing(inside, nullInText(inside));
      return found;
    }
    return textOf(value);
  }
  const colon = inside.indexOf(":");
  const [name, format] = [inside.slice(0, colon), inside.slice(colon + 1)];
  if (colon > 0 && Object.hasOwn(row, name)) {
    const written = formatted(row[name] ?? null, format);
    if ("text" in written) return written.text;
    missing(inside, written.problem);
    return found;
  }
  const meant = colon > 0 && isFormat(format) ? name : inside.replace(/![ars]$/, "");
  if (/^[A-Za-z_][\w.-]*$/.test(meant) && !startsWithName(meant, row)) {
    missing(meant);
    return found;
  }
  const parameter = startsWithName(inside, row);
  if (parameter !== undefined) missing(inside, notMore(inside, parameter));
  return found;
}

/** An empty cell has no text: none that could be put in would be what was written. */
function nullInText(name: string): string {
  return `is null here, and a text cannot contain null: give the column a \`default\`, or let "{${name}}" be the whole text, which is left out then`;
}

function notMore(inside: string, name: string): string {
  return `has more than the name in its braces: the value is {${name}}, formats are {${name}:06}, {${name}:.3f} and {${name}:%Y%m%d}, and braces as such are {{${inside}}}`;
}

/**
 * The parameter that the text between braces begins with, where it is nothing else for certain: quotes, `$`,
 * `;`, commas, `..` and assignments are of awk, Python or a shell.
 */
function startsWithName(inside: string, row: Row): string | undefined {
  if (/["'$`;,]|\.\.|[^=!<>]=[^=]|\+\+|--/.test(inside)) return undefined;
  const text = inside.trim();
  return Object.keys(row).find(
    (name) => name !== "" && text.startsWith(name) && /^(?![\w-])/.test(text.slice(name.length)),
  );
}

/** Whether text has a placeholder, or what looks like one. */
export function hasPlaceholder(text: string): boolean {
  return text.includes("{");
}
