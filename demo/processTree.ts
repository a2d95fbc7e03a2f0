// The processes that a process started, and those they started. Pulumi puts its plugins into process
// groups of their own, so that no signal to one group reaches them all.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export async function endWhatRunsBelow(ancestor: number): Promise<void> {
  kill(await processesBelow(ancestor));
}

/**
 * Asks a process to end, as Ctrl-C does; kills it and all it started if they are still there after `graceMs`.
 * @param ended whether the process has ended
 */
export async function endTree(root: number, ended: () => boolean, graceMs: number): Promise<void> {
  // Orphans cannot be found any more once their parent is gone: they are noted while it ends.
  const tree = new Set<number>();
  const deadline = Date.now() + graceMs;
  const look = async () => {
    for (const pid of await processesBelow(root)) tree.add(pid);
  };
  await look();
  process.kill(root, "SIGINT");
  while (!ended() && Date.now() < deadline) {
    await sleep(50);
    await look();
  }
  kill([...(ended() ? [] : [root]), ...tree]);
}

async function processesBelow(ancestor: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of await processes()) {
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(ancestor);
}

/** All processes, each with its parent. */
async function processes(): Promise<[pid: number, parent: number][]> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0]) => [pid, parent]);
  }
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as [number, number]));
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

function kill(pids: Iterable<number>): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
