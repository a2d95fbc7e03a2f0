// Where the command's words go: what a person reads to stderr, what a machine reads to stdout. Text that
// comes from the server, a log or state is made plain first: it must not steer the terminal.
import { styleText } from "node:util";
import { withoutControlsInLines } from "../provider/plainText";

export type Style = Parameters<typeof styleText>[0];

/** A line for the person at the terminal. */
export function say(line = ""): void {
  process.stderr.write(`${line}\n`);
}

/** A line of what was asked for. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Coloured where stdout is a terminal, and neither NO_COLOR nor its like is set. */
export function coloured(
  style: Style,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return styleText(style, text, { stream, validateStream: true });
}

/** The style of a status, the same in all commands. */
export function colouredStatus(
  status: string,
  text = status,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return coloured(styles[status] ?? "reset", text, stream);
}

const styles: Readonly<Record<string, Style>> = {
  Held: "yellow",
  Pending: "cyan",
  Running: "blue",
  Terminating: "gray",
  Completed: "green",
  Failed: "red",
  Lost: "magenta",
};

/** Text as it is safe to print: escape sequences and other control characters are shown, not obeyed. */
export function plain(text: string): string {
  return withoutControlsInLines(text.replaceAll("\r\n", "\n"), escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
}

/** Rows under a header, with two blanks between columns and no lines. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const Table = require("cli-table3") as typeof import("cli-table3");
  const none = "";
  const drawn = new Table({
    head: header.map((text) => coloured("bold", text)),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: {
      ...{ top: none, "top-mid": none, "top-left": none, "top-right": none },
      ...{ bottom: none, "bottom-mid": none, "bottom-left": none, "bottom-right": none },
      ...{ left: none, "left-mid": none, mid: none, "mid-mid": none },
      ...{ right: none, "right-mid": none, middle: none },
    },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** "3 s", "12 min", "4 h 05 min", "2 d 3 h". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Shortened in the middle, where names differ least. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}

/** A name as a shell takes it. */
export function shellWord(name: string): string {
  const shown = plain(name);
  return /^[\w./:@%+,=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
