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
  /** How long each session takes to start, as an image pull does. ms */
  readonly startDelayMs: number;
}

/** Looks after sessions that are not our children this often; of the others we hear at once. */
const adoptedPollMs = 100;

export function localRunner(options: LocalRunnerOptions): Runner {
  return new LocalRunner(options);
}

class LocalRunner implements Runner {
  /** Sessions to start, one per turn of the event loop: a spawn takes milliseconds. */
  readonly #queue = new Map<string, () => void>();
  /** Sessions whose image is being pulled, so to say. */
  readonly #delayed = new Map<string, NodeJS.Timeout>();
  /** Sessions whose end is still to be reported. */
  readonly #watched = new Map<string, Report>();
  /** Those of them that are not our children. */
  readonly #adopted = new Set<string>();
  #poll: NodeJS.Timeout | undefined;

  constructor(private readonly options: LocalRunnerOptions) {}

  start(session: SessionRecord, report: Report): void {
    report.status({ active: 1 });
    const { startDelayMs, clock } = this.options;
    if (startDelayMs === 0) {
      this.#enqueue(session, report);
      return;
    }
    const { image } = session.launch;
    const message = `Pulling image "${image}"`;
    report.event({ type: "Normal", reason: "Pulling", message, last: clock() });
    const start = () => {
      this.#delayed.delete(session.id);
      const pulled = `Successfully pulled image "${image}" in ${startDelayMs / 1000}s`;
      report.event({ type: "Normal", reason: "Pulled", message: pulled, last: clock() });
      this.#enqueue(session, report);
    };
    this.#delayed.set(session.id, setTimeout(start, startDelayMs).unref());
  }

  resume(session: SessionRecord, report: Report): void {
    // Asked for by a server that died before its `sh` got so far: whoever claims first runs it.
    if (!isClaimed(this.#dirOf(session.id))) {
      this.start(session, report);
      return;
    }
    this.#watched.set(session.id, report);
    report.status({ active: 1, ready: 1 });
    this.#adopt(session.id);
    this.#lookAfterAdopted();
  }

  async kill(id: string, graceMs: number): Promise<void> {
    clearTimeout(this.#delayed.get(id));
    this.#delayed.delete(id);
    this.#queue.delete(id);
    this.#watched.delete(id);
    this.#adopted.delete(id);
    const dir = this.#dirOf(id);
    // A `sh` that has not claimed yet will find that it came too late.
    if (!claim(dir)) await pidIsKnown(dir);
    await endProcesses(id, dir, graceMs);
    const { scratch } = foldersOf(this.options.dataDir, id);
    await rm(scratch, { recursive: true, force: true }).catch(() => {}); // it may hold what is not ours
  }

  log(id: string): Buffer {
    try {
      return readFileSync(join(this.#dirOf(id), "log"));
    } catch {
      return Buffer.alloc(0);
    }
  }

  close(): void {
    clearInterval(this.#poll);
    for (const timer of this.#delayed.values()) clearTimeout(timer);
    this.#delayed.clear();
    this.#queue.clear();
    this.#watched.clear();
    this.#adopted.clear();
  }

  #dirOf(id: string): string {
    return sessionFolder(this.options.dataDir, id);
  }

  #enqueue(session: SessionRecord, report: Report): void {
    this.#queue.set(session.id, () => this.#launch(session, report));
    if (this.#queue.size === 1) setImmediate(() => this.#startNext());
  }

  #startNext(): void {
    for (const [id, start] of this.#queue) {
      this.#queue.delete(id);
      start();
      break;
    }
    if (this.#queue.size > 0) setImmediate(() => this.#startNext());
  }

  #launch(session: SessionRecord, report: Report): void {
    const { id } = session;
    this.#watched.set(id, report);
    try {
      const { arc, scratch } = foldersOf(this.options.dataDir, id);
      for (const folder of [join(arc, "home", session.user), join(arc, "projects"), scratch]) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      }
      const { script, cwd } = processOf(session, this.options);
      this.#spawn(id, script, cwd);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #spawn(id: string, script: string, cwd: string): void {
    const dir = this.#dirOf(id);
    const log = openSync(join(dir, "log"), "a", 0o600);
    const [shell = "", ...words] = supervised(dir, script);
    try {
      const child = spawn(shell, words, {
        cwd,
        detached: true,
        env: { PATH: process.env.PATH },
        stdio: ["ignore", log, log],
      });
      child.once("error", (error) => this.#fail(id, error));
      child.once("spawn", () => this.#started(id));
      child.once("exit", () => {
        // If our `sh` came too late, that of a server that was killed runs this session.
        if (!readExit(dir) && isSupervised(dir)) this.#adopt(id);
        else this.#settle(id);
      });
      child.unref();
    } finally {
      closeSync(log);
    }
  }

  #started(id: string): void {
    const report = this.#watched.get(id);
    const message = "Started container";
    const last = this.options.clock();
    report?.event({ type: "Normal", reason: "Started", message, last });
    report?.status({ active: 1, ready: 1 });
  }

  #fail(id: string, error: unknown): void {
    const { message, exitCode } =
      error instanceof CannotStart ? error : new CannotStart(String(error), 128);
    appendFileSync(join(this.#dirOf(id), "log"), `skaha: ${message}\n`, { mode: 0o600 });
    this.#end(id, exitCode, message);
  }

  #settle(id: string): void {
    const exit = readExit(this.#dirOf(id));
    // The file tells when it ended, also if nobody watched; on the machine's clock.
    const isMachines = this.options.clock === Date.now;
    if (exit) this.#end(id, exit.exitCode, undefined, isMachines ? exit.at : undefined);
    else this.#end(id, 137, "The session's processes were killed from outside");
  }

  #end(id: string, exitCode: number, message?: string, at?: number): void {
    const report = this.#watched.get(id);
    this.#watched.delete(id);
    this.#adopted.delete(id);
    if (message !== undefined) {
      report?.event({ type: "Warning", reason: "Failed", message, last: this.options.clock() });
    }
    report?.ended({ exitCode, at });
  }

  #adopt(id: string): void {
    if (!this.#watched.has(id)) return;
    this.#adopted.add(id);
    this.#poll ??= setInterval(() => this.#lookAfterAdopted(), adoptedPollMs).unref();
  }

  #lookAfterAdopted(): void {
    for (const id of this.#adopted) {
      const dir = this.#dirOf(id);
      if (readExit(dir) || !isSupervised(dir)) this.#settle(id);
    }
    if (this.#adopted.size > 0) return;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}
