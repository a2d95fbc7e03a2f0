// Many jobs are removed at a time, and one list of the server's can show all of them gone: this knows how far
// the cancelling of a run has come, and when such a list is worth asking for.
import { type Clock, isWithin } from "../run/clock";

/** The engine asks for one deletion after the other, milliseconds apart. */
const pauseMs = 200;
/** A list for many waits until the cancelling of the others is answered; for answers, not longer than this. */
const longestUnansweredMs = 5_000;
/** Nor longer than this in all after the list under way, however many are still being cancelled. */
const longestMs = 60_000;
/**
 * So many cancellations that are answered need not wait for the others: the engine goes on with them meanwhile.
 * Then it is twice as many, so that thousands take a few lists more.
 */
const firstShare = 500;
const napMs = 10;
/** Naps, not time: a process that is busy with the engine's questions hears of the next cancelling late. */
const quietNapsAtLeast = 15;

export class CancelBatch {
  #underWay = 0;
  #lastBegun = 0;
  /** Counts what was begun and what was answered. */
  #steps = 0;
  /** How many were answered since the last list was asked for. */
  #unseen = 0;
  #share = firstShare;
  /** How many jobs this run knows of that are not being removed; undefined until it knows of one. */
  #staying: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** Tells of a job that this run was asked about. */
  attend(): void {
    this.#staying = (this.#staying ?? 0) + 1;
  }

  /** Tells that all DELETEs for a job's removal are on their way. After that of the last known job, no list waits for more of them. */
  dismiss(): void {
    if (this.#staying !== undefined) this.#staying -= 1;
  }

  /** Counts a cancellation while it is under way. */
  async count(cancel: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    this.#steps += 1;
    this.#lastBegun = this.clock.now();
    try {
      await cancel();
      this.#unseen += 1;
    } finally {
      this.#underWay -= 1;
      this.#steps += 1;
    }
  }

  /** Tells that a list is asked for now: it shows what was answered until here. */
  listed(): void {
    if (this.#unseen >= this.#share) this.#share *= 2;
    this.#unseen = 0;
  }

  /**
   * Waits while others are cancelling, or are about to.
   * @param running a list under way, to be waited for as well; not after the last job, for nobody asks after it
   */
  async settled(running: Promise<unknown> | undefined): Promise<void> {
    let isListing = running !== undefined;
    const listed = () => {
      isListing = false;
    };
    running?.then(listed, listed); // whoever asked for it is told of its fault
    let naps = 0;
    let quietNaps = 0;
    while (!this.isAllCancelled) {
      if (!isListing && this.#isWorthIt(quietNaps, naps)) return;
      const wasListing = isListing;
      const before = this.#steps;
      await this.clock.sleep(napMs);
      if (wasListing) continue; // what is listed ends, and the engine begins the next
      naps += 1;
      quietNaps = this.#steps === before ? quietNaps + 1 : 0;
    }
  }

  /** Of all jobs that this run knows of, so that nobody asks for a list after this one. */
  get isAllCancelled(): boolean {
    return this.#staying === 0 && this.#underWay === 0;
  }

  #isWorthIt(quietNaps: number, naps: number): boolean {
    if (this.#unseen >= this.#share) return true;
    const isPaused =
      quietNaps >= quietNapsAtLeast || !isWithin(this.clock, this.#lastBegun, pauseMs);
    if (this.#underWay === 0 && isPaused) return true;
    return quietNaps * napMs >= longestUnansweredMs || naps * napMs >= longestMs;
  }
}
