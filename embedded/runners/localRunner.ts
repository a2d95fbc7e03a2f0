// Runs each session as real local processes, in a process group of their own, under a supervising `sh`.
import { spawn } from "node:child_process";
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { SessionRecord } from "../job";
import type { Report, Runner } from "../sessions/runner";
import { sessionFolder } from "../sessions/store";
import { endProcesses } from "./endProcesses";
import { foldersOf } from "./localPaths";
import { CannotStart, type ProcessOptions, processOf } from "./sessionProcess";
import { claim, isClaimed, isSupervised, pidIsKnown, readExit, supervised } from "./supervisor";

export interface LocalRunnerOptions extends ProcessOptions {
  /** ms */
  readonly clock: () => number;
}

/** Looks after sessions that are not our children this often; of the others we hear at once. */
const adoptedPollMs = 100;

export function localRunner(options: LocalRunnerOptions): Runner {
  const { dataDir, clock } = options;
  /** Sessions to start, one per turn of the event loop: a spawn takes milliseconds. */
  const queue = new Map<string, () => void>();
  /** Sessions whose end is still to be reported. */
  const watched = new Map<string, Report>();
  /** Those of them that are not our children. */
  const adopted = new Set<string>();
  let poll: NodeJS.Timeout | undefined;

  const dirOf = (id: string) => sessionFolder(dataDir, id);

  function enqueue(session: SessionRecord, report: Report): void {
    report.status({ active: 1 });
    queue.set(session.id, () => launch(session, report));
    if (queue.size === 1) setImmediate(startNext);
  }

  function startNext(): void {
    for (const [id, start] of queue) {
      queue.delete(id);
      start();
      break;
    }
    if (queue.size > 0) setImmediate(startNext);
  }

  function launch(session: SessionRecord, report: Report): void {
    const { id } = session;
    const dir = dirOf(id);
    watched.set(id, report);
    try {
      const { arc, scratch } = foldersOf(dataDir, id);
      for (const folder of [join(arc, "home", session.user), join(arc, "projects"), scratch]) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      }
      const { script, cwd } = processOf(session, options);
      spawnSupervised(dir, script, cwd, id);
    } catch (error) {
      fail(id, error);
    }
  }

  function spawnSupervised(dir: string, script: string, cwd: string, id: string): void {
    const log = openSync(join(dir, "log"), "a", 0o600);
    const [shell = "", ...words] = supervised(dir, script);
    try {
      const child = spawn(shell, words, {
        cwd,
        detached: true,
        env: { PATH: process.env.PATH },
        stdio: ["ignore", log, log],
      });
      child.once("error", (error) => fail(id, error));
      child.once("spawn", () => started(id));
      child.once("exit", () => {
        // If our `sh` came too late, that of a server that was killed runs this session.
        if (!readExit(dir) && isSupervised(dir)) adopt(id);
        else settle(id);
      });
      child.unref();
    } finally {
      closeSync(log);
    }
  }

  function started(id: string): void {
    const report = watched.get(id);
    const message = "Started container";
    report?.event({ type: "Normal", reason: "Started", message, last: clock() });
    report?.status({ active: 1, ready: 1 });
  }

  function fail(id: string, error: unknown): void {
    const { message, exitCode } =
      error instanceof CannotStart ? error : new CannotStart(String(error), 128);
    appendFileSync(join(dirOf(id), "log"), `skaha: ${message}\n`, { mode: 0o600 });
    end(id, exitCode, message);
  }

  function settle(id: string): void {
    const exit = readExit(dirOf(id));
    // The file tells when it ended, also if nobody watched; on the machine's clock.
    if (exit) end(id, exit.exitCode, undefined, clock === Date.now ? exit.at : undefined);
    else end(id, 137, "The session's processes were killed from outside");
  }

  function end(id: string, exitCode: number, message?: string, at?: number): void {
    const report = watched.get(id);
    watched.delete(id);
    adopted.delete(id);
    if (message !== undefined) {
      report?.event({ type: "Warning", reason: "Failed", message, last: clock() });
    }
    report?.ended({ exitCode, at });
  }

  function adopt(id: string): void {
    if (!watched.has(id)) return;
    adopted.add(id);
    poll ??= setInterval(lookAfterAdopted, adoptedPollMs).unref();
  }

  function lookAfterAdopted(): void {
    for (const id of adopted) {
      if (readExit(dirOf(id)) || !isSupervised(dirOf(id))) settle(id);
    }
    if (adopted.size > 0) return;
    clearInterval(poll);
    poll = undefined;
  }

  return {
    start: enqueue,
    resume(session, report) {
      // Asked for by a server that died before its `sh` got so far: whoever claims first runs it.
      if (!isClaimed(dirOf(session.id))) {
        enqueue(session, report);
        return;
      }
      watched.set(session.id, report);
      report.status({ active: 1, ready: 1 });
      adopt(session.id);
      lookAfterAdopted();
    },
    async kill(id, graceMs) {
      queue.delete(id);
      watched.delete(id);
      adopted.delete(id);
      const dir = dirOf(id);
      // A `sh` that has not claimed yet will find that it came too late.
      if (!claim(dir)) await pidIsKnown(dir);
      await endProcesses(id, dir, graceMs);
      const { scratch } = foldersOf(dataDir, id);
      await rm(scratch, { recursive: true, force: true }).catch(() => {}); // it may hold what is not ours
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
      queue.clear();
      watched.clear();
      adopted.clear();
    },
  };
}
