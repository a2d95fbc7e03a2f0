// Text that others wrote (servers, jobs, files), for terminals and state: nothing in it may be obeyed there.
import { stripVTControlCharacters } from "node:util";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const obeyed = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** On one line. What a terminal would obey is shown as U+FFFD: it neither vanishes nor makes another word. */
export function plainText(text: string): string {
  return text.replace(obeyed, "\ufffd").toWellFormed();
}

/** The same on several lines. */
export function plainLines(text: string): string {
  return text
    .replace(obeyed, (one) => (one === "\n" || one === "\t" ? one : "\ufffd"))
    .toWellFormed();
}

/** A log as it would be read on a terminal that knows no colours and does not go back in a line. */
export function plainLog(text: string): string {
  return plainLines(stripVTControlCharacters(text).replace(/\r\n?/g, "\n"));
}
