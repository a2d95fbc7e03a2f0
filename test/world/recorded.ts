// Jobs that are recorded below /arc: what the wrapper would have written is laid by hand.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type World, world } from "./world";

export const record = "/arc/projects/survey/.jobs";
export const program = { night: { args: ["a"], record } };

export function recordedWorld(
  options: Omit<NonNullable<Parameters<typeof world>[0]>, "files"> = {},
): Promise<World> {
  return world({ ...options, files: true });
}

/** How many files below /arc were asked for. */
export function arcReads(w: World): number {
  return w.requests("GET", /^\/arc\//).length;
}

/** The folder of an attempt's record. */
export function recordFolder(w: World, name: string, attempt = 1): string {
  return path.join(w.dataDir, record, w.engine.id(name), String(attempt));
}

/**
 * Ends the session of a job, with the record that the wrapper leaves.
 * @param end fields of `end.json`; undefined where it was killed before it wrote one
 */
export function endRecorded(
  w: World,
  name: string,
  end: Record<string, unknown> | undefined,
  attempt = 1,
): void {
  layRecord(recordFolder(w, name, attempt), end, `log of ${name}\n`);
  w.end(name, end?.exitCode === 0 ? 0 : 1);
}

/**
 * @param folder of an attempt's record, on this machine
 * @param end as of `endRecorded`
 */
export function layRecord(
  folder: string,
  end: Record<string, unknown> | undefined,
  log = "",
): void {
  mkdirSync(folder, { recursive: true });
  const start = "2026-11-22T12:00:10Z";
  writeFileSync(path.join(folder, "start.json"), JSON.stringify({ argv: ["true"], start }));
  writeFileSync(path.join(folder, "log"), log);
  if (end) {
    const whole = {
      exitCode: 0,
      signal: null,
      start,
      end: "2026-11-22T12:30:00Z",
      ...end,
    };
    writeFileSync(path.join(folder, "end.json"), JSON.stringify(whole));
  }
}
