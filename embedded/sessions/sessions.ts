// The life of sessions: waiting for their size to fit, running, ending, being forgotten. Judged by the clock it is
// given, each time somebody looks; it acts through the runner and remembers through the store.
import type { AdmittedLaunch, JobStatus, SessionEvent, SessionRecord, Size } from "../job";
import { jobName } from "../launch/launch";
import { Capacity } from "./capacity";
import type { Report, Runner } from "./runner";
import type { Store } from "./store";

export interface Lifetimes {
  /** Ended sessions are forgotten after so long (`ttlSecondsAfterFinished`). */
  readonly expireSeconds: number;
  /** A session that runs longer is killed and Failed (`activeDeadlineSeconds`). */
  readonly activeDeadlineSeconds: number;
  /** What `action=renew` asks for from now on (`skaha.sessionexpiry`). */
  readonly renewSeconds: number;
  /** Between TERM and KILL. */
  readonly graceMs: number;
}

export interface SessionsOptions {
  readonly clock: () => number;
  readonly capacity: Size;
  readonly lifetimes: Lifetimes;
  readonly runner: Runner;
  readonly store: Store;
}

export class Sessions {
  readonly #all = new Map<string, SessionRecord>();
  readonly #options: SessionsOptions;
  readonly #capacity: Capacity;
  /** Launched, not yet started, oldest first. */
  #waiting: SessionRecord[] = [];
  /** The API still knows them. */
  readonly #known = new Map<string, SessionRecord>();
  #closed = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#capacity = new Capacity(options.capacity);
    for (const record of options.store.load()) this.#restore(record);
    this.look();
  }

  add(id: string, user: string, launch: AdmittedLaunch): SessionRecord {
    const { activeDeadlineSeconds, renewSeconds } = this.#options.lifetimes;
    const record: SessionRecord = {
      id,
      user,
      launch,
      created: this.#options.clock(),
      jobStatus: {},
      // Of the others the chart's templates say `skaha.sessionexpiry`, which is what a renewal gives.
      activeDeadlineSeconds: launch.type === "headless" ? activeDeadlineSeconds : renewSeconds,
      events: [],
    };
    this.#all.set(id, record);
    this.#known.set(id, record);
    this.#waiting.push(record);
    this.#save(record);
    this.look();
    return record;
  }

  /** Every session ever launched, the oldest first. */
  all(): readonly SessionRecord[] {
    this.look();
    return [...this.#all.values()];
  }

  /** What the API knows, in the order in which Kubernetes lists Jobs. All users if none is given. */
  list(user?: string): SessionRecord[] {
    this.look();
    return [...this.#known.values()]
      .filter((record) => user === undefined || record.user === user)
      .map((record) => ({ record, key: jobName(record.launch.type, record.user, record.id) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ record }) => record);
  }

  /** How many of a user's sessions the API knows of which it is so: each launch asks, and needs no order. */
  count(user: string, isSo: (record: SessionRecord) => boolean): number {
    this.look();
    let count = 0;
    for (const one of this.#known.values()) if (one.user === user && isSo(one)) count += 1;
    return count;
  }

  /** Without a user: whoever it belongs to, for telling 403 from 404 (old servers) and for tests. */
  find(id: string, user?: string): SessionRecord | undefined {
    this.look();
    const record = this.#known.get(id);
    return record && (user === undefined || record.user === user) ? record : undefined;
  }

  /** Was there ever a session of this id? */
  knows(id: string): boolean {
    return this.#all.has(id);
  }

  log(record: SessionRecord): Buffer {
    return record.scheduled === undefined ? Buffer.alloc(0) : this.#options.runner.log(record.id);
  }

  /** Forgets a session at once and ends its processes. */
  forget(record: SessionRecord, why: "deleted" | "expired" | "vanished"): void {
    if (record.forgotten) return;
    record.forgotten = { at: this.#options.clock(), why };
    this.#known.delete(record.id);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== record);
    this.#save(record);
    this.#end(record);
  }

  /** Moves the deadline to `renewSeconds` from now, if that is later. False: the session is not active. */
  renew(record: SessionRecord): boolean {
    const { active, startTime } = record.jobStatus;
    if (active !== 1 || startTime === undefined) return false;
    const usedSeconds = Math.floor((this.#options.clock() - startTime) / 1000);
    const { renewSeconds } = this.#options.lifetimes;
    if (renewSeconds > record.activeDeadlineSeconds - usedSeconds) {
      record.activeDeadlineSeconds = usedSeconds + renewSeconds;
      this.#save(record);
    }
    return true;
  }

  /** What is taken of the capacity: by requests, nominal. */
  taken(): Size {
    return this.#capacity.taken();
  }

  /** Does what the clock makes due: deadlines, forgetting, starting what fits. Cheap when nothing is due. */
  look(): void {
    if (this.#closed) return;
    const now = this.#options.clock();
    for (const record of this.#known.values()) {
      if (record.ended !== undefined) {
        const seconds = (now - record.ended) / 1000;
        if (seconds >= this.#options.lifetimes.expireSeconds) this.forget(record, "expired");
        continue;
      }
      const { startTime } = record.jobStatus;
      if (startTime === undefined) continue;
      if (now - startTime >= record.activeDeadlineSeconds * 1000) this.#passDeadline(record);
    }
    this.#startWhatFits();
  }

  /** Stops looking; what runs goes on. */
  close(): void {
    this.#closed = true;
    this.#options.runner.close();
    this.#options.store.close();
  }

  /** Ends everything that lives, then closes. */
  async stop(): Promise<void> {
    this.#closed = true;
    const ends = this.#capacity.holders().map(async (id) => {
      const record = this.#all.get(id);
      await this.#options.runner.kill(id, this.#options.lifetimes.graceMs);
      if (record) this.#died(record);
    });
    await Promise.all(ends);
    this.close();
  }

  #restore(record: SessionRecord): void {
    this.#all.set(record.id, record);
    if (!record.forgotten) this.#known.set(record.id, record);
    if (record.dead !== undefined) return;
    if (record.forgotten || record.ended !== undefined) {
      this.#capacity.hold(record.id, record.launch.size);
      this.#end(record); // the server was killed while it ended this one
    } else if (record.scheduled === undefined) {
      this.#waiting.push(record);
    } else {
      this.#capacity.hold(record.id, record.launch.size);
      if (record.launch.unpullable) return;
      this.#options.runner.resume(record, this.#reportOf(record));
    }
  }

  #startWhatFits(): void {
    const capacity = this.#capacity;
    while (this.#waiting.length > 0) {
      // First come, first served; only what can never fit does not hold up the others.
      const next = this.#waiting.find((record) => capacity.canEverHold(record.launch.size));
      if (!next || !capacity.hasRoomFor(next.launch.size)) break;
      this.#waiting = this.#waiting.filter((record) => record !== next);
      this.#start(next);
    }
    for (const record of this.#waiting) {
      if (record.events.length > 0) continue;
      this.#event(record, {
        type: "Warning",
        reason: "FailedScheduling",
        message: `0/1 nodes are available: 1 ${capacity.shortage(record.launch.size)}.`,
      });
    }
  }

  #start(record: SessionRecord): void {
    record.scheduled = this.#options.clock();
    this.#capacity.hold(record.id, record.launch.size);
    this.#event(record, {
      type: "Normal",
      reason: "Scheduled",
      message: "Successfully assigned to node-1",
    });
    this.#save(record);
    if (record.launch.unpullable) {
      const message = `Failed to pull image "${record.launch.image}": unauthorized`;
      this.#event(record, { type: "Warning", reason: "Failed", message, last: record.scheduled });
      return; // Kubernetes tries for ever
    }
    this.#options.runner.start(record, this.#reportOf(record));
  }

  #reportOf(record: SessionRecord): Report {
    const over = () => this.#closed || record.ended !== undefined || record.forgotten;
    return {
      status: (status) => {
        if (over()) return;
        record.jobStatus = this.#withStart(record, status);
        if ((status.succeeded ?? 0) > 0 || (status.failed ?? 0) > 0) {
          record.ended = this.#options.clock();
        }
        this.#save(record);
        if (record.ended !== undefined) this.#end(record);
      },
      event: (event) => {
        if (!over()) this.#event(record, event);
      },
      ended: ({ exitCode, at }) => {
        if (over()) return;
        record.ended = Math.max(at ?? this.#options.clock(), record.jobStatus.startTime ?? 0);
        record.exitCode = exitCode;
        const { startTime } = record.jobStatus;
        record.jobStatus = { [exitCode === 0 ? "succeeded" : "failed"]: 1, startTime };
        this.#save(record);
        this.#end(record);
      },
    };
  }

  #withStart(record: SessionRecord, status: JobStatus): JobStatus {
    if ((status.active ?? 0) === 0 || status.startTime !== undefined) return status;
    return { ...status, startTime: record.jobStatus.startTime ?? this.#options.clock() };
  }

  #passDeadline(record: SessionRecord): void {
    record.ended = this.#options.clock();
    record.jobStatus = { failed: 1, startTime: record.jobStatus.startTime };
    this.#event(record, {
      type: "Warning",
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified deadline",
      last: record.ended,
    });
    this.#save(record);
    this.#end(record);
  }

  /** Sees to it that nothing lives of it, then gives its place to the next. */
  #end(record: SessionRecord): void {
    if (!this.#capacity.isHeldBy(record.id)) {
      if (record.dead === undefined) this.#died(record);
      return;
    }
    const { runner, lifetimes } = this.#options;
    const over = () => {
      if (!this.#closed) this.#died(record);
      this.look();
    };
    // A process that cannot be ended must not end the server.
    runner.kill(record.id, lifetimes.graceMs).then(over, over);
  }

  #died(record: SessionRecord): void {
    this.#capacity.release(record.id);
    record.dead = this.#options.clock();
    if (record.ended === undefined && !record.forgotten) {
      record.ended = record.dead;
      record.jobStatus = { failed: 1, startTime: record.jobStatus.startTime };
    }
    this.#save(record);
  }

  #event(record: SessionRecord, event: Omit<SessionEvent, "first"> & { first?: number }): void {
    record.events.push({ ...event, first: event.first ?? this.#options.clock() });
  }

  #save(record: SessionRecord): void {
    this.#options.store.save(record);
  }
}
