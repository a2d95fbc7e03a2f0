// A process is known by its pid and its start: pids are used again, and a server that was restarted must not take a
// stranger for its session.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a living process started, in a form that is only good for comparing; undefined if there is no such process
 * or only its zombie. Linux: the 22nd field of /proc/<pid>/stat; elsewhere what `ps` says.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      return startInStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
    } catch {
      return undefined;
    }
  }
  try {
    const answer = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)])
      .toString()
      .trim();
    return answer.startsWith("Z") ? undefined : answer.replace(/^\S+\s+/, "") || undefined;
  } catch {
    return undefined;
  }
}

/** The start time in the text of a /proc/<pid>/stat; undefined for a zombie. */
export function startInStat(stat: string): string | undefined {
  // The second field is the program's name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** The process group in the text of a /proc/<pid>/stat. */
export function groupInStat(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

export function isSameProcess(pid: number, start: string | undefined): boolean {
  const now = processStart(pid);
  return now !== undefined && now === start;
}
