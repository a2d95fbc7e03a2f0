// Runs beside a Snakemake whose jobs are launched by `submit --companion-of PID`. Snakemake's cluster-generic executor forgets
// jobs at Ctrl-C: it cancels none whose status is just being asked for, and none that is being submitted. So each `submit` notes
// its job in a file, and what is left of these when Snakemake has ended after a Ctrl-C is cancelled here. (The executor's own
// sidecar-cmd will not do: with it Snakemake 9.27 never ends where nothing is to be done.)
import { spawn } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessIdentity, startOf } from "../../../machine/processes";
import { withoutHash } from "../../../provider/job/identity";
import { ownTemporaryFolder } from "../../../provider/run/temporaryFolder";
import { submittedIdIn } from "../../../provider/submitted/submittedId";

const ending = ".companion-jobs";

/** How often it looks whether Snakemake is still there. */
const lookMs = 500;

/** One for each process that ever was. */
function fileOf(pid: number): string {
  return path.join(ownTemporaryFolder(), `${pid}-${startOf(pid) ?? ""}${ending}`);
}

/** In a file of jobs, the line that says which process the companion is. */
const ofCompanion = "companion ";

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
  const child = spawn(process.execPath, words, { stdio: "ignore" });
  child.unref();
  const own = child.pid ?? 0;
  appendFileSync(file, `${ofCompanion}${own} ${startOf(own) ?? ""}\n`);
}

/** Whether the process that a job was launched for has ended, and its companion may be about to cancel what runs under its name. */
export function isLeftToCompanion(job: string): boolean {
  const folder = ownTemporaryFolder();
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .some((name) => {
      const [pid, started = ""] = name.slice(0, -ending.length).split("-");
      if (isRunning({ pid: Number(pid), started: started || undefined })) return false;
      const { jobs, companion: its } = fileIn(path.join(folder, name));
      return its !== undefined && isRunning(its) && jobs.some((one) => isOfName(one, job));
    });
}

function isOfName(text: string, job: string): boolean {
  const id = submittedIdIn(text, undefined)?.id;
  return id !== undefined && withoutHash(id) === withoutHash(job);
}

function fileIn(file: string): {
  readonly jobs: readonly string[];
  readonly companion: ProcessIdentity | undefined;
} {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return { jobs: [], companion: undefined }; // it has just been taken away
  }
  const lines = text.split("\n").filter(Boolean);
  const own = lines.find((line) => line.startsWith(ofCompanion));
  const [, pid, started] = /^(\d+) (.*)$/.exec((own ?? "").slice(ofCompanion.length)) ?? [];
  return {
    jobs: [...new Set(lines.filter((line) => line !== own))],
    companion: own === undefined ? undefined : { pid: Number(pid), started: started || undefined },
  };
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
    const { jobs } = fileIn(file);
    if (!isInterrupted || jobs.length === 0) return 0;
    const { cancelAndWait } = await import("./cancel.js");
    return await cancelAndWait(jobs, {});
  } finally {
    rmSync(file, { force: true });
  }
}
