// Looking for values that must not be seen: in files, and in the command lines of all processes.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

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
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        const text = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        count += 1;
        if (markers.some((marker) => text.includes(marker))) seen.add(text);
      } catch {
        // It ended.
      }
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
