// The processes of a recorded job, as /proc tells of them.
import { readdirSync, readFileSync } from "node:fs";

/** Those whose environment says that they are of the job in `folder`, and whose command line has `command`. */
export function processesOf(folder: string, command = ""): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(pid, "environ").includes(`SKAHA_TEST_JOB=${folder}\0`))
    .filter((pid) => read(pid, "cmdline").includes(command) && !isGone(pid));
}

export function isGone(pid: number): boolean {
  const status = read(pid, "status");
  return status === "" || /^State:\s+Z/m.test(status);
}

/** A file of /proc/PID; nothing where the process is gone. */
export function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
