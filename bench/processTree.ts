// What a command and all it starts use, by looking at /proc while it runs. Elsewhere than on Linux nothing
// is known. A provider survives its parent now and then, so a process once seen below the command stays its.
import { allPids, isOver, statOf } from "../machine/processes";

export interface Usage {
  readonly cpuSeconds: number;
  /** The largest sum of resident memory over all processes at one look; shared pages count in each. */
  readonly peakMemoryBytes: number;
  /** How many processes were seen. */
  readonly processes: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** In the kernel's ticks since the start: with it a number that is used again is another process. */
  readonly started: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

const isLinux = process.platform === "linux";
/** USER_HZ and the page size of every Linux that Node runs on, but for large pages on some ARM. */
const ticksPerSecond = 100;
const pageBytes = 4_096;
const lookEveryMs = 100;

export class ProcessTree implements Disposable {
  readonly #seen = new Map<number, Process>();
  readonly #gone: Process[] = [];
  readonly #reapedBefore = reapedSeconds();
  readonly #timer: NodeJS.Timeout | undefined;
  #peakMemoryBytes = 0;

  constructor(private readonly root: number) {
    if (!isLinux) return;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Once the command has ended; undefined where there is no /proc. */
  usage(): Usage | undefined {
    if (!isLinux) return undefined;
    this.#look();
    const all = [...this.#gone, ...this.#seen.values()];
    const looked = all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    // Looks miss what is short-lived, and the kernel's account of ended children what was left behind.
    const cpuSeconds = Math.max(looked, reapedSeconds() - this.#reapedBefore);
    return { cpuSeconds, peakMemoryBytes: this.#peakMemoryBytes, processes: all.length };
  }

  /** The processes below the command that still run. */
  alive(): number[] {
    this.#look();
    return [...this.#seen.keys()];
  }

  #look(): void {
    const all = processes();
    for (const [pid, known] of this.#seen) {
      if (all.get(pid)?.started === known.started) continue;
      this.#gone.push(known);
      this.#seen.delete(pid);
    }
    const children = Map.groupBy(all.values(), ({ parent }) => parent);
    const found = new Map<number, Process>();
    const walk = (one: Process | undefined): void => {
      if (!one || found.has(one.pid)) return;
      found.set(one.pid, one);
      for (const child of children.get(one.pid) ?? []) walk(child);
    };
    for (const pid of [this.root, ...this.#seen.keys()]) walk(all.get(pid));
    let memory = 0;
    for (const [pid, one] of found) {
      this.#seen.set(pid, one);
      memory += one.residentBytes;
    }
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, memory);
  }
}

function processes(): Map<number, Process> {
  const found = new Map<number, Process>();
  for (const pid of allPids()) {
    const one = read(pid);
    if (one) found.set(one.pid, one);
  }
  return found;
}

function read(pid: number): Process | undefined {
  const stat = statOf(pid);
  if (!stat || isOver(stat)) return undefined;
  return {
    pid,
    parent: stat.parent,
    started: stat.started,
    cpuSeconds: stat.cpuTicks / ticksPerSecond,
    residentBytes: stat.residentPages * pageBytes,
  };
}

/** CPU time of this process's ended children, and of those that they waited for. */
function reapedSeconds(): number {
  const stat = isLinux ? statOf("self") : undefined;
  return (stat?.reapedTicks ?? 0) / ticksPerSecond;
}
