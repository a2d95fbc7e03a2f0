// Looking for values that must not be seen: in files, and in the command lines of all processes.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { allPids, commandLineOf } from "../../machine/processes";

/** As an HTTP header has it. */
export function basicOf(user: string, secret: string): string {
  return Buffer.from(`${user}:${secret}`).toString("base64");
}

/** Command lines of any process of this machine that hold a marker. */
export function watchArguments(markers: readonly string[]): {
  readonly seen: Set<string>;
  /** How many command lines were looked at. */
  count(): number;
  stop(): void;
} {
  const seen = new Set<string>();
  let count = 0;
  const timer = setInterval(() => {
    for (const pid of allPids()) {
      const text = commandLineOf(pid);
      if (text !== "") count += 1; // else it has ended
      if (markers.some((marker) => text.includes(marker))) seen.add(text);
    }
  }, 20);
  return { seen, count: () => count, stop: () => clearInterval(timer) };
}

/** Files below a folder that hold a marker, or have it in their names. */
export function filesWith(folder: string, markers: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ file: path.join(entry.parentPath, entry.name), entry }))
    .filter(({ file, entry }) => {
      if (markers.some((marker) => file.includes(marker))) return true;
      if (!entry.isFile()) return false;
      const text = readFileSync(file, "latin1");
      return markers.some((marker) => text.includes(marker));
    })
    .map(({ file }) => file);
}
