// Of a log that is read again from its start each time (the server knows no other way), what is new.
import type { Chunks } from "./source";

/** So many bytes before the new ones must be as they were. */
const overlap = 256;

export class GrowingLog {
  /** How many bytes were handed on of the log as it is now. */
  #seen = 0;
  #last: Uint8Array = Buffer.alloc(0);

  /**
   * @param open the log from its start; called twice where it is not the one that was read before
   * @param onRestart told before that: the server cut it off at its start, say
   */
  async *of(open: () => Promise<Chunks>, onRestart: () => void): AsyncGenerator<Uint8Array> {
    if ((yield* this.#rest(await open())) !== "another") return;
    onRestart();
    this.#seen = 0;
    this.#last = Buffer.alloc(0);
    yield* this.#rest(await open());
  }

  /** An empty log says nothing: a forgotten one is answered like that too. */
  async *#rest(chunks: Chunks): AsyncGenerator<Uint8Array, "same" | "another"> {
    const from = this.#seen - this.#last.length;
    const before = this.#last;
    const until = this.#seen;
    let at = 0;
    for await (const chunk of chunks) {
      const [start, end] = [at, at + chunk.length];
      at = end;
      const [first, last] = [Math.max(start, from), Math.min(end, until)];
      if (first < last) {
        const now = chunk.subarray(first - start, last - start);
        if (Buffer.compare(now, before.subarray(first - from, last - from)) !== 0) return "another";
      }
      if (end > until) {
        const fresh = chunk.subarray(Math.max(0, until - start));
        this.#note(fresh);
        yield fresh;
      }
    }
    return at > 0 && at < until ? "another" : "same";
  }

  #note(chunk: Uint8Array): void {
    this.#seen += chunk.length;
    this.#last = Buffer.concat([this.#last, chunk.subarray(-overlap)]).subarray(-overlap);
  }
}
