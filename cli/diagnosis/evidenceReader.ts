// Collects what a diagnosis is made from: of each job only what bears on how it stands.

import fs from "node:fs/promises";
import { z } from "zod";
import type { Context, Session, Stats } from "../../provider/api";
import type { Connection } from "../../provider/connect";
import { messageOf, SkahaError } from "../../provider/errors";
import { resolveWritten } from "../../provider/homePath";
import { outsideSession } from "../../provider/job/decisions/hold";
import { tagIn } from "../../provider/job/identity";
import { hasEnded, hasFailed, isAlive, statusOf } from "../../provider/job/status";
import { upstreamOf } from "../../provider/job/summary";
import { placeIn, realSessionId, tagOfSession } from "../../provider/packs/places";
import { withRecorded } from "../../provider/server/records";
import { parseEvents, type SessionEvent } from "../../provider/server/sessionEvents";
import { loggedAttemptOf } from "../logs/attempt";
import { findLog, type LogPlaces, snapshotName, usualFolder } from "../logs/source";
import type { ObservedJob } from "../stack/observe";
import { isStopped, type StoppedSweep, stoppedSweeps } from "../stack/stopped";
import { diagnose } from "./diagnose";
import type { Evidence, Heartbeat, Other } from "./evidence";

export interface EvidenceSources {
  /** All jobs of the stack. */
  readonly jobs: readonly ObservedJob[];
  /** The user's, as the server listed them. */
  readonly sessions: readonly Session[];
  readonly client: Pick<Connection["client"], "events" | "context" | "stats">;
  readonly arc: Connection["arc"];
  readonly places: LogPlaces;
  /** Told what could not be found out. */
  readonly onProblem: (sentence: string) => void;
  /** The stack's window, for jobs without their own. */
  readonly window?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A log's end: more than enough for a traceback. */
const tailBytes = 32 << 10;
/** A predecessor's predecessor's predecessor is enough. */
const deepest = 3;

export class EvidenceReader {
  // Asked once for all jobs.
  #context: Promise<Context | undefined> | undefined;
  #stats: Promise<Stats | undefined> | undefined;
  #stopped: readonly StoppedSweep[] | undefined;

  constructor(private readonly sources: EvidenceSources) {}

  async of(observed: ObservedJob, depth = 0): Promise<Evidence> {
    const job = await this.#withRecord(observed);
    const { status } = job.state;
    const isBad = hasFailed(status) || !job.isKnown;
    const isOnCluster = isBad || status === "Pending";
    const [events, log, heartbeat, offer, waitsFor] = await Promise.all([
      isOnCluster ? this.#events(job) : [],
      isBad || status === "Running" ? this.#log(job) : undefined,
      status === "Running" ? this.#heartbeat(job) : undefined,
      status === "Pending" || status === "Failed" ? this.#offered(status === "Pending") : undefined,
      status === "Held" ? this.#predecessors(job, depth) : [],
    ]);
    return {
      ...{ job, events, heartbeat, waitsFor, now: this.sources.now, window: this.sources.window },
      ...{ logTail: log?.tail, quietSince: log?.quietSince },
      ...(offer && { offer }),
      pack: this.#packOf(job),
      ...(job.state.heldBy === "maxInFlight" && { foreign: this.#foreignTo(job) }),
      ...(isStopped(job) && { stopped: this.#stoppedWith(job) }),
    };
  }

  /** The server says no more than that a job failed; its record does, of which the stack hears with the next refresh only. */
  async #withRecord(job: ObservedJob): Promise<ObservedJob> {
    const { name, state, isKnown } = job;
    const { status, exitCode, cause, recordedIn } = state;
    const isTold = exitCode !== undefined || (cause !== undefined && cause !== "Deadline");
    if (!isKnown || status !== "Failed" || recordedIn === undefined || isTold) return job;
    const { arc, now } = this.sources;
    const read = () => withRecorded(state, arc, now);
    return { ...job, state: (await this.#tried(`the record of ${name} was`, read)) ?? state };
  }

  #stoppedWith({ state }: ObservedJob): StoppedSweep | undefined {
    this.#stopped ??= stoppedSweeps(this.sources.jobs);
    return this.#stopped.find(({ sweep }) => sweep === state.stopAfter?.name);
  }

  /** How many sessions take slots that are not of the job's stack. */
  #foreignTo({ id }: ObservedJob): number {
    const tag = tagIn(id);
    const foreign = this.sources.sessions.filter(
      ({ name, status }) => isAlive(statusOf(status)) && tagOfSession(name) !== tag,
    );
    return new Set(foreign.map((one) => realSessionId(one.id))).size;
  }

  /** Of a job that shares its session: how the others in it stand, as far as that is known. */
  #packOf({ state: { sessionId = "" } }: ObservedJob): Evidence["pack"] {
    const place = placeIn(sessionId);
    if (place === undefined) return undefined;
    const shared = this.sources.sessions.filter(({ id }) => realSessionId(id) === place.sessionId);
    const others = shared.filter(({ id }) => id !== sessionId);
    const count = (wanted: (status: string) => boolean) =>
      others.filter(({ status }) => wanted(statusOf(status))).length;
    return {
      session: place.sessionId,
      running: count((status) => status === "Running"),
      ended: count((status) => hasEnded(status)),
      before: others.filter(
        ({ id, status }) =>
          statusOf(status) === "Pending" && (placeIn(id)?.place ?? 0) < place.place,
      ).length,
      jobs: others.length + 1,
    };
  }

  /** What a job is told that a mishap keeps from being found out: nothing, and the user why. */
  async #tried<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SkahaError && error.status === 401) throw error;
      this.sources.onProblem(`${what} not read: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #events({ name, state }: ObservedJob): Promise<readonly SessionEvent[]> {
    const { sessionId, exitCode } = state;
    if (sessionId === undefined) return [];
    // What became of a session that others share is not what became of a job that ended in it.
    if (placeIn(sessionId) && exitCode !== undefined) return [];
    const ask = async () => {
      const isListed = await this.sources.places.isListed(sessionId);
      return isListed ? this.sources.client.events(sessionId) : "";
    };
    const told = parseEvents((await this.#tried(`the events of ${name} were`, ask)) ?? "");
    return told.length > 0 ? told : parseEvents(state.events ?? "");
  }

  async #log(job: ObservedJob): Promise<{ tail?: string; quietSince?: number } | undefined> {
    const { name, state } = job;
    return this.#tried(`the log of ${name} was`, async () => {
      const attempt = loggedAttemptOf(job);
      const found = await findLog(attempt, this.sources.places);
      if ("why" in found) return state.logTail === undefined ? {} : { tail: state.logTail };
      let size = 0;
      let tail = Buffer.alloc(0);
      for await (const chunk of found.chunks) {
        size += chunk.length;
        tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
      }
      const quietSince = attempt.isOver ? undefined : await this.#quietSince(job, size);
      return { tail: tail.toString(), ...(quietSince !== undefined && { quietSince }) };
    });
  }

  /**
   * The server does not tell when a line was written. The record's log does where /arc is mounted, and so
   * does what `save-logs` saved, if nothing came since.
   */
  async #quietSince({ id, state }: ObservedJob, size: number): Promise<number | undefined> {
    const { recordedIn, logs = usualFolder, attempt } = state;
    const files = [
      ...(recordedIn === undefined ? [] : [`${recordedIn}/log`]),
      resolveWritten(this.sources.places.program, logs, snapshotName(id, attempt)),
    ];
    for (const file of files) {
      const known = await fs.stat(file).catch(() => undefined); // not mounted, or never saved
      if (known?.size === size) return known.mtimeMs;
    }
    return undefined;
  }

  async #heartbeat({ name, state }: ObservedJob): Promise<Heartbeat | undefined> {
    const { recordedIn } = state;
    if (recordedIn === undefined) return undefined;
    return this.#tried(`the heartbeat of ${name} was`, async () => {
      const text = await this.sources.arc.read(`${recordedIn}/heartbeat.json`);
      return text === undefined ? undefined : heartbeatFile.parse(JSON.parse(text));
    });
  }

  async #offered(isLoadWanted: boolean): Promise<NonNullable<Evidence["offer"]>> {
    const { client } = this.sources;
    this.#context ??= this.#tried("the server's options were", () => client.context());
    if (isLoadWanted) this.#stats ??= this.#tried("the server's load was", () => client.stats());
    return { context: await this.#context, stats: await this.#stats };
  }

  async #predecessors({ state, inputs }: ObservedJob, depth: number): Promise<Other[]> {
    const { seen = {} } = state;
    const upstream = upstreamOf({ state, inputs });
    const jobs = this.sources.jobs.filter(({ id }) => upstream.includes(id));
    const outside = upstream.flatMap((id) => {
      const session = outsideSession(id);
      return session === undefined ? [] : [{ name: session, status: seen[session] ?? "not known" }];
    });
    const inside = jobs.map(async (job): Promise<Other> => {
      const { status } = job.state;
      const isToTell = hasFailed(status) || status === "Held";
      const cause =
        isToTell && depth < deepest ? diagnose(await this.of(job, depth + 1)).cause : undefined;
      return { name: job.name, status, cause };
    });
    return [...(await Promise.all(inside)), ...outside];
  }
}

const number = z.number().optional().catch(undefined);
const heartbeatFile = z.looseObject({
  time: z.string().transform((text, context) => {
    const time = Date.parse(text);
    if (!Number.isNaN(time)) return time;
    context.addIssue({ code: "custom", message: "is no time" });
    return z.NEVER;
  }),
  memoryBytes: number,
  cpuSeconds: number,
});
