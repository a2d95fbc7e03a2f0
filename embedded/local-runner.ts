// Runs each session as real local processes, in a process group of their own, under a small `sh` that outlives the
// server: it claims the session (so that two servers cannot start it twice), runs the command and writes the exit
// status into the session's folder.
//
//   <data>/sessions/<id>/claim/     made first, by whoever starts the session
//   <data>/sessions/<id>/pid        pid of the `sh`, which is also its process group
//   <data>/sessions/<id>/stat       its /proc/<pid>/stat (Linux), or the time `ps` says it started
//   <data>/sessions/<id>/log        stdout and stderr, raw
//   <data>/sessions/<id>/exit       exit status, as a decimal number; 128+n for signal n
import { type ChildProcess, spawn } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SessionRecord } from "./job";
import { expandEnv, expandReferences } from "./kubelet";
import { foldersOf, mapPaths } from "./local-paths";
import { groupInStat, processStart, startInStat } from "./process-identity";
import type { Report, Runner } from "./runner";
import { sessionFolder } from "./store";

export interface LocalRunnerOptions {
  readonly dataDir: string;
  /** `skaha_hostname` in the sessions. */
  readonly hostname: string;
  /** What an image runs when a POST has no cmd; undefined: it has no entrypoint here. */
  entrypointOf(image: string): readonly string[] | undefined;
}

/** Looks after sessions that are not our children this often; the others are heard of at once. */
const adoptedPollMs = 100;

// HUP, INT and TERM are caught, not ignored: the command gets their default action back, and `sh` lives on to
// write the status. Last it takes the rest of its group with it, as the end of a container does.
const supervisor = `
dir=$1; shift
umask 077
mkdir "$dir/claim" 2>/dev/null || exit 0
trap : HUP INT TERM
{ cat "/proc/$$/stat" || LC_ALL=C ps -o lstart= -p $$; } >"$dir/stat" 2>/dev/null
echo $$ >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid"
(umask 022; exec "$@") </dev/null
echo $? >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
kill -KILL -$$
`;

export function localRunner(options: LocalRunnerOptions): Runner {
  const { dataDir } = options;
  const watched = new Map<string, { readonly report: Report }>();
  const adopted = new Set<string>();
  let poll: NodeJS.Timeout | undefined;

  const dirOf = (id: string) => sessionFolder(dataDir, id);

  function settle(id: string): void {
    const watch = watched.get(id);
    if (!watch) return;
    const exit = readExit(dirOf(id));
    watched.delete(id);
    adopted.delete(id);
    if (exit) {
      watch.report.ended(exit);
      return;
    }
    watch.report.event({
      type: "Warning",
      reason: "Failed",
      message: "The session's processes were killed from outside",
      last: Date.now(),
    });
    watch.report.ended({ exitCode: 137 });
  }

  function adopt(id: string): void {
    if (!watched.has(id)) return;
    adopted.add(id);
    poll ??= setInterval(lookAfterAdopted, adoptedPollMs).unref();
  }

  function lookAfterAdopted(): void {
    for (const id of adopted) {
      if (readExit(dirOf(id)) || !isAlive(dirOf(id))) settle(id);
    }
    if (adopted.size === 0) {
      clearInterval(poll);
      poll = undefined;
    }
  }

  function launch(session: SessionRecord, report: Report): void {
    const dir = dirOf(session.id);
    const folders = foldersOf(dataDir, session.id);
    const home = join(folders.arc, "home", session.user);
    for (const folder of [home, join(folders.arc, "projects"), folders.scratch]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    const { argv, env } = processOf(session, options);
    const log = openSync(join(dir, "log"), "a", 0o600);
    const cannot = obstacle(session.launch.image, argv[0], env.get("PATH") ?? "", home);
    watched.set(session.id, { report });
    report.status({ active: 1 });
    let child: ChildProcess;
    try {
      if (cannot) throw cannot;
      child = spawn("/bin/sh", ["-c", supervisor, "skaha", dir, ...viaEnv(argv, env)], {
        cwd: home,
        detached: true,
        env: { PATH: process.env.PATH },
        stdio: ["ignore", log, log],
      });
    } catch (error) {
      watched.delete(session.id);
      const { message, exitCode } =
        error instanceof CannotStart ? error : new CannotStart(String(error), 128);
      writeSync(log, `skaha: ${message}\n`);
      report.event({ type: "Warning", reason: "Failed", message, last: Date.now() });
      report.ended({ exitCode });
      return;
    } finally {
      closeSync(log);
    }
    child.once("spawn", () => {
      report.event({
        type: "Normal",
        reason: "Started",
        message: "Started container",
        last: Date.now(),
      });
      report.status({ active: 1, ready: 1 });
    });
    child.once("error", (error) => {
      watched.delete(session.id);
      report.event({
        type: "Warning",
        reason: "Failed",
        message: error.message,
        last: Date.now(),
      });
      report.ended({ exitCode: 128 });
    });
    child.once("exit", () => {
      // Our `sh` came too late: the one of a server that was killed runs this session.
      if (!readExit(dir) && isAlive(dir)) adopt(session.id);
      else settle(session.id);
    });
    child.unref();
  }

  return {
    start: launch,
    resume(session, report) {
      const dir = dirOf(session.id);
      // Asked for by a server that died before its `sh` got so far: whoever claims first runs it.
      if (!exists(join(dir, "claim"))) {
        launch(session, report);
        return;
      }
      watched.set(session.id, { report });
      report.status({ active: 1, ready: 1 });
      adopt(session.id);
      lookAfterAdopted();
    },
    async kill(id, graceMs) {
      watched.delete(id);
      adopted.delete(id);
      const dir = dirOf(id);
      // A `sh` that has not claimed yet finds that it came too late; one that has is known by its pid soon.
      if (!claim(dir)) await pidFile(dir);
      const deadline = Date.now() + graceMs;
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        const living = await membersOf(id, dir);
        if (living.length === 0) break;
        for (const pid of living) send(pid, signal);
        while ((await membersOf(id, dir)).length > 0) {
          if (signal === "SIGTERM" && Date.now() >= deadline) break;
          await sleep(10);
        }
      }
      rmSync(foldersOf(dataDir, id).scratch, { recursive: true, force: true });
    },
    log(id) {
      try {
        return readFileSync(join(dirOf(id), "log"));
      } catch {
        return Buffer.alloc(0);
      }
    },
    close() {
      clearInterval(poll);
      watched.clear();
      adopted.clear();
    },
  };
}

/** The argv and environment as the container would have them, `/arc` and `/scratch` mapped. */
function processOf(session: SessionRecord, options: LocalRunnerOptions) {
  const { job, threads, image } = session.launch;
  const home = `/arc/home/${session.user}`;
  const declared = expandEnv([
    ...job.env,
    ["skaha_hostname", options.hostname],
    ["skaha_username", session.user],
    ["skaha_sessionid", session.id],
    ["HOME", home],
    ["PWD", home],
    ["OMP_NUM_THREADS", String(threads)],
  ]);
  const folders = foldersOf(options.dataDir, session.id);
  const words = [
    ...(job.command ?? options.entrypointOf(image) ?? []),
    ...(job.command || options.entrypointOf(image) ? (job.args ?? []) : []),
  ];
  const env = new Map([
    ["PATH", process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin"],
    ["LANG", process.env.LANG ?? "C.UTF-8"],
  ]);
  for (const [name, value] of declared) env.set(name, mapPaths(value, folders));
  return { argv: words.map((word) => mapPaths(expandReferences(word, declared), folders)), env };
}

/** `env -i` sets any name, also those that `sh` would lose. It takes a first word with `=` for a variable. */
function viaEnv(argv: readonly string[], env: ReadonlyMap<string, string>): string[] {
  const variables = [...env].map(([name, value]) => `${name}=${value}`);
  const guarded = argv[0]?.includes("=") ? ["/bin/sh", "-c", 'exec "$0" "$@"', ...argv] : argv;
  return ["/usr/bin/env", "-i", ...variables, ...guarded];
}

/** Claims a session that nobody has started, so that nobody will. */
function claim(dir: string): boolean {
  try {
    mkdirSync(join(dir, "claim"), { mode: 0o700 });
    writeFileSync(join(dir, "pid"), "0\n", { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** A `sh` that has claimed its session writes its pid a moment later. */
async function pidFile(dir: string): Promise<void> {
  for (let tries = 0; tries < 100 && !exists(join(dir, "pid")); tries++) await sleep(10);
}

class CannotStart extends Error {
  constructor(
    message: string,
    /** As a shell would say it. */
    readonly exitCode: number,
  ) {
    super(message);
  }
}

function obstacle(
  image: string,
  program: string | undefined,
  path: string,
  cwd: string,
): CannotStart | undefined {
  if (program === undefined) {
    return new CannotStart(
      `no cmd, and this server knows no entrypoint of the image ${image}`,
      127,
    );
  }
  const candidates = program.includes("/")
    ? [isAbsolute(program) ? program : join(cwd, program)]
    : path.split(delimiter).map((folder) => join(folder || ".", program));
  const file = program === "" ? undefined : candidates.find(isFile);
  if (!file) return new CannotStart(`command not found: ${JSON.stringify(program)}`, 127);
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch {
    return new CannotStart(`not executable: ${JSON.stringify(program)}`, 126);
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readExit(dir: string): { readonly exitCode: number; readonly at: number } | undefined {
  try {
    const file = join(dir, "exit");
    return { exitCode: Number(readFileSync(file, "utf8")), at: Math.ceil(statSync(file).mtimeMs) };
  } catch {
    return undefined;
  }
}

/** The supervising `sh`, if it is still the one that was started. */
function supervisorOf(dir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
    const stat = readFileSync(join(dir, "stat"), "latin1");
    const start = process.platform === "linux" ? startInStat(stat) : stat.trim();
    return start !== undefined && processStart(pid) === start ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(dir: string): boolean {
  if (exists(join(dir, "pid"))) return supervisorOf(dir) !== undefined;
  // Between the claim and the pid file, which is a moment, the `sh` cannot be named yet.
  const claim = statSync(join(dir, "claim"), { throwIfNoEntry: false });
  return claim !== undefined && Date.now() - claim.mtimeMs < 10_000;
}

/** Negative: a whole process group. On Linux also those that left it, known by their environment. */
async function membersOf(id: string, dir: string): Promise<number[]> {
  const leader = supervisorOf(dir);
  const group = leader !== undefined ? [-leader] : [];
  if (process.platform !== "linux") return group;
  const pids = (await readdir("/proc")).filter((name) => /^[0-9]+$/.test(name));
  const mark = `skaha_sessionid=${id}`;
  const strays = await Promise.all(
    pids.map(async (pid) => {
      try {
        const environ = await readFile(`/proc/${pid}/environ`, "latin1");
        if (!environ.split("\0").includes(mark)) return undefined;
        const stat = await readFile(`/proc/${pid}/stat`, "latin1");
        const zombie = startInStat(stat) === undefined;
        return zombie || groupInStat(stat) === leader ? undefined : Number(pid);
      } catch {
        return undefined; // gone, or not ours
      }
    }),
  );
  return [...group, ...strays.filter((pid) => pid !== undefined)];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
