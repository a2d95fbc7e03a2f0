// What all jobs of a stack have cost and will cost, in the units of its price: what `skaha:maxCost` is held against. What
// runs counts as what such jobs cost, or what it has cost if that is more. Pure.

import { sizeOf } from "../job/attempts";
import { idsBelow } from "../job/identity";
import type { JobState } from "../job/state";
import { isAlive } from "../job/status";
import { expectedOf, isMeasured, type Launching, type Measured, measuredOf } from "./expected";
import { type Price, priceOf } from "./price";
import { type Spent, spentOf } from "./spent";

/** What became of the jobs, as of the last look at them. */
interface Standing {
  readonly spent: ReadonlyMap<string, Spent>;
  /** What each job has cost and will cost. */
  readonly prices: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Prices are sums of fractions. */
const rounding = 1e-9;

export class CostLedger {
  readonly #states = new Map<string, JobState>();
  /** What is being launched, or was since the jobs were looked at: in all, with what the job has cost before. */
  readonly #taken = new Map<string, number>();
  #ofTaken = 0;
  #standing: Standing | undefined;
  #measured = new Map<string, Measured | undefined>();

  /**
   * @param groupOf the sweep of a job, or its own name; undefined where it is not known, and its id has to tell
   * @param now milliseconds since 1970
   */
  constructor(
    private readonly price: Price,
    private readonly groupOf: (id: string) => string | undefined,
    private readonly now: () => number,
  ) {}

  know(id: string, state: JobState): void {
    const before = this.#states.get(id);
    this.release(id);
    this.#states.set(id, state);
    if (before === undefined || costDiffers(before, state)) this.#forgetStanding();
  }

  isKnown(id: string): boolean {
    return this.#states.has(id);
  }

  /** It leaves the stack. */
  forget(id: string): void {
    this.release(id);
    if (this.#states.delete(id)) this.#forgetStanding();
  }

  /** What all have cost, and what those that run will cost. */
  get total(): number {
    return this.#now().total + this.#ofTaken;
  }

  /** What one launch of a job is expected to cost. */
  expected(job: Launching): number {
    return priceOf(this.price, expectedOf(job, this.#measuredOf(job)));
  }

  /** Counts a launch in, unless the total would be over that. @returns whether there is room for it */
  take(id: string, job: Launching, most: number): boolean {
    const { spent, prices } = this.#now();
    const before = spent.get(id);
    const price = (before ? priceOf(this.price, before.amounts) : 0) + this.expected(job);
    // What stood for the job so far is in the total already.
    const more = price - (prices.get(id) ?? 0) - (this.#taken.get(id) ?? 0);
    if (this.total + more > most * (1 + rounding)) return false;
    this.release(id);
    const counted = price - (prices.get(id) ?? 0);
    this.#taken.set(id, counted);
    this.#ofTaken += counted;
    return true;
  }

  /** It was not launched after all. */
  release(id: string): void {
    this.#ofTaken -= this.#taken.get(id) ?? 0;
    this.#taken.delete(id);
    if (this.#taken.size === 0) this.#ofTaken = 0;
  }

  #forgetStanding(): void {
    this.#standing = undefined;
    this.#measured = new Map();
  }

  #now(): Standing {
    this.#standing ??= this.#look();
    return this.#standing;
  }

  #look(): Standing {
    const spent = spentOf(this.#states, this.now());
    this.#standing = { spent, prices: new Map(), total: 0 }; // from it follows what was measured
    const prices = new Map<string, number>();
    let total = 0;
    for (const [id, state] of this.#states) {
      const price = this.#priceOf(id, state, spent.get(id));
      prices.set(id, price);
      total += price;
    }
    return { spent, prices, total };
  }

  #priceOf(id: string, state: JobState, spent: Spent | undefined): number {
    if (spent === undefined) return 0;
    const { price } = this;
    const soFar = priceOf(price, spent.amounts);
    if (!isAlive(state.status)) return soFar;
    return Math.max(
      soFar,
      priceOf(price, spent.before) + this.expected(launchingOf(this.#group(id), state)),
    );
  }

  #group(id: string): string {
    const known = this.groupOf(id);
    if (known !== undefined) return known;
    // Of a job that only a refresh has seen, a sweep may be known by another.
    const groups = [...this.#states.keys()].flatMap((one) => this.groupOf(one) ?? []);
    return groups.find((group) => id.startsWith(idsBelow(group))) ?? id;
  }

  #measuredOf({ group, isPacked = false }: Launching): Measured | undefined {
    const key = JSON.stringify([group, isPacked]);
    if (!this.#measured.has(key)) this.#measured.set(key, this.#measure(group, isPacked));
    return this.#measured.get(key);
  }

  #measure(group: string, isPacked: boolean): Measured | undefined {
    const { spent } = this.#now();
    const start = idsBelow(group);
    const all = [...this.#states].flatMap(([id, state]) => {
      const of = this.groupOf(id);
      const isAlike = of === undefined ? id.startsWith(start) : of === group;
      const one = spent.get(id);
      return isAlike && one && isMeasured(state, one) ? [one] : [];
    });
    return measuredOf(all, isPacked);
  }
}

/** Of thousands of jobs most are as they were: then nothing is summed anew. */
function costDiffers(before: JobState, now: JobState): boolean {
  const keys = ["status", "attempt", "sessionId", "startTime", "endTime", "endSeenTime"] as const;
  const sizes = ["cores", "ram", "gpus", "maxRunSeconds"] as const;
  return [...keys, ...sizes].some((key) => before[key] !== now[key]);
}

/** A job as it is launched: what its state says of its next attempt, or of the one that stands for it. */
export function launchingOf(
  group: string,
  state: Pick<JobState, "cores" | "ram" | "gpus" | "attemptSize" | "pack" | "maxRunSeconds">,
): Launching {
  const { pack, maxRunSeconds } = state;
  return {
    group,
    size: sizeOf(state),
    ...(pack && { isPacked: true, share: 1 / pack.jobs }),
    ...(typeof maxRunSeconds === "number" && { maxRunSeconds }), // in a preview it may not be known yet
  };
}
