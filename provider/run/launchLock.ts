// Keeps two processes of one machine from launching for one stack at the same time. A provider outlives
// its killed engine while its POSTs end; the next run waits here for it, and only then looks what is there.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { type Attempt, FileLock } from "../../machine/fileLock";
import type { StartReader } from "../../machine/processes";
import { messageOf } from "../errors";
import type { Clock } from "./clock";

export interface LockOptions {
  /** What is kept apart: server and stack tag; users have folders of their own. */
  readonly key: string;
  readonly clock: Clock;
  /**
   * Called when the lock is taken, unless this one held it last: another process may have launched since.
   * @param last who held it last, as `lastHolder` tells it
   * @param wasAbandoned whether it was taken away from a process that is gone, whose launch may be under way
   */
  readonly onTaken: (last: string | undefined, wasAbandoned: boolean) => void;
  /** @param isThisRun whether that process is of the same run: a stack may have several providers */
  readonly onWaiting: (holder: number, isThisRun: boolean) => void;
  /** This user's own. */
  readonly folder: string;
  /** What all processes of a run have in common: the engine's address. @default nothing is known of that */
  readonly run?: string | undefined;
  /** Longer than any POST can take. Another provider of this run is waited for as long as it launches. @default 180_000 */
  readonly longestWaitMs?: number;
  /** When a process was started. @default as the system tells it */
  readonly startOf?: StartReader | undefined;
}

/** The key of all that launch for one stack on one server. */
export function launchKey(server: string, tag: string): string {
  return JSON.stringify([server, tag]);
}

/** Whether some process holds the lock of that key now. */
export function isHeld(folder: string, key: string): boolean {
  return new FileLock(fileOf(folder, key)).holder() !== undefined;
}

/** Who held each lock of the folder last, as `lastHolder` of each would tell it, by the name of its file. */
export function lastHolders(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".lock.last"));
  return Object.fromEntries(
    names.flatMap((name) => {
      const lock = name.slice(0, -".last".length);
      const last = lastHolderOf(path.join(folder, lock));
      return last === undefined ? [] : [[lock, last]];
    }),
  );
}

/**
 * Takes a lock that nobody is known to have held, as on a machine's first run of a stack, and lets go of it. Whoever takes
 * it next can tell then that nobody launched in between. Does nothing where it is held, or its last holder is known.
 */
export function becomeLastHolder(folder: string, key: string): void {
  const file = fileOf(folder, key);
  if (fs.existsSync(file) || fs.existsSync(lastOf(file))) return;
  const lock = new FileLock(file);
  const { isTaken, wasAbandoned } = lock.take();
  if (!isTaken) return;
  leaveBehindNone(file, lock.text);
  lock.release(wasAbandoned ? undefined : lastOf(file));
}

/** The name of a lock's file in {@link lastHolders}. */
export function lockName(key: string): string {
  return `${createHash("sha256").update(key).digest("hex").slice(0, 24)}.lock`;
}

function fileOf(folder: string, key: string): string {
  return path.join(folder, lockName(key));
}

function lastHolderOf(file: string): string | undefined {
  return fs.existsSync(file) ? undefined : contentOf(lastOf(file));
}

/** How long the lock is kept after the last piece of work. An engine kills its provider some 100 ms after that. */
const lingerMs = 50;
/** Between two tries to take it. */
const napMs = 100;

export class LaunchLock {
  readonly #file: string;
  readonly #lock: FileLock;
  #holders = 0;
  #taken: Promise<void> | undefined;
  #release: NodeJS.Timeout | undefined;
  /**
   * Whether the outcome of every request is known, of this process and of a killed one that it took the lock from. A
   * request without an answer stays unclear: the server may still carry it out much later.
   */
  #isClear = true;

  constructor(private readonly options: LockOptions) {
    this.#file = fileOf(options.folder, options.key);
    this.#lock = new FileLock(this.#file, options.startOf, options.run);
  }

  /** Does the work while no other process does work under the same key. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holders += 1;
    clearTimeout(this.#release);
    try {
      this.#taken ??= this.#take();
      await this.#taken;
      return await work();
    } catch (error) {
      this.#isClear = false;
      throw error;
    } finally {
      this.#holders -= 1;
      if (this.#holders === 0) this.#release = setTimeout(() => this.#drop(), lingerMs).unref();
    }
  }

  async #take(): Promise<void> {
    const before = this.#lock.text;
    const { clock, onWaiting, onTaken, run, longestWaitMs = 180_000 } = this.options;
    let waitedMs = 0; // counted, because the clock may be set meanwhile
    let wasAbandoned = false;
    for (;;) {
      const { holder, holderRun, ...taken } = this.#tryTake();
      wasAbandoned ||= taken.wasAbandoned;
      if (holder === undefined) break;
      const isThisRun = run !== undefined && holderRun === run;
      if (waitedMs === 0) onWaiting(holder, isThisRun);
      if (waitedMs > longestWaitMs && !isThisRun) {
        this.#taken = undefined;
        throw new Error(
          `another run of this stack (process ${holder}) has been launching for over ${longestWaitMs / 1000} s: wait for it to end, or end it, then run again; nothing was launched here`,
        );
      }
      await clock.sleep(napMs);
      waitedMs += napMs;
    }
    leaveBehindNone(this.#file, this.#lock.text);
    const last = contentOf(lastOf(this.#file));
    fs.rmSync(lastOf(this.#file), { force: true });
    if (last === undefined || last !== before) onTaken(last, wasAbandoned);
  }

  /**
   * Who held it last, and let go of it with all work done. Undefined where nobody is known to have done so: it is
   * held, or its holder failed or was killed, and what that one asked for may still come to be.
   */
  lastHolder(): string | undefined {
    return lastHolderOf(this.#file);
  }

  #tryTake(): Attempt {
    try {
      const attempt = this.#lock.take();
      if (attempt.wasAbandoned) this.#isClear = false;
      return attempt;
    } catch (error) {
      throw new Error(
        `cannot lock ${this.#file}: ${messageOf(error)}: free space in ${this.options.folder} and make it writable, or set TMPDIR to another folder, then run the command again; nothing was launched`,
        { cause: error },
      );
    }
  }

  #drop(): void {
    if (this.#holders > 0 || !this.#taken) return;
    this.#taken = undefined;
    try {
      this.#lock.release(this.#isClear ? lastOf(this.#file) : undefined);
    } catch {
      // A full disk: then nobody knows who held it last. Or a folder that was taken away, as a test's may be.
    }
  }
}

/** Beside the lock while nobody holds it: who held it last, if that one did all that it began. */
function lastOf(file: string): string {
  return `${file}.last`;
}

function contentOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The locks that this process took, and what its files say: none is left when it ends by itself. */
const taken = new Map<string, string>();
let isLeavingWatched = false;

function leaveBehindNone(file: string, text = ""): void {
  if (!isLeavingWatched) {
    process.once("exit", () => {
      for (const [lock, text] of taken) {
        for (const name of [lock, lastOf(lock)]) {
          if (contentOf(name) === text) fs.rmSync(name, { force: true });
        }
      }
    });
  }
  isLeavingWatched = true;
  taken.set(file, text);
}
