// A folder for the files of one piece of work, which goes with it: `await using folder = await scratchFolder()`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

/** Below the system's folder for temporary files, for this user alone. */
export async function scratchFolder(): Promise<ScratchFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-"));
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
