// How many sessions may run or wait to run at a time: all of the user's (`skaha:maxInFlight`), and those of
// a group of jobs. A launch takes its slots before its POST; a refresh hands the free ones to the jobs
// that have been held longest.
import { type Hold, heldByOthers, heldBySlots } from "../job/decisions/hold";
import { idsBelow, tagIn } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import type { Clock } from "../run/clock";
import type { SessionList, View } from "../server/sessionList";

/** How long a refresh waits for more held jobs to come in before it hands out slots. */
const gatherMs = 25;

/** Shares are fractions. */
const rounding = 1e-6;

type Group = NonNullable<JobInputs["group"]>;

/** A job that is to be launched. */
export interface Candidate {
  readonly id: string;
  readonly group: Group | undefined;
  /** Of a job that shares its session: how much of one it takes. @default 1 */
  readonly share?: number | undefined;
}

export interface HeldCandidate extends Candidate {
  /** ISO 8601. */
  readonly heldSince: string;
}

/** Whether a refresh has a slot for a held job, and if not, whether it is the group's limit that is reached. */
export type Offer = "free" | "none" | "none in group";

interface SlotRequest extends HeldCandidate {
  readonly settle: (offer: Offer) => void;
}

export class Slots {
  /** The group, if any, of each job that this process was asked about. */
  readonly #groups = new Map<string, string | undefined>();
  /** By group: what the ids of its jobs begin with. */
  readonly #starts = new Map<string, string>();
  readonly #underWay = new Set<Candidate>();
  #handedOut: Candidate[] = [];
  #asked: SlotRequest[] = [];
  #gathering: Promise<void> | undefined;

  constructor(
    readonly limit: number | undefined,
    private readonly sessions: SessionList,
    private readonly clock: Clock,
  ) {}

  /** Sessions of jobs that are not known yet are judged by their names. */
  know(id: string, group: Group | undefined): void {
    this.#groups.set(id, group?.name);
  }

  /**
   * Does a launch if there is a slot for it. Taking it is synchronous: no two launches take the same.
   * @returns what holds the job if there is none
   */
  async within<T>(view: View, job: Candidate, launch: () => Promise<T>): Promise<T | Hold> {
    this.know(job.id, job.group);
    const offer = this.#offer(view, job, [...this.#underWay]);
    if (offer === "none") {
      const tag = tagIn(job.id);
      const others = view.inFlight((one) => one === undefined || tagIn(one) !== tag);
      return { ...heldBySlots(this.limit ?? 0), detail: heldByOthers(others) };
    }
    if (offer === "none in group") return heldBySlots(job.group?.maxInFlight ?? 0, job.group?.name);
    this.#underWay.add(job);
    try {
      return await launch();
    } finally {
      this.#underWay.delete(job);
    }
  }

  /** Whether a held job is among those that the free slots go to; for refreshes, which launch nothing. */
  async offered(job: HeldCandidate): Promise<Offer> {
    if (this.limit === undefined && job.group === undefined) return "free";
    const offer = this.#offer(await this.sessions.recent(), job, this.#handedOut);
    if (offer !== "free") return offer; // there will not be more of them in this phase
    return new Promise((settle, fail) => {
      this.#asked.push({ ...job, settle });
      this.#gathering ??= this.#handOut();
      this.#gathering.catch(fail);
    });
  }

  async #handOut(): Promise<void> {
    for (let seen = 0; seen < this.#asked.length; ) {
      seen = this.#asked.length;
      await this.clock.sleep(gatherMs);
    }
    const view = await this.sessions.recent();
    this.#gathering = undefined;
    const asked = this.#asked.sort(longestHeldFirst);
    this.#asked = [];
    for (const { settle, ...job } of asked) {
      const offer = this.#offer(view, job, this.#handedOut);
      if (offer === "free") this.#handedOut.push(job);
      settle(offer);
    }
  }

  /** @param taken by jobs that will be in flight; they are counted here, whether the list shows them or not */
  #offer(view: View, { id, group, share = 1 }: Candidate, taken: readonly Candidate[]): Offer {
    const ids = new Set(taken.map((one) => one.id));
    const isOther = (one: string | undefined) => one === undefined || !ids.has(one);
    const isFull = (seen: number, all: readonly Candidate[], limit: number) =>
      seen + all.reduce((sum, one) => sum + (one.share ?? 1), 0) + share > limit + rounding;
    if (this.limit !== undefined && isFull(view.inFlight(isOther), taken, this.limit)) {
      return "none";
    }
    if (!group) return "free";
    const isOfGroup = (one: string | undefined) =>
      one !== undefined && isOther(one) && this.#isOf(group.name, one, id);
    const inGroup = taken.filter((one) => one.group?.name === group.name);
    const isGroupFull = isFull(view.inFlight(isOfGroup), inGroup, group.maxInFlight);
    return isGroupFull ? "none in group" : "free";
  }

  #isOf(group: string, id: string, asking: string): boolean {
    if (this.#groups.has(id)) return this.#groups.get(id) === group;
    const start = this.#starts.get(group) ?? idsBelow(group);
    this.#starts.set(group, start);
    return id.startsWith(start) && tagIn(id) === tagIn(asking);
  }
}

function longestHeldFirst(a: HeldCandidate, b: HeldCandidate): number {
  const [first, second] = a.heldSince === b.heldSince ? [a.id, b.id] : [a.heldSince, b.heldSince];
  return first < second ? -1 : 1;
}
