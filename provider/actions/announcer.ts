// Tells the user what was done, in one line each; more than ten of a kind as a count. The host's stdout
// is the only channel (docs/engine-facts.md), and this is the only module that writes there.
import { hash } from "node:crypto";
import { plainText } from "../text/plainText";
import {
  type Announcement,
  countOf,
  gistOf,
  type Kind,
  mostSentences,
  sentenceOf,
} from "./actions";
import { JobNames } from "./jobNames";
import type { ReportWriter } from "./runReport";

/** Where an operation stands among those of a run. */
export interface OperationPosition {
  /**
   * A check or a comparison: the engine goes through all jobs one by one, and does nothing else meanwhile. A
   * pause after each would add up to minutes. @default false
   */
  readonly isStep: boolean;
  /** Whether no other operation follows, where that is known; asked when it has ended. @default unknown */
  readonly isLast: () => boolean;
}

/** The engine's next operation follows the last one within this time, if there is one. */
const usualPauseMs = 100;
/** So long nobody is held up. */
const shortPauseMs = 20;
/** What checks and comparisons say themselves. */
const ofSteps: readonly Kind[] = ["keep", "warning", "advice"];
/** After so many lines of counts the next one waits until as many more are uncounted as were told last. */
const mostCounts = 5;

export class Announcer {
  readonly #told = new Map<Kind, { lines: number; uncounted: number }>();
  /** Digests: of thousands of launches the lines themselves would stay for as long as the run lasts. */
  readonly #said = new Set<string>();
  #active = 0;
  #begun = 0;
  #wake = () => {};
  #counts = 0;
  /** So much has to be uncounted for a pause; as much of what steps say, for a pause after a step. */
  #least = 1;
  #leastOfSteps = 1;

  constructor(
    private readonly write: (line: string) => void = (line) => console.log(line),
    private readonly pauseMs = usualPauseMs,
    private readonly report?: ReportWriter,
    /** What the jobs are called in what is said. */
    readonly names = new JobNames(),
  ) {}

  /** Reports it and says it in a line, once in this process, or counts it. */
  say(said: Announcement): void {
    const mark = hash("sha256", gistOf(said), "base64").slice(0, 12);
    if (this.#said.has(mark)) return;
    this.#said.add(mark);
    this.report?.add(said);
    const { kind } = said;
    const told = this.#told.get(kind) ?? { lines: 0, uncounted: 0 };
    this.#told.set(kind, told);
    if (told.lines < mostSentences) {
      told.lines += 1;
      this.write(plainText(sentenceOf(said, this.names)));
    } else {
      told.uncounted += 1;
    }
  }

  /**
   * Counts are said before the last operation under way ends: the engine may kill this process right after.
   * Which one is the last shows only when no other follows. After a step that said nothing itself they are said
   * if the engine leaves time for it.
   */
  async during<T>(
    operation: () => Promise<T>,
    { isStep = false, isLast = () => false }: Partial<OperationPosition> = {},
  ): Promise<T> {
    this.#active += 1;
    this.#begun += 1;
    this.#wake();
    try {
      return await operation();
    } finally {
      this.#active -= 1;
      if (this.#active === 0) {
        if (!isLast()) await (isStep ? this.#endStep() : this.#end());
        else if (this.#uncounted() > 0) this.#sayCounts();
      }
    }
  }

  async #end(pauseMs = this.pauseMs): Promise<void> {
    if (this.#uncounted() >= this.#least && (await this.#isLast(pauseMs))) this.#sayCounts();
  }

  async #endStep(): Promise<void> {
    const uncounted = this.#uncounted(ofSteps);
    if (uncounted < Math.max(this.#least, this.#leastOfSteps)) {
      void this.#end(Math.min(shortPauseMs, this.pauseMs));
      return;
    }
    if (await this.#isLast(this.pauseMs)) this.#sayCounts();
    else this.#leastOfSteps = 2 * uncounted; // others are under way, and one of those will be the last
  }

  /** Whether no other operation begins for a while; where one does, it is told at once. */
  async #isLast(pauseMs: number): Promise<boolean> {
    const begun = this.#begun;
    await new Promise<void>((resolve) => {
      const pause = setTimeout(resolve, pauseMs);
      this.#wake = () => {
        clearTimeout(pause);
        resolve();
      };
      pause.unref(); // a process that has nothing else to do need not wait
    });
    return begun === this.#begun;
  }

  #uncounted(kinds?: readonly Kind[]): number {
    return [...this.#told]
      .filter(([kind]) => kinds?.includes(kind) ?? true)
      .reduce((sum, [, { uncounted }]) => sum + uncounted, 0);
  }

  #sayCounts(): void {
    this.#counts += 1;
    if (this.#counts >= mostCounts) this.#least = 2 * this.#uncounted(); // one operation at a time
    for (const [kind, told] of this.#told) {
      if (told.uncounted > 0) this.write(countOf(kind, told.uncounted));
      told.uncounted = 0;
    }
  }
}
