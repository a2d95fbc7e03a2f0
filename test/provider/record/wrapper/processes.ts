// The processes of a recorded job, as /proc tells of them.
import { readFileSync } from "node:fs";
import { commandLineOf, isRunning, pidsWith } from "../../../../machine/processes";

/** Those whose environment says that they are of the job in `folder`, and whose command line has `command`. */
export function processesOf(folder: string, command = ""): number[] {
  return pidsWith(`SKAHA_TEST_JOB=${folder}`).filter(
    (pid) => commandLineOf(pid).includes(command) && !isGone(pid),
  );
}

export function isGone(pid: number): boolean {
  return !isRunning({ pid, started: undefined });
}

/** A file of /proc/PID; nothing where the process is gone. */
export function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
