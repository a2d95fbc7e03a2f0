// One process at a time. The holder keeps touching its lock, so one that died is noticed and replaced.

import path from "node:path";

export async function exclusively<T>(
  file: string,
  {
    say,
    pollMs,
    what = "the Pulumi CLI",
  }: { say: (line: string) => void; pollMs: number; what?: string },
  work: () => Promise<T>,
): Promise<T> {
  // Loaded where something is installed, once on a machine: all others begin sooner.
  const { lock } = require("proper-lockfile") as typeof import("proper-lockfile");
  const options = {
    realpath: false, // the file itself need not exist
    lockfilePath: `${file}.lock`,
    stale: 20_000,
    onCompromised: () =>
      say(`The lock ${path.basename(file)} was taken over, as after a long sleep; going on.`),
  };
  const release = await lock(file, options).catch((error: { code?: string }) => {
    if (error.code !== "ELOCKED") throw error;
    say(`Waiting for another run that is installing ${what} (up to ten minutes) ...`);
    return lock(file, {
      ...options,
      retries: { forever: true, minTimeout: pollMs, maxTimeout: pollMs },
    });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => {}); // it was taken over
  }
}
