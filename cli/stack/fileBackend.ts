// What a run that was killed leaves in a `file://` backend: a lock, and at worst a file that was cut while it was
// written. Other backends write whole files or none.
import { copyFile, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import path from "node:path";

/** A process that has locked the stack, as the lock tells. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** False where it ran on this machine and is gone. */
  readonly mayRun: boolean;
}

export interface Trouble {
  readonly holders: readonly Holder[];
  /** The state file, where it cannot be read. */
  readonly cut?: { readonly file: string; readonly backup: string | undefined } | undefined;
}

/** @returns undefined for another backend */
export function folderOf(backendUrl: string, projectFolder: string): string | undefined {
  if (!backendUrl.startsWith("file://")) return undefined;
  const named = backendUrl.slice("file://".length).split("?")[0] ?? "";
  const folder = named.startsWith("~") ? path.join(homedir(), named.slice(1)) : named;
  return path.resolve(projectFolder, decodeURI(folder), ".pulumi");
}

/** @param folder of the backend */
export async function troubleIn(folder: string, project: string, stack: string): Promise<Trouble> {
  const file = path.join(folder, "stacks", project, `${stack}.json`);
  const isCut = (await wholeness(file)) === "cut";
  const backup = `${file}.bak`;
  return {
    holders: await holdersIn(path.join(folder, "locks/organization", project, stack)),
    cut: isCut
      ? { file, backup: (await wholeness(backup)) === "whole" ? backup : undefined }
      : undefined,
  };
}

/** Puts the state before the last one in the place of the one that was cut, which is kept beside it. */
export async function mend({ file, backup }: { file: string; backup: string }): Promise<void> {
  const draft = `${file}.mended`;
  await copyFile(backup, draft);
  await copyFile(file, `${file}.cut`);
  await rename(draft, file);
}

/**
 * Removes what tells type and checksum of a project's state files and was cut: with an empty one Pulumi ends each
 * command with `failed to load checkpoint: EOF`, without one it works, and writes it anew (seen with 3.250).
 * @returns the files
 */
export async function removeCutAttributes(folder: string, project: string): Promise<string[]> {
  const place = path.join(folder, "stacks", project);
  const removed: string[] = [];
  for (const name of (await namesIn(place)).filter((one) => one.endsWith(".attrs"))) {
    const file = path.join(place, name);
    if ((await wholeness(file)) !== "cut") continue;
    await rm(file, { force: true });
    removed.push(file);
  }
  return removed;
}

async function wholeness(file: string): Promise<"whole" | "cut" | "absent"> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent";
    throw error;
  }
  try {
    JSON.parse(text);
    return "whole";
  } catch {
    return "cut";
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

async function holdersIn(folder: string): Promise<Holder[]> {
  const names = await namesIn(folder);
  const locks = names.filter((name) => name.endsWith(".json"));
  const read = await Promise.all(locks.map((name) => holderIn(path.join(folder, name))));
  return read.filter((holder) => holder !== undefined);
}

async function holderIn(file: string): Promise<Holder | undefined> {
  try {
    const lock: unknown = JSON.parse(await readFile(file, "utf8"));
    const { pid, hostname: host } = lock as { pid?: unknown; hostname?: unknown };
    if (typeof pid !== "number" || typeof host !== "string") return undefined;
    return { pid, host, mayRun: host !== hostname() || isRunning(pid) };
  } catch {
    return undefined; // just released, or cut itself: Pulumi says what there is
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
