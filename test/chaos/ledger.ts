// What a run did to its jobs, and when, kept as it goes: the history by which the promises are judged.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseName } from "../../provider/job/identity";
import type { SeenSession } from "./packs";
import type { JobSpec } from "./plan";
import type { History } from "./promises";

export class Ledger implements History {
  readonly removals: { readonly key: string; readonly at: number }[] = [];
  readonly races: { readonly from: number; readonly to: number }[] = [];
  readonly known: { readonly sessionId: string; readonly from: number; readonly to: number }[] = [];
  readonly attempts = new Map<string, number>();

  /** @param records the folder where the jobs' records are */
  constructor(private readonly records: string) {}

  readonly isRecorded = ({ name }: SeenSession, before: number): boolean => {
    const { id, attempt } = parseName(name) ?? { id: name, attempt: 1 };
    const file = path.join(this.records, id, `${attempt}`, "start.json");
    if (!existsSync(file)) return false;
    // What was launched next under the same name writes there too; in whole seconds.
    return Date.parse(JSON.parse(readFileSync(file, "utf8")).start) + 1_000 <= before;
  };

  /** A job is declared, and may have that many attempts. */
  allow({ key, retry }: JobSpec): void {
    const most = (retry?.limit ?? 0) + 1;
    this.attempts.set(key, Math.max(most, this.attempts.get(key) ?? 1));
  }

  /** A job is another one from now on, or gone. */
  removed(key: string): void {
    this.removals.push({ key, at: Date.now() });
  }

  allRemoved(): void {
    for (const key of this.attempts.keys()) this.removed(key);
  }

  raced(from: number, to: number): void {
    this.races.push({ from, to });
  }

  /** What the stack knows now. */
  remembers(sessionIds: ReadonlySet<string>): void {
    const now = Date.now();
    for (const sessionId of sessionIds) {
      const isKnown = this.known.some((one) => one.sessionId === sessionId && one.to === Infinity);
      if (!isKnown) this.known.push({ sessionId, from: now, to: Infinity });
    }
    for (const [index, one] of this.known.entries()) {
      const isForgotten = one.to === Infinity && !sessionIds.has(one.sessionId);
      if (isForgotten) this.known[index] = { ...one, to: now };
    }
  }

  /** What the stack knew is not known any more. */
  forgets(): void {
    this.remembers(new Set());
  }
}
