// How many sessions may run or wait to run at a time: all of the user's (`skaha:maxInFlight`), and those of
// a group of jobs. A launch takes its slots before its POST; a refresh hands the free ones to the jobs
// that have been held longest. Each of thousands of launches asks: so what is counted for one is kept for the next.
import { type Hold, heldByOthers, heldBySlots } from "../job/decisions/hold";
import { idsBelow, tagIn } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import { isAlive, statusOf } from "../job/status";
import type { Clock } from "../run/clock";
import type { SessionList, View } from "../server/sessionList";
import { type Candidate, TakenSlots } from "./takenSlots";

/** How long a refresh waits for more held jobs to come in before it hands out slots. */
const gatherMs = 25;

/** Shares are fractions. */
const rounding = 1e-6;

/** What is counted in one list. */
type Counter = ReturnType<View["counter"]>;

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
  /** Another number whenever a job is known to be in another group than before. */
  #groupsVersion = 0;
  readonly #underWay = new TakenSlots();
  readonly #handedOut = new TakenSlots();
  /** By list, then by what is counted in it. */
  readonly #counters = new WeakMap<View, Map<string, { version: number; counter: Counter }>>();
  #asked: SlotRequest[] = [];
  #gathering: Promise<void> | undefined;

  constructor(
    readonly limit: number | undefined,
    private readonly sessions: SessionList,
    private readonly clock: Clock,
  ) {}

  /** Sessions of jobs that are not known yet are judged by their names. */
  know(id: string, group: JobInputs["group"]): void {
    if (this.#groups.has(id) && this.#groups.get(id) === group?.name) return;
    this.#groups.set(id, group?.name);
    this.#groupsVersion += 1;
  }

  /**
   * Does a launch if there is a slot for it. Taking it is synchronous: no two launches take the same.
   * @param launch calls what it is given in the step in which the list begins to count its session
   * @returns what holds the job if there is none
   */
  async within<T>(
    view: View,
    job: Candidate,
    launch: (onLaunched: () => void) => Promise<T>,
  ): Promise<T | Hold> {
    this.know(job.id, job.group);
    const offer = this.#offer(view, job, this.#underWay);
    if (offer === "none") return this.#heldByAll(view, tagIn(job.id));
    if (offer === "none in group") return heldBySlots(job.group?.maxInFlight ?? 0, job.group?.name);
    const handBack = this.#underWay.take(job, this.clock.now());
    try {
      return await launch(handBack);
    } finally {
      handBack();
    }
  }

  #heldByAll(view: View, tag: string | undefined): Hold {
    const isOther = (one: string | undefined) => one === undefined || tagIn(one) !== tag;
    const others = this.#count(view, `but for ${tag}`, isOther);
    return { ...heldBySlots(this.limit ?? 0), detail: heldByOthers(others) };
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
      if (offer === "free") this.#handedOut.take(job);
      settle(offer);
    }
  }

  /** @param taken by jobs that will be in flight; they are counted here, until the list shows them */
  #offer(view: View, { id, group, share = 1 }: Candidate, taken: TakenSlots): Offer {
    const isFull = (seen: number, others: number, limit: number) =>
      seen + others + share > limit + rounding;
    const isShown = (one: string) =>
      view.namedAfter(one).some(({ session }) => isAlive(statusOf(session.status)));
    const shares = (name?: string) => taken.shares(view.askedAt, isShown, name);
    if (this.limit !== undefined) {
      const seen = this.#count(view, "all", () => true);
      if (isFull(seen, shares(), this.limit)) return "none";
    }
    if (!group) return "free";
    const tag = tagIn(id);
    const isOfGroup = (one: string | undefined) =>
      one !== undefined && this.#isOf(group.name, one, tag);
    const seen = this.#count(view, `group ${group.name} ${tag}`, isOfGroup, this.#groupsVersion);
    return isFull(seen, shares(group.name), group.maxInFlight) ? "none in group" : "free";
  }

  /** @param version another one counts anew */
  #count(
    view: View,
    what: string,
    counts: (id: string | undefined) => boolean,
    version = 0,
  ): number {
    const counters = this.#counters.get(view) ?? new Map();
    this.#counters.set(view, counters);
    const known = counters.get(what);
    if (known?.version === version) return known.counter.count();
    const counter = view.counter(counts);
    counters.set(what, { version, counter });
    return counter.count();
  }

  #isOf(group: string, id: string, tag: string | undefined): boolean {
    if (this.#groups.has(id)) return this.#groups.get(id) === group;
    const start = this.#starts.get(group) ?? idsBelow(group);
    this.#starts.set(group, start);
    return id.startsWith(start) && tagIn(id) === tag;
  }
}

function longestHeldFirst(a: HeldCandidate, b: HeldCandidate): number {
  const [first, second] = a.heldSince === b.heldSince ? [a.id, b.id] : [a.heldSince, b.heldSince];
  return first < second ? -1 : 1;
}
