// The server as one run sees it: a single list serves all jobs, corrected by what this process itself
// launched and cancelled since. Without it each job would cost a request of its own.
import { essential, type Session } from "../api";
import { parseName } from "../job/identity";
import { type JobSession, SessionIndex, type SessionView } from "../job/sessions";
import { isAlive, statusOf } from "../job/status";
import { type Clock, isWithin } from "../run/clock";
import type { Launch, Listing, SkahaClient } from "../skaha/client";
import { CancelBatch } from "./cancelBatch";
import { InFlight } from "./inFlight";
import { justLaunched, type OwnLaunch, OwnLaunches } from "./ownLaunches";

/** One list of the server's. */
export interface View extends SessionView {
  /** When the list was asked for, in milliseconds since 1970: what was launched before is in it. */
  readonly askedAt: number;
  readonly user: string | undefined;
  /** The sessions that carry a job's name, whatever the attempt, with this process's own corrections. */
  namedAfter(id: string): readonly JobSession[];
  /** A session as the server showed it, uncorrected. */
  session(sessionId: string): Session | undefined;
  /**
   * How many sessions of the user, this stack's or not, run or wait to run, with the corrections.
   * @param counts asked with the id of the job that a session stands for, if it is named like one
   */
  inFlight(counts?: (id: string | undefined) => boolean): number;
  /** The same for a question that is asked again and again: what did not change since is not counted anew. */
  counter(counts: (id: string | undefined) => boolean): Pick<InFlight, "count">;
}

/** Who held the lock of each stack last, as `LaunchLock.lastHolder` tells it, by the lock's key. */
export type Holders = ReadonlyMap<string, string | undefined>;

/** A list, and who held the locks last when it was asked for. */
interface DatedList<T> {
  readonly view: T;
  readonly holders: Holders;
}

const oldestMs = 60_000;
/** Nobody waits for a list further ahead: more than that, and the clock was set back meanwhile. */
const longestAheadMs = 5_000;

/** A list that was asked for before this process began. */
export interface EarlierList {
  readonly askedAt: number;
  /** Who held the lock of that key last when it was asked for. */
  readonly lastHolder: (key: string) => string | undefined;
  /** @returns undefined where it is another server's or user's */
  readonly listing: () => Promise<Listing | undefined>;
}

export class SessionList {
  #latest: DatedList<View> | undefined;
  /** Of the last list, and when, in milliseconds since 1970; undefined once another was answered. */
  #failure: { readonly error: unknown; readonly at: number } | undefined;
  #running: DatedList<Promise<View>> | undefined;
  #queued: Promise<View> | undefined;
  #awaited: { readonly time: number; readonly view: Promise<View> } | undefined;
  readonly #launched = new OwnLaunches();
  readonly #cancelled = new Set<string>();
  #cancels = 0;
  readonly #cancelBatch: CancelBatch;

  constructor(
    private readonly client: SkahaClient,
    private readonly clock: Clock,
    /** Called with each list that was answered, and when it was asked for, before anybody acts on it. */
    private readonly onListed: (sessions: readonly Session[], askedAt: number) => void = () => {},
    /** Asked just before each list. */
    private readonly holders: () => Holders = () => new Map(),
    /** Serves as the first list that may be a minute old. */
    private earlier?: EarlierList | undefined,
  ) {
    this.#cancelBatch = new CancelBatch(clock);
  }

  /** A list at most a minute old; all who ask at once share one request. */
  async recent(): Promise<View> {
    const latest = this.#latest?.view;
    if (latest && isWithin(this.clock, latest.askedAt, oldestMs)) return latest;
    this.#running ??= this.#take() ?? this.#ask();
    return this.#running.view;
  }

  /**
   * As `recent`, but a list that failed a minute ago fails again without being asked for: of a thousand jobs that are
   * only looked at, each few would wait for a server that is down, until it has been asked several times.
   */
  async recentIfAny(): Promise<View> {
    const failure = this.#failure;
    if (failure && !this.#running && isWithin(this.clock, failure.at, oldestMs))
      throw failure.error;
    return this.recent();
  }

  /** A list asked for after this call; all who call before it is sent share it. */
  fresh(): Promise<View> {
    this.#queued ??= (async () => {
      await this.#cancelBatch.settled(this.#running?.view);
      this.#queued = undefined;
      this.#running = this.#ask();
      return this.#running.view;
    })();
    return this.#queued;
  }

  /** A list asked for at `time` (milliseconds since 1970) or later, waiting for that time if need be. */
  async since(time: number): Promise<View> {
    const latest = this.#latest?.view;
    if (latest && latest.askedAt >= time) return latest;
    if (this.#awaited?.time !== time) {
      const view = (async () => {
        const aheadMs = Math.max(0, time - this.clock.now());
        await this.clock.sleep(Math.min(aheadMs, longestAheadMs));
        return this.fresh();
      })();
      this.#awaited = { time, view };
    }
    return this.#awaited.view;
  }

  /**
   * Forgets what was seen before another process may have launched.
   * @param key of a lock that was taken now
   * @param last who held it before, if that is known: what was seen since stays
   */
  forgetBefore(key: string, last: string | undefined): void {
    const isBefore = (asked: DatedList<unknown>) =>
      last === undefined || asked.holders.get(key) !== last;
    if (last === undefined || this.earlier?.lastHolder(key) !== last) this.earlier = undefined;
    if (this.#latest && isBefore(this.#latest)) this.#latest = undefined;
    if (this.#running && isBefore(this.#running)) this.#running = undefined;
  }

  /** What was seen is not to serve any longer. */
  forget(): void {
    this.#latest = undefined;
    this.#running = undefined;
  }

  /** @param onLaunched told of it in the same step in which it begins to count as in flight */
  async create(launch: Launch, onLaunched = () => {}): Promise<string> {
    const sessionId = await this.client.create(launch);
    this.#launched.add(launch, sessionId, this.clock.now());
    onLaunched();
    return sessionId;
  }

  /** Tells of a job that this run was asked about. */
  attend(): void {
    this.#cancelBatch.attend();
  }

  /** Tells that all DELETEs for a job's removal are on their way. After that of the last known job, no list waits for more of them. */
  dismiss(): void {
    this.#cancelBatch.dismiss();
  }

  /** Of all jobs that this run knows of. */
  get isAllCancelled(): boolean {
    return this.#cancelBatch.isAllCancelled;
  }

  cancel(sessionId: string): Promise<void> {
    return this.#cancelBatch.count(async () => {
      await this.client.cancel(sessionId);
      this.noteRemoved(sessionId);
    });
  }

  /** This process removed the job of a session that the server has forgotten: nobody adopts it any more. */
  noteRemoved(sessionId: string): void {
    this.#cancelled.add(sessionId);
    this.#cancels += 1;
  }

  /** Whether this process cancelled the session, or removed its job. */
  wasCancelled(sessionId: string): boolean {
    return this.#cancelled.has(sessionId);
  }

  /** The server went on showing a cancelled session: it counts again. */
  survived(sessionId: string): void {
    this.#cancelled.delete(sessionId);
    this.#cancels += 1;
  }

  /** What was asked for earlier, once, and asked for now where it is not this run's. */
  #take(): DatedList<Promise<View>> | undefined {
    const { earlier } = this;
    this.earlier = undefined;
    if (earlier === undefined || !isWithin(this.clock, earlier.askedAt, oldestMs)) return undefined;
    const { lastHolder, askedAt } = earlier;
    const holders = new Map([...this.holders().keys()].map((key) => [key, lastHolder(key)]));
    return this.#asked(holders, async () => {
      const listing = await earlier.listing();
      return listing === undefined ? this.#listed() : this.#viewOf(listing, askedAt);
    });
  }

  #ask(): DatedList<Promise<View>> {
    this.earlier = undefined;
    return this.#asked(this.holders(), () => this.#listed());
  }

  async #listed(): Promise<View> {
    const askedAt = this.clock.now();
    return this.#viewOf(await this.client.list(), askedAt);
  }

  #asked(holders: Holders, list: () => Promise<View>): DatedList<Promise<View>> {
    this.#cancelBatch.listed();
    const view = list();
    const asked = { view, holders };
    const settle = (answered?: View) => {
      if (this.#running !== asked) return; // a later one was asked, or this one forgotten
      this.#running = undefined;
      if (answered) this.#latest = { view: answered, holders };
    };
    view.then(
      (answered) => {
        this.#failure = undefined;
        settle(answered);
      },
      (error: unknown) => {
        this.#failure = { error, at: this.clock.now() };
        settle();
      },
    );
    return asked;
  }

  #viewOf({ user, sessions }: Listing, askedAt: number): View {
    const shown = sessions.map(essential);
    this.onListed(shown, askedAt);
    const index = new SessionIndex(shown);
    const alive = new Map<string, string | undefined>();
    for (const { id, name, status } of shown) {
      if (isAlive(statusOf(status))) alive.set(id, parseName(name)?.id);
    }
    const isUnseen = (own: OwnLaunch) => own.at >= askedAt && !index.has(own.sessionId);
    const seen = {
      alive,
      launched: this.#launched,
      isUnseen,
      isCancelled: (sessionId: string) => this.#cancelled.has(sessionId),
      cancelsVersion: () => this.#cancels,
    };
    return {
      askedAt,
      user,
      inFlight: (counts = () => true) => new InFlight(seen, counts).count(),
      counter: (counts) => new InFlight(seen, counts),
      session: (sessionId) => index.session(sessionId),
      namedAfter: (id) => {
        const unseen = this.#launched.of(id).filter(isUnseen);
        return [...index.namedAfter(id), ...unseen.map(justLaunched)].filter(
          ({ session }) => !this.#cancelled.has(session.id),
        );
      },
    };
  }
}
