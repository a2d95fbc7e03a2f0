// `skaha:maxInFlight`: how many headless sessions of the user may run or wait to run at a time. A launch
// takes a slot before its POST; a refresh hands the free ones to the jobs that have been held longest.
import type { Clock } from "./clock";
import type { SessionList, View } from "./sessionList";

/** How long a refresh waits for more held jobs to come in before it hands out slots. */
const gatherMs = 25;

interface Offer {
  readonly heldSince: string;
  readonly id: string;
  readonly settle: (slot: boolean) => void;
}

export class Slots {
  #taken = 0;
  #handedOut = 0;
  #offers: Offer[] = [];
  #gathering: Promise<void> | undefined;

  constructor(
    readonly limit: number | undefined,
    private readonly sessions: SessionList,
    private readonly clock: Clock,
  ) {}

  /**
   * Does a launch if there is a slot for it. Taking it is synchronous: no two launches take the same.
   * @returns undefined if there is none
   */
  async within<T>(view: View, launch: () => Promise<T>): Promise<T | undefined> {
    if (this.limit !== undefined && view.inFlight() + this.#taken >= this.limit) return undefined;
    this.#taken += 1;
    try {
      return await launch();
    } finally {
      this.#taken -= 1;
    }
  }

  /** Whether a held job is among those that the free slots go to; for refreshes, which launch nothing. */
  async offered(heldSince: string, id: string): Promise<boolean> {
    if (this.limit === undefined) return true;
    if ((await this.#free()) <= 0) return false;
    return new Promise((settle, fail) => {
      this.#offers.push({ heldSince, id, settle });
      this.#gathering ??= this.#handOut();
      this.#gathering.catch(fail);
    });
  }

  async #handOut(): Promise<void> {
    for (let seen = 0; seen < this.#offers.length; ) {
      seen = this.#offers.length;
      await this.clock.sleep(gatherMs);
    }
    const free = await this.#free();
    this.#gathering = undefined;
    const offers = this.#offers.sort(longestHeldFirst);
    this.#offers = [];
    for (const [index, offer] of offers.entries()) {
      if (index < free) this.#handedOut += 1;
      offer.settle(index < free);
    }
  }

  async #free(): Promise<number> {
    const view = await this.sessions.recent();
    return (this.limit ?? Infinity) - view.inFlight() - this.#handedOut;
  }
}

function longestHeldFirst(a: Offer, b: Offer): number {
  const [first, second] = a.heldSince === b.heldSince ? [a.id, b.id] : [a.heldSince, b.heldSince];
  return first < second ? -1 : 1;
}
