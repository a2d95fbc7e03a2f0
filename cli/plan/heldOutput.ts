// What Pulumi prints while it is not known yet whether anything of it is to be shown. It writes to files, so nothing
// keeps it from going on: neither a reader who is slow or gone, nor the end of this process. Not for terminals.
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Elsewhere } from "../pulumiProcess";

const lookEveryMs = 40;
const chunkBytes = 65_536;

/** A file that grows, and the stream that it goes on to. */
class Held {
  readonly fd: number;
  #shown = 0;
  #isClosed = false;

  constructor(
    file: string,
    private readonly to: number,
  ) {
    this.fd = openSync(file, "a+", 0o600);
  }

  /** @returns false where the stream takes no more just now */
  show(): boolean {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    while (!this.#isClosed) {
      const bytes = readSync(this.fd, chunk, 0, chunkBytes, this.#shown);
      if (bytes === 0) return true;
      try {
        this.#shown += writeSync(this.to, chunk, 0, bytes);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") return false;
        if (code !== "EPIPE") throw error;
        this.#isClosed = true; // as by `head`: what was begun goes on without
      }
    }
    return true;
  }
}

export class HeldOutput {
  readonly #held: readonly Held[];
  readonly #stdout: Held;
  readonly #stderr: Held;
  #showing: NodeJS.Timeout | undefined;

  /**
   * @param folder the run's own
   * @param stdout where what is printed to stdout goes at once; else it is held, too
   */
  constructor(
    folder: string,
    private readonly options: { readonly stdout?: Elsewhere | undefined } = {},
  ) {
    const own = new Held(path.join(folder, "stdout"), 1);
    this.#stdout = own;
    const isShown = options.stdout === undefined;
    // With `2>&1` the order of both is the order of one.
    this.#stderr = isShown && isSame(1, 2) ? own : new Held(path.join(folder, "stderr"), 2);
    this.#held = [...new Set([own, this.#stderr])];
  }

  /** For the process that prints. */
  get stdio(): readonly [stdout: Elsewhere, stderr: number] {
    return [this.options.stdout ?? this.#stdout.fd, this.#stderr.fd];
  }

  /** From now on it is shown as it comes. */
  show(): void {
    this.#showing = setInterval(() => this.#look(), lookEveryMs);
    this.#look();
  }

  /** To be called when the process has ended: shows the rest, where anything is to be shown. */
  async end(): Promise<void> {
    clearInterval(this.#showing);
    if (this.#showing !== undefined) while (!this.#look()) await sleep(lookEveryMs);
    for (const { fd } of this.#held) closeSync(fd);
  }

  #look(): boolean {
    return this.#held.map((held) => held.show()).every(Boolean);
  }
}

function isSame(one: number, other: number): boolean {
  const [first, second] = [fstatSync(one), fstatSync(other)];
  return first.dev === second.dev && first.ino === second.ino;
}
