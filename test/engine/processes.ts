// What runs for a test: the processes whose environment names its own PULUMI_HOME.
import { readdir, readFile } from "node:fs/promises";

export interface Process {
  readonly pid: number;
  /** Its words, each with a NUL behind it. */
  readonly command: string;
}

export async function processesOf(pulumiHome: string): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const ours = await Promise.all(
    pids.map(async (pid) => {
      try {
        const env = await readFile(`/proc/${pid}/environ`, "latin1");
        if (!env.split("\0").includes(`PULUMI_HOME=${pulumiHome}`)) return [];
        return [{ pid: Number(pid), command: await readFile(`/proc/${pid}/cmdline`, "latin1") }];
      } catch {
        return []; // it ended, or is none of ours
      }
    }),
  );
  return ours.flat();
}
