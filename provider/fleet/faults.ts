// Faults of a text, for people: file, line and column, the line itself, and a caret below the place.
import { plainLines } from "../text/plainText";

/** What is wrong at a place of a text. */
export interface Fault {
  /** Characters before it. */
  readonly offset: number;
  readonly message: string;
}

const mostShown = 20;
const widest = 100;

/** All faults in the order of the text, of each place the first that was found. */
export function showFaults(file: string, text: string, faults: readonly Fault[]): string {
  const seen = new Set<number>();
  const shown = faults
    .filter(({ offset }) => !seen.has(offset) && seen.add(offset))
    .sort((a, b) => a.offset - b.offset)
    .map((fault) => showFault(file, text, fault));
  const rest = shown.length - mostShown;
  const more = rest > 0 ? [`... and ${rest} more`] : [];
  return [...shown.slice(0, mostShown), ...more].join("\n\n");
}

/** Line and column of a place, from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(start)].length + 1 };
}

function showFault(file: string, text: string, { offset, message }: Fault): string {
  const { line, column } = placeOf(text, offset);
  const whole = [...(text.split("\n")[line - 1] ?? "").replace(/\r$/, "")];
  // A long line is shown from a little before the place.
  const from = whole.length > widest && column > widest - 20 ? column - 21 : 0;
  const part = whole.slice(from, from + widest);
  const lead = from > 0 ? "..." : "";
  const indent = part
    .slice(0, column - 1 - from)
    .map((char) => (char === "\t" ? "\t" : " "))
    .join("");
  const margin = String(line).length;
  return [
    `${file}:${line}:${column}: ${message}`,
    `  ${line} | ${lead}${plainLines(part.join(""))}`,
    `  ${" ".repeat(margin)} | ${" ".repeat(lead.length)}${indent}^`,
  ].join("\n");
}
