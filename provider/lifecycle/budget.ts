// How much the jobs of a stack may cost (`skaha:maxCost`). A launch takes what it is expected to cost before its POST, so
// that the limit holds at any parallelism; a refresh hands what is left to the jobs that have been held longest.

import { CostLedger, launchingOf } from "../cost/ledger";
import type { Price } from "../cost/price";
import type { Size } from "../job/attempts";
import { type Hold, heldByCost } from "../job/decisions/hold";
import type { Job } from "../job/deployment";
import type { JobState } from "../job/state";
import type { Clock } from "../run/clock";
import type { SeenJobs } from "../run/storedJobs";

/** How long a refresh waits for more held jobs to come in before it hands out what is left. */
const gatherMs = 25;

export interface BudgetOptions {
  readonly maxCost: number;
  readonly price: Price;
  readonly clock: Clock;
  /** The sweep of a job, or its own name; undefined where it is not known. */
  readonly groupOf: (id: string) => string | undefined;
  /** The jobs of the stack before the run, then as its refresh saw them; none where that is not known. */
  readonly stored: () => readonly Pick<Job, "id" | "state">[];
  /** Keeps what a refresh has seen for the process that launches. */
  readonly seen: Pick<SeenJobs, "begin" | "keep">;
}

/** What a launch is judged by. */
export type Costly = Pick<JobState, "cores" | "ram" | "gpus" | "pack" | "maxRunSeconds">;

interface Asked {
  readonly id: string;
  readonly state: JobState;
  readonly settle: (isAffordable: boolean) => void;
}

export class Budget {
  #ledger: CostLedger | undefined;
  #asked: Asked[] = [];
  #gathering: Promise<void> | undefined;
  /** Jobs that are looked at; those that ask for what is left are among them. */
  #reading = 0;
  #changed = Promise.withResolvers<void>();
  /** What a refresh has handed out: it launches nothing. */
  readonly #offered = new Set<string>();

  /** @param options undefined for no limit */
  constructor(private readonly options: BudgetOptions | undefined) {}

  get isLimited(): boolean {
    return this.options !== undefined;
  }

  /** Tells of a job as the stack has it now. */
  know(id: string, state: JobState): void {
    this.#known()?.know(id, state);
  }

  /** Looks what has become of a job. What is left is not handed out before all that are looked at were seen. */
  async reading(id: string, state: JobState, read: () => Promise<JobState>): Promise<JobState> {
    if (!this.options) return read();
    const { seen } = this.options;
    seen.begin();
    this.recall(id, state);
    this.#reading += 1;
    try {
      const now = await read();
      // What is Held keeps what was handed out to it.
      if (now.status !== "Held") this.know(id, now);
      seen.keep(id, now);
      return now;
    } finally {
      this.#reading -= 1;
      this.#tellChange();
    }
  }

  /** Tells of a job as the stack has it, unless it was seen. */
  recall(id: string, state: JobState): void {
    const ledger = this.#known();
    if (ledger && !ledger.isKnown(id)) ledger.know(id, state);
  }

  /** It leaves the stack. */
  forget(id: string): void {
    this.#known()?.forget(id);
  }

  /**
   * Does a launch if its expected cost is left. Taking that is synchronous: no two launches take the same.
   * @param state what is known of it before
   * @returns what holds the job if there is too little
   */
  async within<T>(
    job: {
      readonly id: string;
      readonly inputs: Costly;
      readonly size: Size;
      readonly state: JobState;
    },
    launch: () => Promise<T | Hold>,
  ): Promise<T | Hold> {
    const { options } = this;
    const ledger = this.#known();
    if (!options || !ledger) return launch();
    const { id, inputs, size, state } = job;
    this.#handBack(ledger);
    this.recall(id, state);
    const launching = launchingOf(options.groupOf(id) ?? id, { ...inputs, ...size });
    if (!ledger.take(id, launching, options.maxCost)) return heldByCost(options.maxCost);
    let isLaunched = false;
    try {
      const launched = await launch();
      isLaunched = !isHold(launched);
      return launched;
    } finally {
      if (!isLaunched) ledger.release(id);
    }
  }

  /** Whether a held job is among those that what is left goes to; for refreshes, which launch nothing. */
  async offered(id: string, state: JobState): Promise<boolean> {
    if (!this.options) return true;
    return new Promise((settle, fail) => {
      this.#asked.push({ id, state, settle });
      this.#tellChange();
      this.#gathering ??= this.#handOut();
      this.#gathering.catch(fail);
    });
  }

  async #handOut(): Promise<void> {
    const { options } = this;
    if (!options) return;
    for (let seen = 0; seen < this.#asked.length; ) {
      seen = this.#asked.length;
      await options.clock.sleep(gatherMs);
      while (this.#reading > this.#asked.length) await this.#changed.promise;
    }
    this.#gathering = undefined;
    const asked = this.#asked.sort(longestHeldFirst);
    this.#asked = [];
    for (const { id, state, settle } of asked) {
      const group = options.groupOf(id);
      const isAffordable =
        // Without its name nobody knows which jobs are like it: the launch itself knows, and decides.
        group === undefined ||
        (this.#known()?.take(id, launchingOf(group, state), options.maxCost) ?? true);
      if (isAffordable) this.#offered.add(id);
      settle(isAffordable);
    }
  }

  #tellChange(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** What was handed out by a refresh is taken by the launches themselves. */
  #handBack(ledger: CostLedger): void {
    for (const id of this.#offered) ledger.release(id);
    this.#offered.clear();
  }

  #known(): CostLedger | undefined {
    const { options } = this;
    if (!options || this.#ledger) return this.#ledger;
    this.#ledger = new CostLedger(options.price, options.groupOf, options.clock.now);
    for (const { id, state } of options.stored()) this.#ledger.know(id, state);
    return this.#ledger;
  }
}

function isHold(value: unknown): value is Hold {
  return typeof value === "object" && value !== null && "by" in value && "reason" in value;
}

function longestHeldFirst(a: Asked, b: Asked): number {
  const key = ({ id, state }: Asked) => `${state.heldSince ?? ""} ${id}`;
  return key(a) < key(b) ? -1 : 1;
}
