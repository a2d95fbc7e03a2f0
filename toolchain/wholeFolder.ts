// A folder that is there completely or not at all: it is filled beside its place and then renamed.

import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** Call it holding a lock: what other fillings of the same folder left behind is removed. */
export async function installWhole<T>(
  folder: string,
  fill: (part: string) => Promise<T>,
): Promise<T> {
  const parent = path.dirname(folder);
  const marker = `.${path.basename(folder)}.part-`;
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(marker)) await rm(path.join(parent, name), { recursive: true });
  }
  const part = path.join(parent, marker + process.pid);
  await mkdir(part);
  try {
    const result = await fill(part);
    await rm(folder, { recursive: true, force: true }); // a broken one, or fill would not be asked
    await rename(part, folder);
    return result;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
