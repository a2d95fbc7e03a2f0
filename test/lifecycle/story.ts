// Random stories of a stack: edits, runs, time, ends, faults. Each step runs the provider's real code, and
// after each step what the server itself remembers is held against what the provider promises.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import type { SessionSummary } from "../../embedded";
import {
  type FaultRule,
  type ScriptedRunner,
  type Skaha,
  scriptedRunner,
  startSkaha,
} from "../../embedded";
import { parseName } from "../../provider/job/identity";
import { summarize } from "../../provider/job/summary";
import { isOpen, parseWindow, type Window } from "../../provider/job/window";
import { FakeClock } from "./fakeClock";
import { type Declared, MiniEngine } from "./miniEngine";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const jobCount = 4;
const night = "20:30-06:30 America/Vancouver";
const token = "story-token";

/** What a job of the program is, beside its place: `after` by index, earlier jobs only. */
interface JobEdit {
  readonly version: number;
  readonly ram: number | undefined;
  readonly retry:
    | { readonly limit: number | Record<string, number>; readonly on?: readonly string[] }
    | undefined;
  readonly after: readonly number[];
  readonly staleAfter: "keep" | undefined;
  readonly window: string | undefined;
  readonly onRemove: "leave" | undefined;
}

export type Step =
  | { readonly do: "edit"; readonly job: number; readonly change: Partial<JobEdit> }
  | { readonly do: "add" | "drop"; readonly job: number }
  | { readonly do: "up"; readonly fault?: "none" | FaultName }
  | { readonly do: "refresh" | "preview" | "previewThenUp" | "upTwice" | "restart" | "loseState" }
  | { readonly do: "remember" | "rollBack" }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "ready" | "succeed" | "fail" | "vanish"; readonly which: number }
  | { readonly do: "readyAll" | "endAll" }
  | { readonly do: "limit"; readonly maxInFlight: number | undefined };

const faults = {
  lostAnswer: { kind: "lostAnswer", method: "POST", times: 1 },
  lateAnswer: { kind: "lateAnswer", method: "POST", times: 1 },
  resetBefore: { kind: "resetBefore", method: "POST", times: 1 },
  /** As often as a launch is tried: it stays unclear. */
  resetOften: { kind: "resetBefore", method: "POST", times: 3 },
  refused: { kind: "status", code: 400, body: "no\n", method: "POST", times: 1 },
  stillborn: { kind: "vanish", method: "POST", times: 1 },
  omitted: { kind: "omitFromList", path: "type=headless", times: 1 },
  truncated: { kind: "truncatedBody", path: "type=headless", times: 1 },
  deleteLies: { kind: "deleteLies", method: "DELETE", times: 1 },
} satisfies Record<string, FaultRule>;
type FaultName = keyof typeof faults;

const edit = fc.oneof(
  { arbitrary: fc.record({ version: fc.nat(2) }), weight: 3 },
  { arbitrary: fc.record({ ram: fc.constantFrom(undefined, 4, 8) }), weight: 2 },
  {
    arbitrary: fc.record({
      retry: fc.constantFrom(
        undefined,
        { limit: 1 },
        { limit: 2, on: ["Failed", "Lost"] },
        { limit: 1, on: ["Deadline"] },
        { limit: { Failed: 1, Lost: 1 } },
      ),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ after: fc.subarray([0, 1, 2]) }), weight: 3 },
  { arbitrary: fc.record({ staleAfter: fc.constantFrom(undefined, "keep" as const) }), weight: 1 },
  { arbitrary: fc.record({ window: fc.constantFrom(undefined, night, "always") }), weight: 1 },
  { arbitrary: fc.record({ onRemove: fc.constantFrom(undefined, "leave" as const) }), weight: 1 },
);

const job = fc.nat(jobCount - 1);
const which = fc.nat(jobCount - 1);

export const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ do: fc.constant("edit" as const), job, change: edit }), weight: 8 },
    { arbitrary: fc.record({ do: fc.constantFrom("add" as const, "drop"), job }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant("up" as const) }), weight: 8 },
    {
      arbitrary: fc.record({
        do: fc.constant("up" as const),
        fault: fc.constantFrom(...(Object.keys(faults) as FaultName[])),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        do: fc.constantFrom("refresh" as const, "preview", "previewThenUp", "upTwice"),
      }),
      weight: 7,
    },
    { arbitrary: fc.record({ do: fc.constantFrom("restart" as const, "loseState") }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constantFrom("remember" as const, "rollBack") }), weight: 2 },
    {
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        minutes: fc.constantFrom(1, 10, 59, 61, 180, 600, 1_500),
      }),
      weight: 5,
    },
    {
      arbitrary: fc.record({
        do: fc.constantFrom("ready" as const, "succeed", "fail", "vanish"),
        which,
      }),
      weight: 9,
    },
    { arbitrary: fc.record({ do: fc.constantFrom("readyAll" as const, "endAll") }), weight: 3 },
    {
      arbitrary: fc.record({
        do: fc.constant("limit" as const),
        maxInFlight: fc.constantFrom(undefined, 1, 2),
      }),
      weight: 2,
    },
  ),
  { minLength: 1, maxLength: 30, size: "max" },
);

/** What the story found wrong. */
class Broken extends Error {}

/** Runs one story to its end, then until nothing moves. @throws where a promise is broken */
export async function tell(story: readonly Step[]): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "skaha-story-"));
  const world = new World(dataDir);
  await world.start();
  try {
    for (const [index, step] of story.entries()) {
      try {
        await world.take(step);
        world.holdsNow();
      } catch (error) {
        throw new Error(
          `step ${index} (${JSON.stringify(step)}): ${(error as Error).message}\n${world.shown()}`,
          { cause: error },
        );
      }
    }
    await world.untilDone();
  } finally {
    await world.end();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Known {
  readonly status: string;
  readonly attempt: number;
  readonly sessionId: unknown;
}

const plainJob: JobEdit = {
  version: 0,
  ram: undefined,
  retry: undefined,
  after: [],
  staleAfter: undefined,
  window: undefined,
  onRemove: undefined,
};

class World {
  readonly #clock = new FakeClock("2026-11-22T12:00:00Z");
  readonly #runner: ScriptedRunner = scriptedRunner({ autoReady: false });
  #skaha!: Skaha;
  #engine!: MiniEngine;
  readonly #jobs = new Map<number, JobEdit>([
    [0, plainJob],
    [1, { ...plainJob, after: [0] }],
    [2, plainJob],
  ]);
  #restore: (() => void) | undefined;
  /** Whether state may be older than the server: one list that omits a session is then all there is. */
  #isStateCertain = true;
  #night: Window;

  constructor(private readonly dataDir: string) {
    const parsed = parseWindow(night);
    if ("problem" in parsed) throw new Error(parsed.problem);
    this.#night = parsed;
  }

  async start(): Promise<void> {
    await this.#serve(0);
    this.#engine = new MiniEngine({
      clock: this.#clock,
      url: this.#skaha.url,
      token,
      config: {},
    });
  }

  async end(): Promise<void> {
    this.#engine.close();
    await this.#skaha.stop();
  }

  async #serve(port: number): Promise<void> {
    this.#skaha = await startSkaha({
      clock: this.#clock.now,
      runner: this.#runner,
      dataDir: this.dataDir,
      port,
      users: { alice: { token } },
      capacity: { cores: 1_000, ramGiB: 9_000 },
      activeDeadlineSeconds: 36 * 3_600,
    });
  }

  shown(): string {
    const jobs = this.#skaha
      .jobs()
      .map(({ id, name, status, ended, forgotten }) =>
        [id, name, status, ended && "ended", forgotten?.why].filter(Boolean).join(" "),
      );
    const state = this.#engine.names().map((name) => {
      const { status, attempt, reason, sessionId } = this.#engine.outputs(name);
      return `${name} ${this.#engine.id(name)} ${status} ${attempt} ${sessionId} ${reason ?? ""}`;
    });
    return [
      `program: ${JSON.stringify(this.#program())}`,
      "state:",
      ...state,
      "server:",
      ...jobs,
      "said:",
      ...this.#engine.lines.slice(-12),
    ].join("\n");
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "edit": {
        const before = this.#jobs.get(step.job);
        if (before) this.#jobs.set(step.job, { ...before, ...step.change });
        return;
      }
      case "add":
        if (!this.#jobs.has(step.job)) this.#jobs.set(step.job, plainJob);
        return;
      case "drop":
        this.#jobs.delete(step.job);
        return;
      case "up":
        await this.#up(step.fault ?? "none");
        return;
      case "upTwice":
        return this.#upTwice();
      case "refresh":
        return this.#watched("refresh", () => this.#engine.refresh());
      case "preview":
        await this.#watched("preview", () => this.#engine.preview(this.#program()));
        return;
      case "previewThenUp":
        return this.#previewThenUp();
      case "restart": {
        const { port } = this.#skaha;
        await this.#skaha.close();
        return this.#serve(port);
      }
      case "loseState":
        this.#engine.loseState();
        this.#isStateCertain = false;
        return;
      case "remember":
        this.#restore = this.#engine.snapshot();
        return;
      case "rollBack":
        if (this.#restore) this.#isStateCertain = false;
        this.#restore?.();
        return;
      case "pass":
        this.#clock.pass(step.minutes * minuteMs);
        return;
      case "limit":
        if (step.maxInFlight === undefined) delete this.#engine.config["skaha:maxInFlight"];
        else this.#engine.config["skaha:maxInFlight"] = String(step.maxInFlight);
        return;
      case "readyAll":
        for (const { id, status } of this.#alive()) if (status === "Pending") this.#ready(id);
        return;
      case "endAll":
        for (const { id } of this.#alive()) this.#runner.end(id, 0);
        return;
      default:
        return this.#happen(step.do, step.which);
    }
  }

  /** What must be so at any time. */
  holdsNow(): void {
    const seen = new Map<string, string>();
    for (const { name, id } of this.#alive()) {
      const jobId = parseName(name)?.id ?? name;
      const other = seen.get(jobId);
      if (other) throw new Broken(`${jobId} is alive twice: ${other} and ${id}`);
      seen.set(jobId, id);
    }
  }

  /** Ends the story: with time passing and sessions ending, nothing is left that time could bring on. */
  async untilDone(): Promise<void> {
    for (let round = 0; round < 80; round += 1) {
      await this.#up("none");
      this.holdsNow();
      const { isUnfinished, jobs } = summarize(this.#engine.deployment());
      if (!isUnfinished) {
        const stuck = jobs.filter(
          ({ status }) => !["Completed", "Failed", "Lost", "Held"].includes(status),
        );
        if (stuck.length > 0) throw new Broken(`done, but ${JSON.stringify(stuck)}`);
        return;
      }
      for (const { id, status } of this.#alive()) {
        if (status === "Pending") this.#ready(id);
        else this.#runner.end(id, round % 3 === 0 ? 1 : 0);
      }
      this.#clock.pass(hourMs);
    }
    throw new Broken(`untilDone did not end\n${this.shown()}`);
  }

  #program(): Record<string, Declared> {
    const sorted = [...this.#jobs].sort(([a], [b]) => a - b);
    return Object.fromEntries(
      sorted.map(([index, { version, after, ...rest }]) => [
        `job-${index}`,
        {
          args: [version],
          ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
          ...(this.#predecessors(index, after).length > 0 && {
            after: this.#predecessors(index, after),
          }),
        },
      ]),
    );
  }

  #predecessors(index: number, after: readonly number[]): string[] {
    return after.filter((one) => one < index && this.#jobs.has(one)).map((one) => `job-${one}`);
  }

  #alive(): SessionSummary[] {
    return this.#skaha
      .jobs()
      .filter(
        ({ status, ended, forgotten }) =>
          !ended && !forgotten && (status === "Pending" || status === "Running"),
      );
  }

  #ready(id: string): void {
    this.#runner.status(id, { active: 1, ready: 1 });
  }

  #happen(what: "ready" | "succeed" | "fail" | "vanish", which: number): void {
    const alive = this.#alive();
    const session = alive[which % Math.max(1, alive.length)];
    if (what === "vanish") {
      // Cancelled by hand, or its record lost; finished ones too.
      const known = this.#skaha.jobs().filter(({ forgotten }) => !forgotten);
      const one = known[which % Math.max(1, known.length)];
      if (one) this.#skaha.vanish(one.id);
    } else if (session && what === "ready") this.#ready(session.id);
    else if (session) this.#runner.end(session.id, what === "succeed" ? 0 : 1);
  }

  /** The last attempt of each job that is over, as the stack or the server's list knows it, by the job's id. */
  #over(): Map<string, Known> {
    const known = new Map<string, Known>();
    const note = (id: string, one: Known) => {
      const before = known.get(id);
      if (!before || before.attempt < one.attempt) known.set(id, one);
    };
    for (const { id, name, status, forgotten } of this.#skaha.jobs()) {
      const parsed = parseName(name);
      if (!parsed || forgotten || (status !== "Completed" && status !== "Failed")) continue;
      note(parsed.id, { status, attempt: parsed.attempt, sessionId: id });
    }
    const alive = new Set(this.#alive().map(({ id }) => id));
    for (const [id, one] of this.#state()) {
      // Launched and gone, which the stack will learn with its next look.
      const hasVanished = one.status !== "Held" && !alive.has(String(one.sessionId));
      if (hasVanished || ["Completed", "Failed", "Lost"].includes(one.status)) note(id, one);
    }
    return known;
  }

  #state(): Map<string, Known> {
    return new Map(
      this.#engine.names().map((name) => {
        const { status, attempt, sessionId } = this.#engine.outputs(name);
        return [
          this.#engine.id(name),
          { status: String(status), attempt: Number(attempt), sessionId },
        ];
      }),
    );
  }

  /** Nothing but a run of `up` launches or cancels, and what ended well stays so. */
  async #watched<T>(what: string, work: () => Promise<T>): Promise<T> {
    const before = this.#state();
    this.#skaha.clearJournal();
    const result = await work();
    const changed = this.#skaha.journal().filter(({ method }) => method !== "GET");
    if (changed.length > 0) throw new Broken(`${what} sent ${JSON.stringify(changed)}`);
    this.#finalStays(before);
    for (const [id, { attempt }] of this.#state()) {
      const old = before.get(id);
      if (old?.status === "Failed" && old.attempt !== attempt) {
        throw new Broken(`${what}: ${id} was Failed and is attempt ${attempt}`);
      }
    }
    return result;
  }

  #finalStays(before: ReadonlyMap<string, Known>): void {
    for (const [id, now] of this.#state()) {
      const old = before.get(id);
      if (old?.status === "Completed" && now.status !== "Completed") {
        throw new Broken(`${id} was Completed and is ${now.status}`);
      }
    }
  }

  async #up(wanted: "none" | FaultName): Promise<Record<string, string> | undefined> {
    // One list that leaves out a session which state does not know cannot be told from its absence.
    const fault = wanted === "omitted" && !this.#isStateCertain ? "none" : wanted;
    const program = this.#program();
    const over = this.#over();
    const before = this.#state();
    const aliveBefore = new Set(this.#alive().map(({ id }) => id));
    const isOpenBefore = isOpen(this.#night, this.#clock.now());
    const rams = new Map(
      this.#engine.names().map((name) => [this.#engine.id(name), this.#engine.outputs(name).ram]),
    );
    this.#skaha.clearJournal();
    if (fault !== "none") this.#skaha.faults.add(faults[fault]);
    let done: Record<string, string> | undefined;
    try {
      done = await this.#engine.up(program);
    } catch (error) {
      if (fault === "none") throw error;
    } finally {
      this.#skaha.faults.clear();
    }
    if (done) {
      this.#isStateCertain = true;
      this.#noneLostThatLives();
    }
    this.#finalStays(before);
    const posted = this.#posted();
    for (const { name } of posted) this.#mayLaunch(name, over, before, rams, program);
    for (const { name } of posted) this.#predecessorsAreDone(name, program);
    if (fault !== "omitted") this.#staysWithinLimit(aliveBefore);
    // A session that vanishes under the run is in flight as far as the run can see.
    const isSeen = done && fault !== "stillborn" && fault !== "omitted";
    if (isSeen && isOpen(this.#night, this.#clock.now()) === isOpenBefore) {
      this.#heldForAReason(program, isOpenBefore);
    }
    return done;
  }

  #noneLostThatLives(): void {
    const alive = new Set(this.#alive().map(({ id }) => id));
    for (const [id, { status, sessionId }] of this.#state()) {
      if (status === "Lost" && alive.has(String(sessionId))) {
        throw new Broken(`${id} is Lost, but session ${sessionId} lives`);
      }
    }
  }

  /** The sessions that this run made, whether its answer arrived or not. */
  #posted(): SessionSummary[] {
    const ids = new Set(
      this.#skaha
        .journal()
        .filter(({ method }) => method === "POST")
        .map(({ sessionId }) => sessionId),
    );
    return this.#skaha.jobs().filter(({ id }) => ids.has(id));
  }

  #mayLaunch(
    sessionName: string,
    over: ReadonlyMap<string, Known>,
    state: ReadonlyMap<string, Known>,
    rams: ReadonlyMap<string, unknown>,
    program: Readonly<Record<string, Declared>>,
  ): void {
    const { id, attempt } = parseName(sessionName) ?? { id: sessionName, attempt: 1 };
    const before = over.get(id);
    if (!before) return;
    const again = `${sessionName} was launched, though attempt ${before.attempt} was ${before.status}`;
    if (before.status === "Completed") throw new Broken(again);
    if (attempt !== before.attempt + 1) throw new Broken(`${again}: not the next attempt`);
    const name = this.#engine.names().find((one) => this.#engine.id(one) === id) ?? "";
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

  #predecessorsAreDone(sessionName: string, program: Readonly<Record<string, Declared>>): void {
    const id = parseName(sessionName)?.id;
    const name = this.#engine.names().find((one) => this.#engine.id(one) === id) ?? "";
    for (const predecessor of program[name]?.after ?? []) {
      const predecessorId = this.#engine.id(predecessor);
      const { status } = this.#engine.outputs(predecessor);
      const isDone = this.#skaha
        .jobs()
        .some((one) => parseName(one.name)?.id === predecessorId && one.exitCode === 0);
      if (status !== "Completed" || !isDone) {
        throw new Broken(`${sessionName} was launched before ${predecessor} (${status}) was done`);
      }
    }
  }

  #staysWithinLimit(aliveBefore: ReadonlySet<string>): void {
    const limit = this.#engine.config["skaha:maxInFlight"];
    if (limit === undefined) return;
    const alive = new Set(aliveBefore);
    const most = Math.max(Number(limit), alive.size);
    for (const { method, path: asked, sessionId } of this.#skaha.journal()) {
      const target = /\/session\/([^/?]+)/.exec(asked)?.[1];
      if (method === "DELETE" && target) alive.delete(target);
      if (method === "POST" && sessionId) alive.add(sessionId);
      if (alive.size > most) throw new Broken(`${alive.size} in flight, with a limit of ${limit}`);
    }
  }

  #heldForAReason(program: Readonly<Record<string, Declared>>, isNight: boolean): void {
    const limit = this.#engine.config["skaha:maxInFlight"];
    const isCancelling = this.#skaha.journal().some(({ method }) => method === "DELETE");
    for (const [name, { after = [], window }] of Object.entries(program)) {
      const { status, heldBy } = this.#engine.outputs(name);
      if (status !== "Held") continue;
      const waits = after.some((one) => this.#engine.outputs(one).status !== "Completed");
      const isClosed = window === night && !isNight;
      const isFull = limit !== undefined && (isCancelling || this.#alive().length >= Number(limit));
      const isRight =
        heldBy === "after"
          ? waits
          : heldBy === "window"
            ? isClosed
            : heldBy === "maxInFlight" && isFull;
      if (!isRight) throw new Broken(`${name} is held by ${heldBy} for no reason`);
    }
  }

  async #upTwice(): Promise<void> {
    await this.#up("none");
    this.holdsNow();
    const isCancelling = this.#skaha.journal().some(({ method }) => method === "DELETE");
    const isNight = isOpen(this.#night, this.#clock.now());
    const done = await this.#up("none");
    // What the first one cancelled last may have left a slot to those that it held first.
    if (isCancelling && this.#engine.config["skaha:maxInFlight"] !== undefined) return;
    if (isOpen(this.#night, this.#clock.now()) !== isNight) return;
    const changes = Object.entries(done ?? {}).filter(([, step]) => step !== "same");
    if (changes.length > 0) throw new Broken(`a second up: ${JSON.stringify(changes)}`);
    const changed = this.#skaha.journal().filter(({ method }) => method !== "GET");
    if (changed.length > 0) throw new Broken(`a second up sent ${JSON.stringify(changed)}`);
  }

  async #previewThenUp(): Promise<void> {
    const program = this.#program();
    const isNight = isOpen(this.#night, this.#clock.now());
    const plan = await this.#watched("preview", () => this.#engine.preview(program));
    const done = await this.#up("none");
    if (isOpen(this.#night, this.#clock.now()) !== isNight) return;
    const unsure = new Set<string>();
    for (const [name, { after = [] }] of Object.entries(program)) {
      // The engine shows what is behind a predecessor's update as not known yet.
      if (after.some((one) => unsure.has(one) || plan[one] === "update")) unsure.add(name);
      else if (plan[name] !== done?.[name]) {
        throw new Broken(`${name}: the preview says ${plan[name]}, and up does ${done?.[name]}`);
      }
    }
  }
}
