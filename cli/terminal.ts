// Where the command's words go: what a person reads to stderr, what a machine reads to stdout. Text that
// comes from the server, a log or state is made plain first: it must not steer the terminal.
import { styleText } from "node:util";
import { runnable } from "./invocation";

export { plain, shellWord } from "./shellWord";

export type Style = Parameters<typeof styleText>[0];

/** A line for the person at the terminal; commands in it are such as work there. */
export function say(line = ""): void {
  process.stderr.write(`${runnable(line)}\n`);
}

/** Says the same but once. */
export function once<T extends readonly unknown[]>(tell: (...words: T) => void) {
  let isTold = false;
  return (...words: T): void => {
    if (!isTold) tell(...words);
    isTold = true;
  };
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
