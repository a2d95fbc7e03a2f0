// Which version a `pulumi` said it is: to ask takes a fifth of a second, and each command would. The answer
// serves for as long as the file is the same.
import { mkdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";

/** What a version manager puts in the place of `pulumi` is smaller, or has another name, and may change its mind. */
const smallestProgram = 1024 * 1024;
/** One that is too old may stand before the one that is used; more are of programs that were replaced. */
const mostKept = 8;

export interface VersionMemory {
  recall(command: string): Promise<string | undefined>;
  keep(command: string, version: string): Promise<void>;
}

/** @param file where it is kept; below PULUMI_HOME, as what is trusted to be run from there is */
export function versionMemory(file: string): VersionMemory {
  return {
    async recall(command) {
      const mark = await markOf(command);
      return mark === undefined ? undefined : (await read(file))[mark];
    },
    async keep(command, version) {
      const mark = await markOf(command);
      if (mark === undefined) return;
      const draft = `${file}.${process.pid}`;
      try {
        await mkdir(path.dirname(file), { recursive: true });
        const known = Object.entries(await read(file)).filter(([one]) => one !== mark);
        const kept = Object.fromEntries([...known.slice(1 - mostKept), [mark, version]]);
        await writeFile(draft, JSON.stringify(kept));
        await rename(draft, file);
      } catch {
        // It is asked again.
      }
    },
  };
}

/** What tells this very file from the one that takes its place; undefined for what may be no `pulumi` itself. */
async function markOf(command: string): Promise<string | undefined> {
  try {
    const real = await realpath(command);
    const { size, mtimeMs, ctimeMs, ino } = await stat(real);
    const isItself = /^pulumi(\.exe)?$/.test(path.basename(real)) && size >= smallestProgram;
    return isItself ? [real, size, mtimeMs, ctimeMs, ino].join(" ") : undefined;
  } catch {
    return undefined;
  }
}

async function read(file: string): Promise<Record<string, string>> {
  try {
    const known: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof known !== "object" || known === null) return {};
    return Object.fromEntries(Object.entries(known).filter(([, one]) => typeof one === "string"));
  } catch {
    return {}; // none yet
  }
}
