// Runs beside a Snakemake, which starts it and ends it. Snakemake's cluster-generic executor forgets jobs at Ctrl-C: it
// cancels none whose status is just being asked for, and none that is being submitted. So each `submit` under it notes
// its job in a file of the sidecar's, and what is left of these when Snakemake ends is cancelled.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownTemporaryFolder } from "../../../provider/run/temporaryFolder";
import { print } from "../../terminal";

/** Set by Snakemake for the commands of a run: the line that the sidecar printed. */
export const sidecarVariable = "SNAKEMAKE_CLUSTER_SIDECAR_VARS";
const suffix = ".sidecar-jobs";

/** How often it looks whether Snakemake is still there. */
const lookMs = 1_000;

/** @returns the exit status, when Snakemake ends it or is gone */
export async function sidecar(): Promise<number> {
  const file = path.join(ownTemporaryFolder(), `${process.pid}${suffix}`);
  writeFileSync(file, "", { mode: 0o600 });
  const { ppid } = process;
  let look: NodeJS.Timeout | undefined;
  const ended = new Promise<"told" | "orphaned">((resolve) => {
    process.on("SIGTERM", () => resolve("told"));
    // Ctrl-C reaches it, too: Snakemake first cancels what it knows of, and ends it then.
    for (const name of ["SIGINT", "SIGHUP"]) process.on(name, () => {});
    look = setInterval(() => {
      if (process.ppid !== ppid) resolve("orphaned");
    }, lookMs);
  });
  print(file);
  try {
    // A Snakemake that was killed cancels nothing: its next run finds its jobs.
    if ((await ended) === "orphaned") return 0;
    const jobs = [...new Set(readFileSync(file, "utf8").split("\n").filter(Boolean))];
    if (jobs.length === 0) return 0;
    const { cancelAndWait } = await import("./cancel.js");
    return await cancelAndWait(jobs, {});
  } finally {
    clearInterval(look);
    rmSync(file, { force: true });
  }
}

/** Tells the sidecar, where there is one, of a job that is about to be launched. */
export function noteForSidecar(job: string): void {
  const file = process.env[sidecarVariable];
  if (file?.endsWith(suffix) && existsSync(file)) appendFileSync(file, `${job}\n`);
}
