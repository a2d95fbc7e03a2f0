// Text that others wrote (servers, jobs, files), for terminals and state: nothing in it may be obeyed there.
import { stripVTControlCharacters } from "node:util";

/** What a terminal would obey: control characters, separators of lines, and what turns the direction of writing. */
const obeyed = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** @param shown what stands for a character that a terminal would obey */
export function withoutControls(text: string, shown: (character: string) => string): string {
  return text.replace(obeyed, shown);
}

/** For several lines: breaks and tabs stay as they are. */
export function withoutControlsInLines(text: string, shown: (character: string) => string): string {
  return withoutControls(text, (one) => (one === "\n" || one === "\t" ? one : shown(one)));
}

const replacement = () => "\ufffd";

/** On one line. What a terminal would obey is shown as U+FFFD: it neither vanishes nor makes another word. */
export function plainText(text: string): string {
  return withoutControls(text, replacement).toWellFormed();
}

/** The same on several lines. */
export function plainLines(text: string): string {
  return withoutControlsInLines(text, replacement).toWellFormed();
}

/** A log as it would be read on a terminal that knows no colours and does not go back in a line. */
export function plainLog(text: string): string {
  return plainLines(stripVTControlCharacters(text).replace(/\r\n?/g, "\n"));
}
