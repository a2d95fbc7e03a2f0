// Paths as users write them in settings and programs, which no shell has read before: `~/` is the user's home.
import os from "node:os";
import path from "node:path";

/** `~` and `~/...` with the home in its place; all else as it is, `~name/...` too. */
export function expandHome(written: string, home: string = os.homedir()): string {
  return written.replace(/^~(?=\/|$)/, () => home);
}

/** @returns an absolute path; a relative one starts from the first folder, each of the others from the one before */
export function resolveWritten(folder: string, ...written: readonly string[]): string {
  return path.resolve(folder, ...written.map((one) => expandHome(one)));
}
