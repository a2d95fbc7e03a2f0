// The last list of sessions that a run got, left in a file for the command that began the run: with it
// `pulumi-skaha` sees that no session is an orphan without asking the server once more.

import { renameSync, writeFileSync } from "node:fs";
import type { Session } from "../api";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const lastListFile = "PULUMI_SKAHA_LAST_LIST";

/**
 * Called with each list, before anybody acts on it: once the engine has ended, nothing is written any more.
 * @returns what does nothing where no file is wanted
 */
export function leaveLastList(
  file: string | undefined,
): (sessions: readonly Session[], askedAt: number) => void {
  if (file === undefined || file === "") return () => {};
  let latest = -Infinity;
  return (sessions, askedAt) => {
    if (askedAt < latest) return; // it was answered late
    latest = askedAt;
    const draft = `${file}.${process.pid}`;
    try {
      writeFileSync(draft, JSON.stringify(sessions), { mode: 0o600 });
      renameSync(draft, file);
    } catch {
      // It only saves a request.
    }
  };
}
