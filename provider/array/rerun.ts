// Which jobs of arrays are to run again though nothing of them changed: `pulumi-skaha rerun` leaves their ids in a file,
// because the engine can replace a whole resource only.
import { readFileSync, writeFileSync } from "node:fs";

/** The environment variable that names the file: a JSON list of ids. */
export const rerunFile = "PULUMI_SKAHA_RERUN";

export function leaveRerun(file: string, ids: readonly string[]): void {
  writeFileSync(file, JSON.stringify(ids), { mode: 0o600 });
}

/** @throws Error where a file is named that cannot be read: without it other jobs would be run than were asked for */
export function rerunIds(env: Readonly<Record<string, string | undefined>>): ReadonlySet<string> {
  const file = env[rerunFile];
  if (file === undefined || file === "") return new Set();
  return new Set(JSON.parse(readFileSync(file, "utf8")) as string[]);
}
