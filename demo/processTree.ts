// The processes that a process started, and those they started. Pulumi puts its plugins into process
// groups of their own, so that no signal to one group reaches them all.
import { setTimeout as sleep } from "node:timers/promises";
import { parents } from "../machine/processes";

export function endWhatRunsBelow(ancestor: number): void {
  kill(processesBelow(ancestor));
}

/**
 * Asks a process to end, as Ctrl-C does; kills it and all it started if they are still there after `graceMs`.
 * @param ended whether the process has ended
 */
export async function endTree(root: number, ended: () => boolean, graceMs: number): Promise<void> {
  // Orphans cannot be found any more once their parent is gone: they are noted while it ends.
  const tree = new Set<number>();
  const deadline = Date.now() + graceMs;
  const look = () => {
    for (const pid of processesBelow(root)) tree.add(pid);
  };
  look();
  process.kill(root, "SIGINT");
  while (!ended() && Date.now() < deadline) {
    await sleep(50);
    look();
  }
  kill([...(ended() ? [] : [root]), ...tree]);
}

function processesBelow(ancestor: number): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents()) {
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(ancestor);
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
