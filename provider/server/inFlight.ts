// How many sessions run or wait to run, of those that one question is about. It is asked before each of thousands of
// launches: so only what this process launched since it was asked last is looked at.
import { realSessionId } from "../packs/places";
import type { OwnLaunch, OwnLaunches } from "./ownLaunches";

/** What a list showed as alive, and what this process has done since. */
export interface Seen {
  /** The ids of sessions, each with that of the job that it stands for, if it is named like one. */
  readonly alive: ReadonlyMap<string, string | undefined>;
  readonly launched: Pick<OwnLaunches, "count" | "after">;
  /** Whether the list came too early to show it. */
  isUnseen(own: OwnLaunch): boolean;
  isCancelled(sessionId: string): boolean;
  /** Another number whenever other sessions than before count as cancelled. */
  cancelsVersion(): number;
}

export class InFlight {
  /** Of jobs that share a session it counts once. */
  #sessions = new Set<string>();
  #position = 0;
  #version: number | undefined;

  /** @param counts asked with the id of a session's job */
  constructor(
    private readonly seen: Seen,
    private readonly counts: (job: string | undefined) => boolean,
  ) {}

  count(): number {
    const { alive, launched, isUnseen, cancelsVersion } = this.seen;
    const version = cancelsVersion();
    if (this.#version !== version) {
      this.#version = version;
      this.#position = 0;
      this.#sessions = new Set();
      for (const [sessionId, job] of alive) this.#add(sessionId, job);
    }
    for (const own of launched.after(this.#position)) {
      if (isUnseen(own)) this.#add(own.sessionId, own.id);
    }
    this.#position = launched.count;
    return this.#sessions.size;
  }

  #add(sessionId: string, job: string | undefined): void {
    if (this.seen.isCancelled(sessionId) || !this.counts(job)) return;
    this.#sessions.add(realSessionId(sessionId));
  }
}
