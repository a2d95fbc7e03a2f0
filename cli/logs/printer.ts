// Turns the bytes of a log into what is shown of it: all, or lines that match, or the last ones; with a
// prefix where there are several logs; made plain for a terminal, and as they are for a pipe.
import { plain } from "../terminal";

export interface Printing {
  /** Before each line: which log it is from. */
  readonly prefix?: string | undefined;
  /** Only lines that it finds something in. */
  readonly pattern?: RegExp | undefined;
  /** Only so many of the last lines, of those that match. */
  readonly tail?: number | undefined;
  /** True for a terminal: control characters are shown, not obeyed. */
  readonly isPlain: boolean;
}

/** A line that is longer is shown in pieces, and never held as a whole. */
const longestLine = 1 << 20;
const newline = 0x0a;

export class LogPrinter {
  #line: Uint8Array[] = [];
  #length = 0;
  /** The last lines so far; undefined once they were shown. */
  #tail: Uint8Array[] | undefined;
  readonly #isRaw: boolean;

  constructor(
    private readonly printing: Printing,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    const { prefix, pattern, tail, isPlain } = printing;
    this.#tail = tail === undefined ? undefined : [];
    this.#isRaw = prefix === undefined && !pattern && !this.#tail && !isPlain;
  }

  push(chunk: Uint8Array): void {
    if (this.#isRaw) {
      this.write(chunk);
      return;
    }
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#take(chunk.subarray(start, end));
      this.#lineEnds();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
    if (this.#length >= longestLine) this.#lineEnds();
  }

  /** Shows the last lines that were held back; what comes from now on is shown at once. */
  catchUp(): void {
    const lines = this.#tail;
    this.#tail = undefined;
    for (const line of lines ?? []) this.write(line);
  }

  /** Nothing more comes: a last line without an end is shown too. */
  end(): void {
    if (this.#length > 0) this.#lineEnds();
    this.catchUp();
  }

  #take(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#line.push(Buffer.from(piece)); // a copy: streams use their buffers again
    this.#length += piece.length;
  }

  #lineEnds(): void {
    const line = Buffer.concat(this.#line);
    this.#line = [];
    this.#length = 0;
    const { prefix = "", pattern, tail = 0, isPlain } = this.printing;
    const whole = line.toString().replace(/\r+$/, "");
    const seen = isPlain ? lastState(whole) : whole;
    if (pattern && !pattern.test(seen)) return;
    const text = isPlain ? Buffer.from(plain(seen)) : line;
    const shown = Buffer.concat([Buffer.from(prefix), text, Buffer.from("\n")]);
    if (this.#tail) {
      this.#tail.push(shown);
      if (this.#tail.length > tail) this.#tail.shift();
    } else this.write(shown);
  }
}

/** What a terminal shows at the end of a line that was written over again and again, as by a progress bar of tqdm. */
function lastState(line: string): string {
  const at = line.lastIndexOf("\r");
  return at === -1 ? line : line.slice(at + 1);
}
