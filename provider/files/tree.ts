// What a job's `files` are on this machine: each file with its name, its bytes and whether it may be executed, and one
// digest of it all. Names and contents decide, and nothing else: no time, no owner, no order, and not where the project is.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../errors";
import { resolveWritten } from "../homePath";
import { LeftOut } from "./leftOut";

export interface TreeFile {
  /** Below the folder that the job sees, with `/` between its parts. */
  readonly name: string;
  readonly isExecutable: boolean;
  readonly bytes: Buffer;
}

export interface FileTree {
  /** 32 characters of [0-9a-f]. */
  readonly digest: string;
  /** By name. */
  readonly files: readonly TreeFile[];
}

/** What is wrong with one of the paths, as an input's failure has it. */
export class UnreadableFilesError extends Error {
  /** @param index which of the paths; undefined where it is all of them together */
  constructor(
    message: string,
    readonly index?: number,
  ) {
    super(message);
  }
}

const mebibyte = 2 ** 20;
export const largestTreeBytes = 50 * mebibyte;
export const mostTreeFiles = 5_000;

const digestLength = 32;

/** A name, and where what it stands for is on this machine. */
interface Found {
  readonly file: string;
  readonly stats: Stats;
}

/**
 * @param paths as they were written: files and folders; relative ones are in `folder`
 * @throws UnreadableFilesError
 */
export function readTree(paths: readonly string[], folder: string): FileTree {
  const found = filesOf(paths, folder);
  return treeOf([...found].map(([name, { file, stats }]) => fileOf(name, file, stats)));
}

/**
 * As {@link readTree}, but reads no file.
 * @returns by the name that a job sees, where each file is on this machine
 */
export function placesOf(paths: readonly string[], folder: string): ReadonlyMap<string, string> {
  return new Map([...filesOf(paths, folder)].map(([name, { file }]) => [name, file]));
}

function filesOf(paths: readonly string[], folder: string): ReadonlyMap<string, Found> {
  const leftOut = new LeftOut(folder);
  const walk = new Walk(leftOut);
  for (const [index, written] of paths.entries()) {
    try {
      const file = resolveWritten(folder, written);
      const reason = leftOut.reason(file);
      if (reason !== undefined) throw new Error(refusalOf(file, reason));
      walk.add(nameIn(written), file);
    } catch (error) {
      throw new UnreadableFilesError(messageOf(error), index);
    }
  }
  return walk.found;
}

function refusalOf(file: string, reason: string): string {
  return `cannot be put on /arc: ${file}: ${reason}, so jobs never get it; name what the job needs, or copy that elsewhere if others may read it`;
}

/** @param files in any order, each name once */
export function treeOf(files: readonly TreeFile[]): FileTree {
  const sorted = [...files].sort((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  const whole = createHash("sha256").update("skaha-files 1\n");
  for (const { name, isExecutable, bytes } of sorted) {
    const content = createHash("sha256").update(bytes).digest("hex");
    whole.update(`${isExecutable ? "x" : "-"} ${content} ${Buffer.byteLength(name)} ${name}\n`);
  }
  return { digest: whole.digest("hex").slice(0, digestLength), files: sorted };
}

/**
 * Where a path is in the folder that the job sees: where it is in the project, without the steps that lead out of it. Of an
 * absolute path only the last part counts, so that it is the same on another machine.
 */
function nameIn(written: string): string {
  const isAbsolute = path.isAbsolute(written) || /^~(\/|$)/.test(written);
  const plain = path.posix.normalize(written).replace(/\/+$/, "");
  if (isAbsolute) return path.posix.basename(plain);
  return plain.replace(/^(\.\.(\/|$))+/, "").replace(/^\.$/, "");
}

class Walk {
  readonly found = new Map<string, Found>();
  #bytes = 0;

  constructor(private readonly leftOut: LeftOut) {}

  /** @param name "" for the folder itself */
  add(name: string, file: string, above: readonly string[] = []): void {
    const stats = statsOf(file);
    if (stats.isDirectory()) {
      const real = realpathSync(file);
      if (above.includes(real)) {
        throw new Error(
          `leads round: ${file} is a link to a folder that it is in; remove the link`,
        );
      }
      for (const entry of readdirSync(file).sort()) {
        const inside = path.join(file, entry);
        if (this.leftOut.reason(inside) !== undefined) continue;
        this.add(name === "" ? entry : `${name}/${entry}`, inside, [...above, real]);
      }
      return;
    }
    if (!stats.isFile()) throw new Error(`cannot be put on /arc: ${file} is no file and no folder`);
    this.#note(name, { file, stats });
  }

  #note(name: string, one: Found): void {
    const other = this.found.get(name);
    if (other && realpathSync(other.file) !== realpathSync(one.file)) {
      throw new Error(
        `has two files for ${name}, ${other.file} and ${one.file}: rename one of them`,
      );
    }
    if (other) return;
    this.found.set(name, one);
    this.#bytes += one.stats.size;
    if (this.found.size > mostTreeFiles) {
      throw new Error(
        `has more than ${mostTreeFiles} files: name those that the job needs, and keep data on /arc`,
      );
    }
    if (this.#bytes > largestTreeBytes) {
      throw new Error(
        `takes more than ${largestTreeBytes / mebibyte} MiB, with ${one.file}: keep data on /arc, and put there what is large`,
      );
    }
  }
}

function statsOf(file: string): Stats {
  try {
    return statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isAbsent = code === "ENOENT" || code === "ENOTDIR";
    const why = isAbsent ? "there is no such file, or it is a link to none" : messageOf(error);
    throw new Error(`cannot be read: ${file}: ${why}; paths start from the project's folder`);
  }
}

function fileOf(name: string, file: string, stats: Stats): TreeFile {
  try {
    return { name, isExecutable: (stats.mode & 0o100) !== 0, bytes: readFileSync(file) };
  } catch (error) {
    throw new UnreadableFilesError(`cannot be read: ${file}: ${messageOf(error)}`);
  }
}
