// Files that logs are saved to. They appear whole or not at all, whoever else saves at the same time: each is
// written aside and takes its name when it is done.
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Chunks } from "./source";

/** What an interrupted run leaves is nobody's after so long. */
const draftMs = 24 * 3_600_000;
const draftName = /^\..+\.log\.[0-9a-f]{12}\.part$/;

export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await fs.stat(file)).size;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      return undefined;
    }
    throw error;
  }
}

/** Saves a log that is over. What was saved of it while it was written goes, unless that was more. */
export async function saveWhole(target: string, snapshot: string, chunks: Chunks): Promise<void> {
  await aside(target, chunks, async (draft) => {
    await fs.rename(draft, target);
  });
  await dropSnapshot(target, snapshot);
}

/** @param target the whole log, if it is there */
export async function dropSnapshot(target: string, snapshot: string): Promise<void> {
  const [whole, part] = await Promise.all([sizeOf(target), sizeOf(snapshot)]);
  if (whole === undefined || part === undefined || part > whole) return;
  await fs.rm(snapshot, { force: true });
}

/**
 * Saves a log as far as it is written. A file that has as much already is left as it is: its time tells since
 * when the job is silent. One that has more keeps it under another name: the server cut the log off.
 * @returns whether there was more than before
 */
export async function saveSnapshot(snapshot: string, chunks: Chunks): Promise<boolean> {
  return aside(snapshot, chunks, async (draft, size) => {
    const before = await sizeOf(snapshot);
    if (size === 0 || size === before) return false;
    if (before !== undefined && size < before) await fs.rename(snapshot, await freeName(snapshot));
    await fs.rename(draft, snapshot);
    return true;
  });
}

async function freeName(snapshot: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = snapshot.replace(/\.log$/, `-${number}.log`);
    if ((await sizeOf(name)) === undefined) return name;
  }
}

async function aside<T>(
  target: string,
  chunks: Chunks,
  done: (draft: string, size: number) => Promise<T>,
): Promise<T> {
  const folder = path.dirname(target);
  await fs.mkdir(folder, { recursive: true });
  const random = randomBytes(6).toString("hex");
  const draft = path.join(folder, `.${path.basename(target)}.${random}.part`);
  try {
    await pipeline(Readable.from(chunks), createWriteStream(draft, { flags: "wx", flush: true }));
    return await done(draft, (await fs.stat(draft)).size);
  } finally {
    await fs.rm(draft, { force: true });
  }
}

/** Removes what runs that were killed have left in a folder. */
export async function tidy(folder: string, now: number): Promise<void> {
  const names = await fs.readdir(folder).catch(() => []); // there is none yet
  for (const name of names.filter((one) => draftName.test(one))) {
    const file = path.join(folder, name);
    const known = await fs.stat(file).catch(() => undefined); // another run was quicker
    if (known && now - known.mtimeMs > draftMs) await fs.rm(file, { force: true });
  }
}
