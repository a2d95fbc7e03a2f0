// A disk that can be filled: a small tmpfs where this process may mount one.
import { spawnSync } from "node:child_process";
import { cp, lstat, mkdir, mkdtemp, open, rm } from "node:fs/promises";
import path from "node:path";

/** There is room for what Node compiles of the command and of Pulumi's SDK. */
const sizeKiB = 128 * 1_024;

export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** Mounts one over a folder, with what the folder holds. @returns undefined where that is not allowed */
  static async over(folder: string): Promise<SmallDisk | undefined> {
    await mkdir(folder, { recursive: true });
    const aside = await mkdtemp(`${folder}.aside-`);
    // A socket of a process that is just ending cannot be copied.
    const filter = async (file: string) => !(await lstat(file)).isSocket();
    await cp(folder, aside, { recursive: true, filter });
    const options = `size=${sizeKiB}k,mode=0700`;
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
    const isMounted = mounted.status === 0;
    if (isMounted) await cp(aside, folder, { recursive: true });
    await rm(aside, { recursive: true, force: true });
    return isMounted ? new SmallDisk(folder) : undefined;
  }

  /** Not a byte is left. */
  async fill(): Promise<void> {
    const file = await open(this.#filler, "w");
    try {
      for (let size = 65_536; size >= 1; ) {
        try {
          const { bytesWritten } = await file.write(Buffer.alloc(size));
          if (bytesWritten < size) size = Math.floor(size / 2);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  unmount(): void {
    const done = spawnSync("umount", [this.folder]);
    if (done.status !== 0) spawnSync("umount", ["-l", this.folder]); // a file is still open
  }

  get #filler(): string {
    return path.join(this.folder, ".filler");
  }
}
