// The folder of a crate: it appears whole or not at all, and replaces nothing but an earlier crate of ours.
import { mkdir, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { messageOf } from "../../provider/errors";
import { CommandError } from "../commandError";
import { lockFile, lockIn } from "./lock";

/**
 * @param force replaces an earlier crate
 * @throws CommandError where something else is there
 */
export async function assertFree(target: string, force: boolean): Promise<void> {
  const names = await namesIn(target);
  if (names.length === 0) return;
  if (!force) {
    throw new CommandError(
      `${target} is not empty: name a folder that is not there yet${names.includes(lockFile) ? ", or give --force to replace the crate in it" : ""}`,
    );
  }
  if (!names.includes(lockFile)) {
    throw new CommandError(
      `${target} has other files than a crate's: nothing is replaced there; name another folder`,
    );
  }
  const file = path.join(target, lockFile);
  lockIn(await readFile(file, "utf8"), file);
}

async function namesIn(target: string): Promise<readonly string[]> {
  try {
    return await readdir(target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") {
      throw new CommandError(`${target} is a file: name a folder`);
    }
    throw new CommandError(`${target} cannot be read: ${messageOf(error)}`, 1, { cause: error });
  }
}

/** @param fill writes all files into the folder that it is given */
export async function written<T>(target: string, fill: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${target}.${process.pid}.part`;
  try {
    await mkdir(draft, { recursive: true });
    const result = await fill(draft);
    await replace(target, draft);
    return result;
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {}); // where it could not even be made
    if (error instanceof CommandError) throw error;
    const problem = `the crate cannot be written to ${target}: ${messageOf(error)}`;
    throw new CommandError(problem, 1, { cause: error });
  }
}

async function replace(target: string, draft: string): Promise<void> {
  const before = `${target}.${process.pid}.old`;
  if ((await namesIn(target)).length > 0) await rename(target, before);
  else await rmdir(target).catch(() => {}); // it may not be there
  await rename(draft, target);
  await rm(before, { recursive: true, force: true });
}
