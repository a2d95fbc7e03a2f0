// Small files under /arc: by path where /arc is mounted (a session on CANFAR), else over VOSpace.
import type { Dirent } from "node:fs";
import fs from "node:fs/promises";
import { messageOf } from "../errors";
import type { Listed } from "./nodeList";
import { placeOf } from "./place";
import { type VospaceOptions, vospace } from "./vospace";

export interface Arc {
  /**
   * @returns undefined where there is no such file, and its home or project was seen to be there: a file system
   * that is not mounted has no files either
   * @throws where neither is known
   */
  read(path: string): Promise<string | undefined>;
  /** @returns false where there is no such folder; as `read` else */
  write(path: string, content: string | Uint8Array): Promise<boolean>;
  /** Whether there is such a folder; as `read` else. Nothing of it is read. */
  isFolder(path: string): Promise<boolean>;
  /** A file's length in bytes; undefined where there is none, or the service does not tell it. Nothing of it is read. */
  size(path: string): Promise<number | undefined>;
  /** What is in a folder, in no order; undefined where there is no such folder. As `read` else. */
  list(path: string): Promise<readonly Listed[] | undefined>;
  /** A file's bytes, for large ones. As `read` else. */
  stream(path: string): Promise<NodeJS.ReadableStream | undefined>;
}

export function arcOf(service: VospaceOptions): Arc {
  const remote = vospace(service);
  let choice: Promise<Arc> | undefined;
  const chosen = () => {
    choice ??= fs.access("/arc/home").then(
      () => mounted,
      () => remote,
    );
    return choice;
  };
  return {
    read: async (path) => (await chosen()).read(path),
    write: async (path, content) => (await chosen()).write(path, content),
    isFolder: async (path) => (await chosen()).isFolder(path),
    size: async (path) => (await chosen()).size(path),
    list: async (path) => (await chosen()).list(path),
    stream: async (path) => (await chosen()).stream(path),
  };
}

const mounted: Arc = {
  read: (path) => unlessAbsent(path, undefined, () => fs.readFile(path, "utf8")),
  write: (path, content) =>
    unlessAbsent(path, false, async () => {
      await fs.writeFile(path, content);
      return true;
    }),
  isFolder: (path) => unlessAbsent(path, false, async () => (await fs.stat(path)).isDirectory()),
  size: (path) => unlessAbsent(path, undefined, async () => (await fs.stat(path)).size),
  list: (path) =>
    unlessAbsent(path, undefined, async () => {
      const entries = await fs.readdir(path, { withFileTypes: true });
      return entries.map((one) => ({ name: one.name, kind: kindOf(one) }));
    }),
  stream: (path) =>
    unlessAbsent(path, undefined, async () => (await fs.open(path)).createReadStream()),
};

function kindOf(entry: Dirent): Listed["kind"] {
  if (entry.isSymbolicLink()) return "link";
  return entry.isDirectory() ? "folder" : "file";
}

async function unlessAbsent<T, A>(path: string, absent: A, work: () => Promise<T>): Promise<T | A> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["ENOENT", "ENOTDIR"].includes(code)) throw error;
  }
  const place = placeOf(path);
  try {
    await fs.access(place);
    return absent;
  } catch (error) {
    throw new Error(`${path} is not there, and ${place} neither: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
