// What was asked of the server, for tests and for the curious.

export interface JournalEntry {
  /** ms, the server's clock. */
  readonly time: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** 0: the connection was destroyed without an answer. */
  readonly status: number;
  readonly user?: string;
  /** The session that a POST made, even if the answer never left. */
  readonly sessionId?: string;
  /** The fault that was applied. */
  readonly fault?: string;
}

/** Old entries go when there are more than these. */
const maxEntries = 100_000;

export class Journal {
  #entries: JournalEntry[] = [];

  add(entry: JournalEntry): void {
    if (this.#entries.length >= maxEntries) this.#entries = this.#entries.slice(maxEntries / 2);
    this.#entries.push(entry);
  }

  entries(): JournalEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
