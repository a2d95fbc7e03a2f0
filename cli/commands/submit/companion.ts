// Runs beside a Snakemake whose jobs are launched by `submit --companion-of PID`. Snakemake's cluster-generic executor forgets
// jobs at Ctrl-C: it cancels none whose status is just being asked for, and none that is being submitted. So each `submit` notes
// its job in a file, and what is left of these when Snakemake has ended after a Ctrl-C is cancelled here. (The executor's own
// sidecar-cmd will not do: with it Snakemake 9.27 never ends where nothing is to be done.)
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, startOf } from "../../../machine/processes";
import { ownTemporaryFolder } from "../../../provider/run/temporaryFolder";

/** How often it looks whether Snakemake is still there. */
const lookMs = 500;

/** One for each process that ever was. */
function fileOf(pid: number): string {
  return path.join(ownTemporaryFolder(), `${pid}-${startOf(pid) ?? ""}.companion-jobs`);
}

/** Notes a job that is about to be launched for a process, and sees to it that its companion runs. */
export function noteForCompanion(pid: number, job: string): void {
  const file = fileOf(pid);
  try {
    writeFileSync(file, `${job}\n`, { mode: 0o600, flag: "wx" });
  } catch {
    appendFileSync(file, `${job}\n`);
    return;
  }
  // In the process group of both: a terminal's Ctrl-C reaches it.
  const words = [process.argv[1] ?? "", "submit", "--companion", String(pid)];
  spawn(process.execPath, words, { stdio: "ignore" }).unref();
}

/** @returns the exit status, when the process has ended */
export async function companion(pid: number): Promise<number> {
  const file = fileOf(pid);
  const started = startOf(pid);
  let isInterrupted = false;
  process.on("SIGINT", () => {
    isInterrupted = true;
  });
  process.on("SIGHUP", () => {});
  try {
    while (isRunning({ pid, started })) await sleep(lookMs);
    // One that was killed cancels nothing: its next run finds its jobs.
    if (!isInterrupted) return 0;
    const jobs = [...new Set(readFileSync(file, "utf8").split("\n").filter(Boolean))];
    const { cancelAndWait } = await import("./cancel.js");
    return await cancelAndWait(jobs, {});
  } finally {
    rmSync(file, { force: true });
  }
}
