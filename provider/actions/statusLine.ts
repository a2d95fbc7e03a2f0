// Tells once in a phase how the jobs stand, as soon as its refresh is over: at the first call that belongs to what
// follows, or, where nothing follows, when the engine has asked nothing for a moment.
import type { Status } from "../job/status";
import { tallyOf } from "../job/tally";

/** Nothing waits for this: the engine may end the process before. */
const pauseMs = 20;

export class StatusLine {
  readonly #statuses = new Map<string, Status>();
  #reading = 0;
  #told = 0;
  #soon: NodeJS.Timeout | undefined;

  constructor(private readonly say: (line: string) => void) {}

  /** Does one refresh, of a job or of many, and notes the statuses that it found. */
  async reading<T>(
    read: () => Promise<T>,
    statusesOf: (found: T) => Iterable<readonly [id: string, status: Status]>,
  ): Promise<T> {
    clearTimeout(this.#soon);
    this.#reading += 1;
    try {
      const found = await read();
      for (const [id, status] of statusesOf(found)) this.#statuses.set(id, status);
      return found;
    } finally {
      this.#reading -= 1;
      if (this.#reading === 0) this.#tellSoon();
    }
  }

  /** The refresh is over. */
  refreshed(): void {
    clearTimeout(this.#soon);
    if (this.#statuses.size === this.#told) return;
    this.#told = this.#statuses.size;
    this.say(tallyOf(this.#statuses));
  }

  /** Where jobs are refreshed one by one, each may be the last: it is told again when there are twice as many. */
  #tellSoon(): void {
    if (this.#statuses.size < 2 * this.#told) return;
    this.#soon = setTimeout(() => this.refreshed(), pauseMs);
    this.#soon.unref();
  }
}
