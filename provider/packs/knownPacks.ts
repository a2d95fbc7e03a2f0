// The packs that a process knows of: from the stack, from what it launches itself, and from lists.
import type { Session } from "../api";
import { attemptName } from "../job/identity";
import type { Ledger, PackMember, PlaceEntry } from "../record/ledger";

export interface Pack {
  readonly sessionId: string;
  /** The folder of all records. */
  readonly record: string;
  readonly members: Map<number, PackMember>;
  readonly taken: Set<number>;
  /** Those of them that its `leave` file names. */
  leaving: ReadonlySet<number>;
  /** Places of jobs that the stack has in it; true where it knows their end. */
  readonly told: Map<number, boolean>;
  ledger: Ledger | undefined;
  /** Whether the stack has a job in it whose end it does not know. */
  isAwaited: boolean;
  /** Whether its ledger says all that it ever will. */
  isFinal: boolean;
  /** Whether its session ran or waited to run when it was looked at last. */
  isAlive: boolean;
  /** Whether the last list did not show its session. */
  wasGone: boolean;
}

export class KnownPacks {
  readonly #packs = new Map<string, Pack>();
  /** By the session's name: what this process launches, or tries to. */
  readonly #plans = new Map<string, { record: string; members: readonly PackMember[] }>();
  readonly #expected = new Map<string, string>();
  /** The folder of records, by the names of listed packs that are known. */
  readonly #named = new Map<string, string>();
  #index: ReadonlyMap<string, { pack: Pack; place: number }[]> | undefined;

  get(sessionId: string): Pack | undefined {
    return this.#packs.get(sessionId);
  }

  all(): Iterable<Pack> {
    return this.#packs.values();
  }

  of(sessionId: string, record: string): Pack {
    const known = this.#packs.get(sessionId);
    if (known) return known;
    const looked = { isAlive: false, isFinal: false, wasGone: false };
    const nothing = { ledger: undefined, isAwaited: false, ...looked };
    const told = new Map<number, boolean>();
    const leaving = new Set<number>();
    const places = { members: new Map(), taken: new Set<number>(), leaving, told };
    const pack = { sessionId, record, ...places, ...nothing };
    this.#packs.set(sessionId, pack);
    return pack;
  }

  plan(name: string, record: string, members: readonly PackMember[]): void {
    this.#plans.set(name, { record, members });
  }

  /** @returns whether it was not expected before */
  expect(base: string, record: string): boolean {
    const isFirst = !this.#expected.has(base);
    this.#expected.set(base, record);
    return isFirst;
  }

  #found({ id, name }: Session): Pack | undefined {
    const plan = this.#plans.get(name);
    const base = [...this.#expected.keys()].find((start) => name.startsWith(`${start}-pack-`));
    const record = plan?.record ?? this.#expected.get(base ?? "") ?? this.#named.get(name);
    const pack = this.#packs.get(id) ?? (record === undefined ? undefined : this.of(id, record));
    if (pack && plan) {
      for (const [index, member] of plan.members.entries()) pack.members.set(index + 1, member);
    }
    return pack;
  }

  /**
   * Those of a list; undefined for one of another stack or array. Two machines that launch the same jobs at once give
   * their packs the same name: what is known of one is true of the other before it has written its ledger.
   */
  foundIn(listed: readonly Session[]): Map<Session, Pack | undefined> {
    for (const { id, name } of listed) {
      const known = this.#packs.get(id);
      if (known) this.#named.set(name, known.record);
    }
    const found = new Map(listed.map((session) => [session, this.#found(session)]));
    for (const twins of Map.groupBy(found, ([{ name }]) => name).values()) {
      const packs = twins.flatMap(([, pack]) => pack ?? []);
      const known = packs.find(({ members }) => members.size > 0);
      for (const { members } of packs) {
        if (members.size > 0) continue;
        for (const [place, member] of known?.members ?? []) members.set(place, member);
      }
    }
    return found;
  }

  /** What the ledgers say of an attempt, of those packs that came to it if there are several. */
  entryOf(record: string, { id, attempt }: PackMember): PlaceEntry | undefined {
    const name = attemptName(id, attempt);
    let found: PlaceEntry | undefined;
    for (const { pack, place } of this.#placesOf().get(name) ?? []) {
      const entry = pack.record === record ? pack.ledger?.places.get(place) : undefined;
      if (entry !== undefined && (found?.begin === undefined || entry.begin !== undefined)) {
        found = entry;
      }
    }
    return found;
  }

  /** By the name of an attempt; made anew when something was learned. */
  #placesOf(): ReadonlyMap<string, { pack: Pack; place: number }[]> {
    if (this.#index !== undefined) return this.#index;
    const index = new Map<string, { pack: Pack; place: number }[]>();
    for (const pack of this.#packs.values()) {
      for (const [place, { id, attempt }] of pack.members) {
        const name = attemptName(id, attempt);
        const known = index.get(name);
        if (known) known.push({ pack, place });
        else index.set(name, [{ pack, place }]);
      }
    }
    this.#index = index;
    return index;
  }

  /** Tells that members or ledgers of packs are others than before. */
  learned(): void {
    this.#index = undefined;
  }
}
