// The processes of this machine. A pid is used again, so a process is known by its pid and its start. Linux tells both
// in /proc (man 5 proc); elsewhere, as on macOS, `ps` does.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What a file says of the process that wrote it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As {@link StartReader} gave it; undefined where that could not be known. */
  readonly started: string | undefined;
}

/**
 * When a process that exists was started, in a form that is only good for comparing: the kernel's ticks, or what `ps`
 * prints. {@link ended} for a zombie; undefined where it cannot be known.
 */
export type StartReader = (pid: number) => string | undefined;

export const ended = "ended";

export const startOf: StartReader = (pid) =>
  hasProc() ? startIn(statText(pid) ?? "") : startByPs(pid);

/** Whether a process exists and is the one that was started then. One whose start cannot be known counts as it. */
export function isRunning({ pid, started }: ProcessIdentity, read: StartReader = startOf): boolean {
  if (!exists(pid)) return false;
  const now = read(pid);
  if (now === undefined || now === ended) return now !== ended;
  return started === undefined || now === started;
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false; // 0 and below mean groups
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * The start in the text of a /proc/PID/stat, or in what {@link psForStart} prints; as a {@link StartReader} gives it.
 */
export function startIn(text: string): string | undefined {
  if (/^\d+ \(/.test(text)) {
    const stat = statIn(text);
    return isOver(stat) ? ended : stat.started;
  }
  const [, state, started] = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(text) ?? [];
  return state?.startsWith("Z") ? ended : started;
}

/** For `sh`, which replaces PID. The start depends on language and time zone, so it fixes both. */
export const psForStart = "LC_ALL=C TZ=UTC ps -o stat= -o lstart= -p PID";

/** The same where there is no /proc. */
export function startByPs(pid: number): string | undefined {
  try {
    const words = ["-c", psForStart.replace("PID", String(pid))];
    return startIn(execFileSync("/bin/sh", words, { encoding: "utf8", stdio: "pipe" }));
  } catch {
    return undefined; // it has ended meanwhile, or there is no `ps`
  }
}

let isProcThere: boolean | undefined;
function hasProc(): boolean {
  isProcThere ??= existsSync("/proc/self/stat");
  return isProcThere;
}

/** Of /proc/PID/stat. */
export interface ProcessStat {
  /** One letter; `Z` is a zombie. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** Kernel ticks since the machine's start. */
  readonly started: string;
  /** Kernel ticks of CPU time. */
  readonly cpuTicks: number;
  /** The same of its children that ended and that it waited for. */
  readonly reapedTicks: number;
  readonly residentPages: number;
}

/** Whether only its exit status is left of it. */
export function isOver({ state }: ProcessStat): boolean {
  return state === "Z" || state === "X";
}

/** @returns undefined where there is no such process, or no /proc */
export function statOf(pid: number | "self"): ProcessStat | undefined {
  const text = statText(pid);
  return text === undefined ? undefined : statIn(text);
}

function statText(pid: number | "self"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
}

function statIn(text: string): ProcessStat {
  // The second field is the program's name in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const number = (index: number) => Number(fields[index]);
  return {
    state: fields[0] ?? "",
    parent: number(1),
    group: number(2),
    started: fields[19] ?? "",
    cpuTicks: number(11) + number(12),
    reapedTicks: number(13) + number(14),
    residentPages: number(21),
  };
}

/** The pids in /proc. */
export function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The parent of each process. */
export function parents(): Map<number, number> {
  if (!hasProc()) {
    const lines = execFileSync("ps", ["-A", "-o", "pid=", "-o", "ppid="], { encoding: "utf8" });
    const pairs = lines.trim().split("\n");
    return new Map(
      pairs.map((line) => {
        const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
        return [pid, parent];
      }),
    );
  }
  return new Map(allPids().map((pid) => [pid, statOf(pid)?.parent ?? 0]));
}

/** Of one's own processes, those whose environment has `NAME=VALUE`; only where there is a /proc. */
export function pidsWith(variable: string): number[] {
  return allPids().filter((pid) => procFile(pid, "environ").split("\0").includes(variable));
}

/** The words of a process, each with a NUL behind it; empty where it has ended, is a zombie or another user's. */
export function commandLineOf(pid: number): string {
  return procFile(pid, "cmdline");
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
