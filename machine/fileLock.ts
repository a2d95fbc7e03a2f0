// A lock between processes of one machine: a file that names its holder. It appears whole or not at all, and a holder
// that is gone loses it, also when another process has its pid by now. The lock of a clone's set-up
// (toolchain/bootstrap.cjs) is another one, because it is needed before there is anything compiled; that of installing
// the Pulumi CLI (toolchain/exclusively.ts) too, because it holds between machines that share a home folder.
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isRunning, type StartReader, startOf } from "./processes";

export interface Attempt {
  /** Whether the lock is ours now. */
  readonly isTaken: boolean;
  /** The living process that holds it, where it is not. */
  readonly holder?: number;
  /** What that one is part of, where it says so. */
  readonly holderRun?: string | undefined;
  /** Whether it was taken away from a process that is gone. */
  readonly wasAbandoned: boolean;
}

export class FileLock {
  readonly #file: string;
  readonly #startOf: StartReader;
  #text: string | undefined;

  /**
   * @param read when a process was started; by default as the system tells it
   * @param run what this process is part of, for others that are, too
   */
  constructor(
    file: string,
    read: StartReader = startOf,
    private readonly run?: string,
  ) {
    this.#file = file;
    this.#startOf = read;
  }

  /** What the file said or says when we took it last: no other taking's does. */
  get text(): string | undefined {
    return this.#text;
  }

  /** The living process that holds it. */
  holder(): number | undefined {
    const text = this.#read();
    return text === undefined ? undefined : this.#living(text)?.pid;
  }

  /** Takes it, if no living process holds it. Throws what the file system refuses. */
  take(): Attempt {
    const started = this.#startOf(process.pid);
    const own = JSON.stringify({
      ...{ pid: process.pid, started, token: randomUUID() },
      ...(this.run !== undefined && { run: this.run }),
    });
    const draft = this.#beside();
    let wasAbandoned = false;
    try {
      writeFileSync(draft, own, { mode: 0o600 });
      for (;;) {
        if (linked(draft, this.#file)) {
          this.#text = own;
          return { isTaken: true, wasAbandoned };
        }
        const text = this.#read();
        if (text === undefined) continue; // just released
        const holder = this.#living(text);
        if (holder) {
          return { isTaken: false, holder: holder.pid, holderRun: holder.run, wasAbandoned };
        }
        wasAbandoned = true;
        this.#takeAway(text);
      }
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /**
   * Lets go of it. Does nothing where it is not ours any more.
   * @param keptAs where its file goes, if it is not to be removed
   */
  release(keptAs?: string): void {
    if (!this.#isOurs()) return;
    try {
      if (keptAs !== undefined) renameSync(this.#file, keptAs);
    } finally {
      if (this.#isOurs()) rmSync(this.#file, { force: true });
    }
  }

  #isOurs(): boolean {
    return this.#text !== undefined && this.#read() === this.#text;
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#file, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  #living(text: string): Identity | undefined {
    const identity = identityIn(text);
    return identity && isRunning(identity, this.#startOf) ? identity : undefined;
  }

  /** Removes the lock of a process that is gone, unless someone else was faster and holds it now. */
  #takeAway(text: string): void {
    const aside = this.#beside();
    try {
      renameSync(this.#file, aside);
      if (readFileSync(aside, "utf8") !== text) linked(aside, this.#file);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error; // someone else removed it: the next try shows who holds it
    } finally {
      rmSync(aside, { force: true });
    }
  }

  #beside(): string {
    return `${this.#file}.${process.pid}.${randomUUID()}`;
  }
}

interface Identity {
  readonly pid: number;
  readonly started: string | undefined;
  readonly run?: string;
}

/** Undefined where the file says nothing: written whole by a process that lives, but not by a machine that lost power. */
function identityIn(text: string): Identity | undefined {
  try {
    const { pid, started, run } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== "number") return undefined;
    return {
      pid,
      started: typeof started === "string" ? started : undefined,
      ...(typeof run === "string" && { run }),
    };
  } catch {
    return undefined;
  }
}

/** A link appears with its content, and only if there is none. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
