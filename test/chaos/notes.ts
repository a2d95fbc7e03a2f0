// What is told of a run: all that was done and said, the troubles that it met, the promises that it saw broken.

/** What of a run is kept as a line of a file. */
export interface RunLine {
  readonly seed?: number | undefined;
  readonly ms: number;
  /** How often each trouble was met, by its name. */
  readonly met: Readonly<Record<string, number>>;
  /** Troubles that were not possible, and why. */
  readonly left: readonly string[];
  readonly violations: readonly string[];
  readonly commands: number;
  readonly sessions: number;
}

export interface Report extends RunLine {
  /** Everything that was done and said. */
  readonly transcript: string;
}

export class Notes {
  readonly #begun = Date.now();
  readonly #lines: string[] = [];
  readonly #violations: string[] = [];
  readonly #met = new Map<string, number>();
  readonly #left: string[] = [];

  /** @param hear called with each line that is said */
  constructor(private readonly hear: (line: string) => void = () => {}) {}

  say(line: string): void {
    this.#lines.push(line);
    this.hear(line);
  }

  /** What a command printed. */
  quote(output: string): void {
    this.#lines.push(output.replace(/^/gm, "    | "));
  }

  meets(trouble: string): void {
    this.#met.set(trouble, (this.#met.get(trouble) ?? 0) + 1);
  }

  leaves(trouble: string, why: string): void {
    this.#left.push(`${trouble}: ${why}`);
  }

  breaks(promise: string): void {
    if (this.#violations.includes(promise)) return;
    this.#violations.push(promise);
    this.say(`BROKEN: ${promise}`);
  }

  report(of: Pick<Report, "seed" | "commands" | "sessions">): Report {
    return {
      ...of,
      ms: Date.now() - this.#begun,
      met: Object.fromEntries(this.#met),
      left: this.#left,
      violations: this.#violations,
      transcript: this.#lines.join("\n"),
    };
  }
}
