// Random stories of a stack: edits, runs, time, ends, faults. Each step runs the provider's real code, and
// after each step what the server itself remembers is held against what the provider promises. It is long, because each
// kind of step is one of its methods.
import type { SessionSummary, Skaha } from "../../../embedded";
import { isOpen, parseWindow, type Window } from "../../../provider/job/decisions/window";
import { summarize } from "../../../provider/job/summary";
import type { Declared, Form, MiniEngine } from "../../world/miniEngine";
import { hour, minute, type World, world } from "../../world/world";
import * as promises from "./promises";
import { type FaultName, faults, type JobEdit, night, plainJob, type Step } from "./steps";

/** Runs one story to its end, then until nothing moves. @throws where a promise is broken */
export async function tell(story: readonly Step[], form: Form = "job"): Promise<void> {
  await using w = await world({
    form,
    autoReady: false,
    files: true,
    capacity: { cores: 1_000, ramGiB: 9_000 },
    activeDeadlineSeconds: 36 * 3_600,
  });
  const scene = new StoryScene(w);
  for (const [index, step] of story.entries()) {
    try {
      await scene.take(step);
      promises.aliveOnce(scene);
    } catch (error) {
      throw new Error(
        `step ${index} (${JSON.stringify(step)}): ${(error as Error).message}\n${scene.shown()}`,
        { cause: error },
      );
    }
  }
  await scene.untilDone();
}

class StoryScene implements promises.Scene {
  readonly #jobs = new Map<number, JobEdit>([
    [0, plainJob],
    [1, { ...plainJob, after: [0] }],
    [2, plainJob],
  ]);
  #restore: (() => void) | undefined;
  /** Whether state may be older than the server: one list that omits a session is then all there is. */
  #isStateCertain = true;
  #night: Window;

  constructor(private readonly world: World) {
    const parsed = parseWindow(night);
    if ("problem" in parsed) throw new Error(parsed.problem);
    this.#night = parsed;
  }

  get skaha(): Skaha {
    return this.world.skaha;
  }

  get engine(): MiniEngine {
    return this.world.engine;
  }

  shown(): string {
    const jobs = this.skaha
      .jobs()
      .map(({ id, name, status, ended, forgotten }) =>
        [id, name, status, ended && "ended", forgotten?.why].filter(Boolean).join(" "),
      );
    const state = this.engine.names().map((name) => {
      const { status, attempt, reason, sessionId } = this.engine.outputs(name);
      return `${name} ${this.engine.id(name)} ${status} ${attempt} ${sessionId} ${reason ?? ""}`;
    });
    return [
      `program: ${JSON.stringify(this.#program())}`,
      "state:",
      ...state,
      "server:",
      ...jobs,
      "said:",
      ...this.engine.lines.slice(-12),
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
        return this.#watched("refresh", () => this.engine.refresh());
      case "preview":
        await this.#watched("preview", () => this.engine.preview(this.#program()));
        return;
      case "previewThenUp":
        return this.#previewThenUp();
      case "restart":
        return this.world.restart();
      case "loseState":
        this.engine.loseState();
        this.#isStateCertain = false;
        return;
      case "remember":
        this.#restore = this.engine.snapshot();
        return;
      case "rollBack":
        if (this.#restore) this.#isStateCertain = false;
        this.#restore?.();
        return;
      case "pass":
        this.world.clock.pass(step.minutes * minute);
        return;
      case "limit":
        if (step.maxInFlight === undefined) delete this.engine.config["skaha:maxInFlight"];
        else this.engine.config["skaha:maxInFlight"] = String(step.maxInFlight);
        return;
      case "readyAll":
        for (const { id, status } of this.alive()) if (status === "Pending") this.#ready(id);
        return;
      case "endAll":
        for (const { id } of this.alive()) this.world.runner.end(id, 0);
        return;
      default:
        return this.#happen(step.do, step.which);
    }
  }

  /** Ends the story: with time passing and sessions ending, nothing is left that time could bring on. */
  async untilDone(): Promise<void> {
    for (let round = 0; round < 80; round += 1) {
      await this.#up("none");
      promises.aliveOnce(this);
      const { isUnfinished, jobs } = summarize(this.engine.deployment());
      if (!isUnfinished) {
        const stuck = jobs.filter(
          ({ status }) => !["Completed", "Failed", "Lost", "Held"].includes(status),
        );
        if (stuck.length > 0) throw new promises.Broken(`done, but ${JSON.stringify(stuck)}`);
        return;
      }
      for (const { id, status } of this.alive()) {
        if (status === "Pending") this.#ready(id);
        else this.world.runner.end(id, round % 3 === 0 ? 1 : 0);
      }
      this.world.clock.pass(hour);
    }
    throw new promises.Broken(`untilDone did not end\n${this.shown()}`);
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

  alive(): SessionSummary[] {
    return this.skaha
      .jobs()
      .filter(
        ({ status, ended, forgotten }) =>
          !ended && !forgotten && (status === "Pending" || status === "Running"),
      );
  }

  #ready(id: string): void {
    this.world.runner.status(id, { active: 1, ready: 1 });
  }

  #happen(what: "ready" | "succeed" | "fail" | "vanish", which: number): void {
    const alive = this.alive();
    const session = alive[which % Math.max(1, alive.length)];
    if (what === "vanish") {
      // Cancelled by hand, or its record lost; finished ones too.
      const known = this.skaha.jobs().filter(({ forgotten }) => !forgotten);
      const one = known[which % Math.max(1, known.length)];
      if (one) this.skaha.vanish(one.id);
    } else if (session && what === "ready") this.#ready(session.id);
    else if (session) this.world.runner.end(session.id, what === "succeed" ? 0 : 1);
  }

  state(): Map<string, promises.Known> {
    return new Map(
      this.engine.names().map((name) => {
        const { status, attempt, sessionId } = this.engine.outputs(name);
        return [
          this.engine.id(name),
          { status: String(status), attempt: Number(attempt), sessionId },
        ];
      }),
    );
  }

  /** Nothing but a run of `up` launches or cancels, and what ended well stays so. */
  async #watched<T>(what: string, work: () => Promise<T>): Promise<T> {
    const before = this.state();
    this.skaha.clearJournal();
    const result = await work();
    const changed = this.skaha.journal().filter(({ method }) => method !== "GET");
    if (changed.length > 0) throw new promises.Broken(`${what} sent ${JSON.stringify(changed)}`);
    promises.finalStays(this, before);
    for (const [id, { attempt }] of this.state()) {
      const old = before.get(id);
      if (old?.status === "Failed" && old.attempt !== attempt) {
        throw new promises.Broken(`${what}: ${id} was Failed and is attempt ${attempt}`);
      }
    }
    return result;
  }

  async #up(wanted: "none" | FaultName): Promise<Record<string, string> | undefined> {
    // One list that leaves out a session which state does not know cannot be told from its absence.
    const fault = wanted === "omitted" && !this.#isStateCertain ? "none" : wanted;
    const program = this.#program();
    const before = this.state();
    const aliveBefore = new Set(this.alive().map(({ id }) => id));
    const isOpenBefore = isOpen(this.#night, this.world.clock.now());
    const launching: promises.Before = {
      over: promises.over(this),
      state: before,
      rams: new Map(
        this.engine.names().map((name) => [this.engine.id(name), this.engine.outputs(name).ram]),
      ),
      program,
    };
    this.skaha.clearJournal();
    if (fault !== "none") this.skaha.faults.add(faults[fault]);
    let done: Record<string, string> | undefined;
    try {
      done = await this.engine.up(program);
    } catch (error) {
      if (fault === "none") throw error;
    } finally {
      this.skaha.faults.clear();
    }
    if (done) {
      this.#isStateCertain = true;
      promises.noneLostThatLives(this);
      if (fault !== "omitted") promises.deletedIsGone(this, before);
    }
    promises.finalStays(this, before);
    const posted = promises.posted(this);
    for (const { name } of posted) promises.mayLaunch(this, name, launching);
    for (const { name } of posted) promises.predecessorsAreDone(this, name, program);
    if (fault !== "omitted") promises.staysWithinLimit(this, aliveBefore);
    // A session that vanishes under the run is in flight as far as the run can see.
    const isSeen = done && fault !== "stillborn" && fault !== "omitted";
    if (isSeen && isOpen(this.#night, this.world.clock.now()) === isOpenBefore) {
      promises.heldForAReason(this, program, isOpenBefore);
    }
    return done;
  }

  async #upTwice(): Promise<void> {
    await this.#up("none");
    promises.aliveOnce(this);
    const isCancelling = this.skaha.journal().some(({ method }) => method === "DELETE");
    const isNight = isOpen(this.#night, this.world.clock.now());
    const done = await this.#up("none");
    // What the first one cancelled last may have left a slot to those that it held first.
    if (isCancelling && this.engine.config["skaha:maxInFlight"] !== undefined) return;
    if (isOpen(this.#night, this.world.clock.now()) !== isNight) return;
    const changes = Object.entries(done ?? {}).filter(([, step]) => step !== "same");
    if (changes.length > 0) throw new promises.Broken(`a second up: ${JSON.stringify(changes)}`);
    const changed = this.skaha.journal().filter(({ method }) => method !== "GET");
    if (changed.length > 0)
      throw new promises.Broken(`a second up sent ${JSON.stringify(changed)}`);
  }

  async #previewThenUp(): Promise<void> {
    const program = this.#program();
    const isNight = isOpen(this.#night, this.world.clock.now());
    const plan = await this.#watched("preview", () => this.engine.preview(program));
    const done = await this.#up("none");
    if (isOpen(this.#night, this.world.clock.now()) !== isNight) return;
    const unsure = new Set<string>();
    for (const [name, { after = [] }] of Object.entries(program)) {
      // The engine shows what is behind a predecessor's update as not known yet.
      if (after.some((one) => unsure.has(one) || plan[one] === "update")) unsure.add(name);
      else if (plan[name] !== done?.[name]) {
        throw new promises.Broken(
          `${name}: the preview says ${plan[name]}, and up does ${done?.[name]}`,
        );
      }
    }
  }
}
