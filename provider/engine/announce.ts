// Tells the user what was done, in one line each; more than ten of a kind as a count. The host's stdout
// is the only channel (docs/engine-facts.md), and this is the only module that writes there.

/** The kinds of announcement, as the participle that a count is made with: "launched 40 more". */
export type Kind =
  | "launched"
  | "adopted"
  | "relaunched"
  | "cancelled"
  | "left running"
  | "kept"
  | "lost"
  | "back"
  | "healed"
  | "waiting"
  | "unclear"
  | "held"
  | "retried"
  | "renewed"
  | "warning";

const mostLines = 10;

export class Announcer {
  readonly #told = new Map<Kind, { lines: number; uncounted: number }>();
  readonly #said = new Set<string>();
  #active = 0;

  constructor(private readonly write: (line: string) => void = (line) => console.log(line)) {}

  /** Says a line, once in this process, or counts it. */
  say(kind: Kind, line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    const told = this.#told.get(kind) ?? { lines: 0, uncounted: 0 };
    this.#told.set(kind, told);
    if (told.lines < mostLines) {
      told.lines += 1;
      this.write(line);
    } else {
      told.uncounted += 1;
    }
  }

  /** Counts are said when the last operation under way ends: the engine may kill this process right after. */
  async during<T>(operation: () => Promise<T>): Promise<T> {
    this.#active += 1;
    try {
      return await operation();
    } finally {
      this.#active -= 1;
      if (this.#active === 0) this.#sayCounts();
    }
  }

  #sayCounts(): void {
    for (const [kind, told] of this.#told) {
      if (told.uncounted > 0) this.write(`${kind}: ${told.uncounted} more`);
      told.uncounted = 0;
    }
  }
}
