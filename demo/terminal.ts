// What the demo writes: its own words, and the commands that it runs.
import { styleText } from "node:util";

export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** A new step of the story. */
export function announce(title: string): void {
  say(`\n${styleText("bold", `== ${title}`, { stream: process.stdout })}\n`);
}

/** The demo's own remark on what was just seen. */
export function remark(text: string): void {
  say(styleText("green", `   ${text}`, { stream: process.stdout }));
}

export function sayCommand(words: readonly string[]): void {
  const line = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(" ");
  say(styleText("cyan", `$ ${line}`, { stream: process.stdout }));
}

/** Why the demo ends before its end. */
export function explain(text: string): void {
  process.stderr.write(`\n${text}\n`);
}
