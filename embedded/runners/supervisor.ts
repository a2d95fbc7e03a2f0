// The small `sh` around each session, which outlives the server, and the files it leaves in the session's folder:
//
//   claim/   made first, by whoever starts the session, so that two servers cannot start it twice
//   pid      pid of the `sh`, which is also its process group; 0: claimed so that it never starts
//   stat     its /proc/<pid>/stat, or where there is none what `ps` says of its state and start
//   log      stdout and stderr of the command, raw (made by the server)
//   run      what becomes the command, with its environment (made by the server)
//   exit     exit status, as a decimal number; 128+n for signal n
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, psForStart, startIn } from "../../machine/processes";

// HUP, INT and TERM are caught, not ignored: the command gets their default action back, and `sh` lives on to
// write the status. Last it takes the rest of its group with it, as the end of a container does.
const script = `
dir=$1
umask 077
mkdir "$dir/claim" 2>/dev/null || exit 0
trap : HUP INT TERM
{ cat "/proc/$$/stat" || ${psForStart.replace("PID", () => "$$")}; } >"$dir/stat" 2>/dev/null
echo $$ >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid"
(umask 022; . "$dir/run") </dev/null
echo $? >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
kill -KILL -$$
`;

/** The argv that runs a text for `sh` under supervision; to be spawned as the leader of a new process group. */
export function supervised(dir: string, command: string): string[] {
  writeFileSync(join(dir, "run"), command, { mode: 0o600 });
  return ["/bin/sh", "-c", script, "skaha", dir];
}

/** How the command ended, `at` in ms; undefined while it runs, or if its `sh` was killed. */
export function readExit(
  dir: string,
): { readonly exitCode: number; readonly at: number } | undefined {
  try {
    const file = join(dir, "exit");
    return {
      exitCode: Number(readFileSync(file, "utf8")),
      at: Math.ceil(statSync(file).mtimeMs),
    };
  } catch {
    return undefined;
  }
}

/** Claims a session that nobody has started, so that nobody will. False: somebody has. */
export function claim(dir: string): boolean {
  try {
    mkdirSync(join(dir, "claim"), { mode: 0o700 });
    writeFileSync(join(dir, "pid"), "0\n", { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

export function isClaimed(dir: string): boolean {
  return exists(join(dir, "claim"));
}

/** A `sh` that has claimed its session writes its pid a moment later; waits for that. */
export async function pidIsKnown(dir: string): Promise<void> {
  for (let tries = 0; tries < 100 && !exists(join(dir, "pid")); tries++) await sleep(10);
}

/** The pid and process group of the `sh`, if it lives and is still the one that was started. */
export function supervisorOf(dir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
    const stat = readFileSync(join(dir, "stat"), "latin1");
    const started = startIn(stat);
    return started !== undefined && isRunning({ pid, started }) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function isSupervised(dir: string): boolean {
  if (exists(join(dir, "pid"))) return supervisorOf(dir) !== undefined;
  // Between the claim and the pid file, which is a moment, the `sh` cannot be named yet.
  const claimed = statSync(join(dir, "claim"), { throwIfNoEntry: false });
  return claimed !== undefined && Date.now() - claimed.mtimeMs < 10_000;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
