// What a stack promises, at any time and after each run, judged by what the server itself remembers.
import type { SessionSummary, Skaha } from "../../../embedded";
import { parseName } from "../../../provider/job/identity";
import type { Declared, MiniEngine } from "../../world/miniEngine";
import { type JobEdit, night } from "./steps";

/** A stack and its server at one time. */
export interface Scene {
  readonly engine: MiniEngine;
  readonly skaha: Skaha;
  /** The sessions that run or wait to run. */
  alive(): SessionSummary[];
  /** What the stack says of each job, by the job's id. */
  state(): Map<string, Known>;
}

export interface Known {
  readonly status: string;
  readonly attempt: number;
  readonly sessionId: unknown;
}

/** What the story found wrong. */
export class Broken extends Error {}

/** No job has two sessions that run or wait to. */
export function aliveOnce(scene: Scene): void {
  const seen = new Map<string, string>();
  for (const { name, id } of scene.alive()) {
    const jobId = parseName(name)?.id ?? name;
    const other = seen.get(jobId);
    if (other) throw new Broken(`${jobId} is alive twice: ${other} and ${id}`);
    seen.set(jobId, id);
  }
}

/** The last attempt of each job that is over, as the stack or the server's list knows it, by the job's id. */
export function over(scene: Scene): Map<string, Known> {
  const known = new Map<string, Known>();
  const note = (id: string, one: Known) => {
    const before = known.get(id);
    if (!before || before.attempt < one.attempt) known.set(id, one);
  };
  for (const { id, name, status, forgotten } of scene.skaha.jobs()) {
    const parsed = parseName(name);
    if (!parsed || forgotten || (status !== "Completed" && status !== "Failed")) continue;
    note(parsed.id, { status, attempt: parsed.attempt, sessionId: id });
  }
  const alive = new Set(scene.alive().map(({ id }) => id));
  for (const [id, one] of scene.state()) {
    // Launched and gone, which the stack will learn with its next look.
    const hasVanished = one.status !== "Held" && !alive.has(String(one.sessionId));
    if (hasVanished || ["Completed", "Failed", "Lost"].includes(one.status)) note(id, one);
  }
  return known;
}

export function finalStays(scene: Scene, before: ReadonlyMap<string, Known>): void {
  for (const [id, now] of scene.state()) {
    const old = before.get(id);
    if (old?.status === "Completed" && now.status !== "Completed") {
      throw new Broken(`${id} was Completed and is ${now.status}`);
    }
  }
}

export function noneLostThatLives(scene: Scene): void {
  const alive = new Set(scene.alive().map(({ id }) => id));
  for (const [id, { status, sessionId }] of scene.state()) {
    if (status === "Lost" && alive.has(String(sessionId))) {
      throw new Broken(`${id} is Lost, but session ${sessionId} lives`);
    }
  }
}

/** A job that left the stack leaves no session that runs or waits to. */
export function deletedIsGone(scene: Scene, before: ReadonlyMap<string, Known>): void {
  const now = scene.state();
  for (const { name, id } of scene.alive()) {
    const jobId = parseName(name)?.id ?? name;
    if (before.has(jobId) && !now.has(jobId)) {
      throw new Broken(`${jobId} is no longer in the stack, but its session ${id} lives`);
    }
  }
}

/** The sessions that this run made, whether its answer arrived or not. */
export function posted(scene: Scene): SessionSummary[] {
  const ids = new Set(
    scene.skaha
      .journal()
      .filter(({ method }) => method === "POST")
      .map(({ sessionId }) => sessionId),
  );
  return scene.skaha.jobs().filter(({ id }) => ids.has(id));
}

/** What was so before a run, and the program that it ran. */
export interface Before {
  readonly over: ReadonlyMap<string, Known>;
  readonly state: ReadonlyMap<string, Known>;
  /** What each job asked for, by its id. */
  readonly rams: ReadonlyMap<string, unknown>;
  readonly program: Readonly<Record<string, Declared>>;
}

export function mayLaunch(
  scene: Scene,
  sessionName: string,
  { over, state, rams, program }: Before,
): void {
  const { id, attempt } = parseName(sessionName) ?? { id: sessionName, attempt: 1 };
  const before = over.get(id);
  if (!before) return;
  const again = `${sessionName} was launched, though attempt ${before.attempt} was ${before.status}`;
  if (before.status === "Completed") throw new Broken(again);
  if (attempt !== before.attempt + 1) throw new Broken(`${again}: not the next attempt`);
  const name = scene.engine.names().find((one) => scene.engine.id(one) === id) ?? "";
  const declared = program[name];
  const isResized = rams.has(id) && rams.get(id) !== declared?.ram;
  // A retry that was due and found no slot is held as the next attempt, whatever is declared since.
  const held = state.get(id);
  if (isResized || (held?.status === "Held" && held.attempt === attempt)) return;
  const retry = declared?.retry as JobEdit["retry"];
  if (retry === undefined) throw new Broken(`${again}, without retry`);
  const most = typeof retry.limit === "number" ? retry.limit : 2;
  if (attempt - 1 > most) throw new Broken(`${again}, with ${JSON.stringify(retry)}`);
}

export function predecessorsAreDone(
  scene: Scene,
  sessionName: string,
  program: Readonly<Record<string, Declared>>,
): void {
  const id = parseName(sessionName)?.id;
  const name = scene.engine.names().find((one) => scene.engine.id(one) === id) ?? "";
  for (const predecessor of program[name]?.after ?? []) {
    const predecessorId = scene.engine.id(predecessor);
    const { status } = scene.engine.outputs(predecessor);
    const isDone = scene.skaha
      .jobs()
      .some((one) => parseName(one.name)?.id === predecessorId && one.exitCode === 0);
    if (status !== "Completed" || !isDone) {
      throw new Broken(`${sessionName} was launched before ${predecessor} (${status}) was done`);
    }
  }
}

export function staysWithinLimit(scene: Scene, aliveBefore: ReadonlySet<string>): void {
  const limit = scene.engine.config["skaha:maxInFlight"];
  if (limit === undefined) return;
  const alive = new Set(aliveBefore);
  const most = Math.max(Number(limit), alive.size);
  for (const { method, path: asked, sessionId } of scene.skaha.journal()) {
    const target = /\/session\/([^/?]+)/.exec(asked)?.[1];
    if (method === "DELETE" && target) alive.delete(target);
    if (method === "POST" && sessionId) alive.add(sessionId);
    if (alive.size > most) throw new Broken(`${alive.size} in flight, with a limit of ${limit}`);
  }
}

export function heldForAReason(
  scene: Scene,
  program: Readonly<Record<string, Declared>>,
  isNight: boolean,
): void {
  const limit = scene.engine.config["skaha:maxInFlight"];
  const isCancelling = scene.skaha.journal().some(({ method }) => method === "DELETE");
  for (const [name, { after = [], window }] of Object.entries(program)) {
    const { status, heldBy } = scene.engine.outputs(name);
    if (status !== "Held") continue;
    const waits = after.some((one) => scene.engine.outputs(one).status !== "Completed");
    const isClosed = window === night && !isNight;
    const isFull = limit !== undefined && (isCancelling || scene.alive().length >= Number(limit));
    const isRight =
      heldBy === "after"
        ? waits
        : heldBy === "window"
          ? isClosed
          : heldBy === "maxInFlight" && isFull;
    if (!isRight) throw new Broken(`${name} is held by ${heldBy} for no reason`);
  }
}
