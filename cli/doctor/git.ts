// What git makes of a file, where there is git and a work tree.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

/** @returns undefined outside a work tree, or without git */
export async function isIgnoredByGit(file: string): Promise<boolean | undefined> {
  try {
    await promisify(execFile)("git", ["check-ignore", "--quiet", "--", path.basename(file)], {
      cwd: path.dirname(file),
    });
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 1 ? false : undefined;
  }
}
