// The hosts of dynamic providers that a Pulumi which was killed leaves behind: processes of 100 MB that nobody asks
// anything any more. Those that have loaded this package's provider end by themselves; the others cannot know. Found in
// /proc, so only where there is one.
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { allPids, commandLineOf, isRunning, startOf, statOf } from "../../machine/processes";
import { answers } from "../../provider/engine/engineWatch";
import { existing, type Project } from "../project";

export interface LeftHost {
  readonly pid: number;
  readonly started: string | undefined;
  /** Where its engine was: `host:port`. */
  readonly engine: string;
  /** Of memory, resident. */
  readonly megabytes: number;
}

/** A host that still brings something to its end does so within this time: it asks the server, or computes. */
const idleMs = 1_500;

/**
 * Ends what runs for nothing in the folders of this project, as this user.
 * @param waitMs between two looks at whether they do anything
 * @returns those that were ended
 */
export async function endLeftHosts(project: Project, waitMs = idleMs): Promise<LeftHost[]> {
  const hosts = await leftHosts([project.folder, existing(project)]);
  if (hosts.length === 0) return [];
  const before = hosts.map(({ pid }) => workOf(pid));
  await sleep(waitMs);
  return hosts.filter((host, index) => {
    const isIdle = before[index] !== undefined && workOf(host.pid) === before[index];
    if (!isIdle || !isRunning(host)) return false;
    try {
      process.kill(host.pid, "SIGTERM");
      return true;
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

/** @example "2 hosts of dynamic providers that a killed Pulumi had left (processes 12, 13; 238 MB)" */
export function describeHosts(hosts: readonly LeftHost[]): string {
  const memory = hosts.reduce((sum, { megabytes }) => sum + megabytes, 0);
  const pids = hosts.map(({ pid }) => pid).join(", ");
  const [what, they] =
    hosts.length === 1
      ? ["a host of dynamic providers", "process"]
      : [`${hosts.length} hosts of dynamic providers`, "processes"];
  return `${what} that a killed Pulumi had left (${they} ${pids}; ${memory} MB)`;
}

/** Hosts that were started in one of these folders, by this user, and whose engine does not answer. */
async function leftHosts(folders: readonly string[]): Promise<LeftHost[]> {
  if (!existsSync("/proc/self/cmdline")) return [];
  const own = new Set(folders.map((folder) => realpathSync(folder)));
  const hosts = allPids().flatMap((pid): LeftHost[] => {
    const engine = engineOf(commandLineOf(pid));
    if (engine === undefined || !isOwn(pid) || !own.has(linkOf(`/proc/${pid}/cwd`))) return [];
    // In a container of its own, 127.0.0.1 is another.
    if (linkOf(`/proc/${pid}/ns/net`) !== linkOf("/proc/self/ns/net")) return [];
    return [{ pid, started: startOf(pid), engine, megabytes: megabytesOf(pid) }];
  });
  const alive = await Promise.all(hosts.map(({ engine }) => answers(engine)));
  return hosts.filter((_, index) => !alive[index]);
}

/** Of a host of dynamic providers: its first argument. */
function engineOf(commandLine: string): string | undefined {
  const [, engine] =
    /\/@pulumi\/pulumi\/cmd\/dynamic-provider(?:\/index\.js)?\0(127\.0\.0\.1:\d+)\0/.exec(
      commandLine,
    ) ?? [];
  return engine;
}

function isOwn(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function megabytesOf(pid: number): number {
  const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return Math.round((Number(kibibytes) * 1_024) / 1e6);
}

/** What changes while it works; undefined while it has a connection to whomever, as to a server that it asks. */
function workOf(pid: number): string | undefined {
  const stat = statOf(pid);
  return stat === undefined || isConnected(pid) ? undefined : String(stat.cpuTicks);
}

const established = "01";
const asking = "02";

function isConnected(pid: number): boolean {
  const open = new Set<string>();
  for (const table of ["tcp", "tcp6"]) {
    const lines = textOf(`/proc/${pid}/net/${table}`).split("\n").slice(1);
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      if ([established, asking].includes(fields[3] ?? "")) open.add(`socket:[${fields[9]}]`);
    }
  }
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => open.has(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // it has ended
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return ""; // it was closed meanwhile, has ended, or is another user's
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // no IPv6, or it has ended
  }
}
