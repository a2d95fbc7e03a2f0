// Ends whatever lives of a session: its process group, and on Linux also who left the group.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { allPids, isOver, statOf } from "../../machine/processes";
import { supervisorOf } from "./supervisor";

/** TERM, and after `graceMs` KILL, until nobody is left. */
export async function endProcesses(id: string, dir: string, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  const told = new Set<number>();
  for (let napMs = 5; ; napMs = Math.min(napMs * 2, 200)) {
    const merciless = Date.now() >= deadline;
    const living = await livingOf(id, dir);
    if (living.length === 0) return;
    for (const pid of living) {
      if (merciless) send(pid, "SIGKILL");
      else if (!told.has(pid)) send(pid, "SIGTERM");
      told.add(pid);
    }
    await sleep(merciless ? 5 : Math.min(napMs, Math.max(1, deadline - Date.now())));
  }
}

/** Pids; negative: a whole process group. */
async function livingOf(id: string, dir: string): Promise<number[]> {
  const leader = supervisorOf(dir);
  const group = leader === undefined ? [] : [-leader];
  if (process.platform !== "linux") return group;
  const strays = await Promise.all(
    allPids().map(async (pid) => ((await isStray(pid, id, leader)) ? pid : undefined)),
  );
  return [...group, ...strays.filter((pid) => pid !== undefined)];
}

/** Of the session, but not of its group. A process is the session's if its environment says so. */
async function isStray(pid: number, id: string, leader: number | undefined): Promise<boolean> {
  // Not all at once (`pidsWith`), because the server answers meanwhile. Gone, or another user's: it has none.
  const environ = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  if (!environ.split("\0").includes(`skaha_sessionid=${id}`)) return false;
  const stat = statOf(pid);
  return stat !== undefined && !isOver(stat) && stat.group !== leader;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
