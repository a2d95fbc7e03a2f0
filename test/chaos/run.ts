// Carries out a plan with the real engine and a server of its own, and holds what came of it against what is
// promised. It is long, because it is one story from set-up to verdict.
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JournalEntry } from "../../embedded";
import { parseName } from "../../provider/job/identity";
import { realSessionId } from "../../provider/packs/places";
import { Ledger } from "./ledger";
import { Mischief } from "./mischief";
import { Notes, type Report } from "./notes";
import { isPlace, type SeenSession } from "./packs";
import { type Cli, hasOurUp, isJson, type Job, Place, plain, type Said, stack } from "./place";
import {
  type JobSpec,
  nameOf,
  type Plan,
  type RunStep,
  type Step,
  type Trouble,
  told,
  toldStep,
} from "./plan";
import * as promises from "./promises";
import { type Excuse, faultsOf } from "./sentences";
import { ServerProcess } from "./server";
import { secret, templateOf } from "./template";

/** As long as one of ours takes to notice that its engine is gone, and to finish what it had begun. */
const hostsLeaveWithinMs = 20_000;
/** Rounds of `up` until nothing moves: three attempts of two stages, and a few to spare. */
const mostRounds = 12;

export interface RunOptions {
  readonly cli: Cli;
  /** Called with each line of the transcript. */
  readonly say?: (line: string) => void;
  /** The folder stays, for a look at what happened. */
  readonly keep?: boolean;
}

/** Carries out a plan from its beginning to its end. */
export async function carryOut(plan: Plan, options: RunOptions): Promise<Report> {
  const folder = await mkdtemp(path.join(tmpdir(), "chaos-"));
  const run = new Run(plan, folder, options);
  try {
    return await run.toTheEnd();
  } finally {
    await run.close();
    if (!options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Run {
  readonly #notes: Notes;
  readonly #opened = new Set<string>();
  readonly #states: string[] = [];
  readonly #besides: Place[] = [];
  #jobs: readonly JobSpec[];
  #server!: ServerProcess;
  #place!: Place;
  #ledger!: Ledger;
  #mischief!: Mischief;
  #empty = "";
  #commands = 0;
  #ups = 0;
  #sessions = 0;
  /** What the stack said last, if nothing took it away since. */
  #before: readonly Job[] = [];
  /** Every session that there may be is in the stack. */
  #isCertain = false;

  constructor(
    private readonly plan: Plan,
    private readonly folder: string,
    private readonly options: RunOptions,
  ) {
    this.#jobs = plan.jobs;
    this.#notes = new Notes(options.say);
  }

  async close(): Promise<void> {
    for (const place of [...this.#besides, ...(this.#place ? [this.#place] : [])]) {
      await place.killAll();
    }
    await this.#server?.stop();
    this.#mischief?.close();
  }

  async toTheEnd(): Promise<Report> {
    for (const line of told(this.plan)) this.#notes.say(line);
    try {
      await this.#begin();
      for (const [index, step] of this.plan.steps.entries()) {
        this.#notes.say(`--- step ${index + 1}: ${toldStep(step)}`);
        await this.#take(step);
      }
      await this.#setRight();
    } catch (error) {
      this.#notes.breaks(`the run itself failed: ${(error as Error).stack}`);
    }
    const { seed } = this.plan;
    return this.#notes.report({ seed, commands: this.#commands, sessions: this.#sessions });
  }

  async #begin(): Promise<void> {
    this.#server = await ServerProcess.start(this.folder);
    const { cli } = this.options;
    const template = await templateOf(cli, this.#server);
    this.#place = await Place.make(
      path.join(this.folder, "stack"),
      cli,
      path.join(this.folder, "machine"),
      this.#server,
      template,
    );
    this.#empty = await readFile(this.#place.stateFile, "utf8");
    const records = path.join(this.#server.dataDir, "arc/projects/chaos/.jobs");
    this.#ledger = new Ledger(records);
    this.#mischief = new Mischief(this.#server, this.#place, this.#ledger, this.#notes);
    if (this.plan.form === "packs") await this.#mischief.prepareRecords();
    for (const job of this.#jobs) this.#ledger.allow(job);
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case "run":
        return this.#run(step);
      case "edit":
        return this.#declare(
          this.#jobs.map((job) => (job.key === step.key ? { ...job, version: step.version } : job)),
        );
      case "add":
        if (this.#jobs.some(({ key }) => key === step.job.key)) return;
        this.#ledger.allow(step.job);
        return this.#declare([...this.#jobs, step.job]);
      case "drop":
        if (this.#jobs.length === 1) return;
        return this.#declare(this.#jobs.filter(({ key }) => key !== step.key));
      case "open":
        await this.#open([step.key]);
        return;
      case "vanish": {
        const all = await this.#server.sessions();
        const known = all.filter(({ forgotten }) => forgotten === undefined);
        const one = known.find(
          ({ name }) => promises.keyOf(parseName(name)?.id ?? "") === step.key,
        );
        if (!one) return;
        await this.#server.forget(one.id);
        this.#notes.meets("session vanishes between two commands");
        return;
      }
      case "kill": {
        const all = (await this.#server.sessions()).filter(promises.isAlive).filter(isPlace);
        const isOf = ({ name }: SeenSession) =>
          promises.keyOf(parseName(name)?.id ?? "") === step.key;
        const one = all.find((session) => isOf(session)) ?? all.at(-1);
        if (one) await this.#mischief.killPack(one, step);
        return;
      }
      case "restart":
        await this.#server.kill();
        await this.#server.begin();
        this.#notes.meets("kill -9 of the server between two commands");
        return;
      case "state":
        return this.#tamper(step.to);
    }
  }

  #declare(jobs: readonly JobSpec[]): void {
    const changed = this.#jobs.filter((job) => {
      const now = jobs.find(({ key }) => key === job.key);
      return !now || now.version !== job.version;
    });
    // What waits for a job that is another one now, or gone, is another job too.
    const keys = new Set(changed.map(({ key }) => key));
    const added = jobs.filter(({ key }) => !this.#jobs.some((one) => one.key === key));
    for (const { key } of added) keys.add(key);
    const behind = jobs.filter(({ after }) => after.some((key) => keys.has(key)));
    for (const key of [...keys, ...behind.map((one) => one.key)]) this.#ledger.removed(key);
    this.#jobs = jobs;
  }

  /** Lets jobs end, and waits until those that are alive have. */
  async #open(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#opened.add(key);
      const gates = path.join(this.#server.dataDir, "arc/projects/chaos");
      await writeFile(path.join(gates, `gate-${key}`), "");
    }
    await this.#untilOpenedEnd();
  }

  async #untilOpenedEnd(): Promise<void> {
    const isOpen = ({ name }: SeenSession) =>
      this.#opened.has(promises.keyOf(parseName(name)?.id ?? ""));
    await this.#until("all jobs whose gates are open have ended", async () => {
      const alive = (await this.#server.sessions()).filter(promises.isAlive);
      return !alive.some((session) => isOpen(session) && comesTo(session, alive, isOpen));
    });
  }

  async #tamper(to: "lost" | "rolled back" | "halved"): Promise<void> {
    this.#isCertain = false;
    this.#notes.meets(`state ${to}`);
    this.#forgets();
    if (to === "lost") return this.#place.putState(this.#empty);
    if (to === "rolled back") return this.#place.putState(this.#states.at(-2) ?? this.#empty);
    const whole = await readFile(this.#place.stateFile);
    await writeFile(this.#place.stateFile, whole.subarray(0, whole.length / 2));
    await this.#command(
      { do: "run", command: "up", by: "pulumi", checkpoints: true, troubles: [] },
      { excuse: { providerKilled: false, backendBroken: true }, mayFail: true },
    );
    await this.#mend();
  }

  /** What the stack knew is not known any more. */
  #forgets(): void {
    this.#before = [];
    this.#ledger.forgets();
  }

  /** As a user would: Pulumi's file backend writes in place, and keeps the state before as .bak. */
  async #mend(): Promise<void> {
    if (await this.#place.state()) return;
    const bak = `${this.#place.stateFile}.bak`;
    const text = await readFile(bak, "utf8").catch(() => "");
    const isWhole = isJson(text);
    this.#notes.say(
      `the state is not whole: ${isWhole ? "the one before takes its place" : "it is lost"}`,
    );
    this.#forgets();
    this.#isCertain = false;
    await this.#place.putState(isWhole ? text : this.#empty);
  }

  async #run(step: RunStep): Promise<void> {
    const excuse = {
      providerKilled: step.troubles.some(({ kind }) => kind === "kill provider"),
      backendBroken: step.troubles.some((one) => one.kind === "disk full" && one.of !== "logs"),
    };
    await this.#command(step, { excuse, mayFail: true });
  }

  /** Gives one command, with everything that is to go wrong meanwhile; then looks at what came of it. */
  async #command(
    step: RunStep,
    { excuse, mayFail }: { excuse: Excuse; mayFail: boolean },
  ): Promise<{ said: Said; journal: readonly JournalEntry[] }> {
    const by = step.by === "pulumi-skaha" && hasOurUp() ? "pulumi-skaha" : "pulumi";
    const troubles = this.#possible(step.troubles);
    const place = this.#place;
    const begun = Date.now();
    const firstLaunches = await this.#server.launches();
    if (step.command === "destroy") this.#ledger.allRemoved();
    await this.#server.journal();
    let env: Record<string, string> = {
      CHAOS_JOBS: JSON.stringify(this.#jobs),
      CHAOS_FORM: this.#form(step.command),
      ...(step.checkpoints ? {} : { PULUMI_SKIP_CHECKPOINTS: "true" }),
    };
    for (const trouble of troubles) env = { ...env, ...(await this.#mischief.prepare(trouble)) };
    const words = wordsOf(step.command, by, this.plan.finally);
    const over = new AbortController();
    let cli: ChildProcess | undefined;
    const going = place.run(words, { by, env, started: (process) => (cli = process) });
    const beside = troubles.flatMap((one) =>
      one.kind === "beside" ? [this.#beside(one.where, words, by, env)] : [],
    );
    const happenings = troubles.map((one) =>
      this.#mischief.happens(one, { over: over.signal, cli: () => cli, firstLaunches }),
    );
    const all = await Promise.all([going, ...beside]);
    over.abort();
    await Promise.all(happenings);
    const journal = await this.#server.journal();
    await this.#mischief.ends(troubles, journal);
    this.#commands += all.length;
    for (const [index, said] of all.entries()) {
      this.#notes.say(
        `${index === 0 ? "" : "(beside) "}${by} ${words.join(" ")}: ${said.status}, ${said.ms} ms`,
      );
      this.#notes.quote(said.output);
      if (said.hung) this.#notes.breaks(`${words.join(" ")} hung`);
      for (const fault of faultsOf(said.output, [secret], excuse)) this.#notes.breaks(fault);
    }
    const [said] = all;
    if (said.status !== 0 && !mayFail)
      this.#notes.breaks(`${words.join(" ")} failed with ${said.status}`);
    if (step.command === "refresh" && beside.length === 0) {
      const { busyUntil } = this.#mischief;
      for (const broken of promises.refreshLaunchedNothing(journal, Math.max(begun, busyUntil)))
        this.#notes.breaks(broken);
    }
    if (excuse.backendBroken) await this.#place.sweepBackend();
    await this.#mend();
    await this.#unlock();
    await this.#look(begun, troubles.length === 0 && said.status === 0);
    this.#isCertain = said.status === 0 && step.command === "up" && !excuse.providerKilled;
    return { said, journal };
  }

  /** One list that omits a session which the stack does not know cannot be told from its absence. */
  #possible(troubles: readonly Trouble[]): Trouble[] {
    return troubles.filter((one) => {
      const isOmission =
        one.kind === "fault" && one.rules.some(({ kind }) => kind === "omitFromList");
      if (!isOmission || (this.#isCertain && troubles.length === 1)) return true;
      const why = "the stack may not know all sessions, one list cannot tell";
      this.#notes.leaves(nameOf(one), why);
      return false;
    });
  }

  async #beside(
    where: "stack" | "backend" | "machine",
    words: readonly string[],
    by: "pulumi" | "pulumi-skaha",
    env: Readonly<Record<string, string>>,
  ): Promise<Said> {
    const name = nameOf({ kind: "beside", where });
    this.#notes.meets(name);
    if (where === "stack") return this.#place.run(words, { by, env });
    const folder = path.join(this.folder, `beside-${this.#besides.length}`);
    const machine = where === "machine" ? folder : path.join(this.folder, "machine");
    const { cli } = this.options;
    const place = await Place.make(folder, cli, machine, this.#server, this.#place);
    this.#besides.push(place);
    await rm(path.join(place.backend, ".pulumi/locks"), { recursive: true, force: true });
    const from = Date.now();
    const said = await place.run(words, { by, env });
    if (where === "machine") {
      this.#ledger.raced(from, Date.now() + this.#mischief.slowestMs);
    }
    return said;
  }

  async #unlock(): Promise<void> {
    if ((await this.#place.locks()).length === 0) return;
    const said = await this.#place.run(["cancel", "--yes", "--stack", stack, ...plain]);
    if (said.status !== 0) this.#notes.breaks(`pulumi cancel failed: ${said.output}`);
  }

  /** After each command: what must be so at any time. */
  async #look(begun: number, wasQuiet: boolean): Promise<void> {
    const text = await readFile(this.#place.stateFile, "utf8").catch(() => this.#empty);
    const jobs = (await this.#place.state()) ?? [];
    this.#states.push(text);
    for (const broken of promises.staysCompleted(this.#before, jobs)) this.#notes.breaks(broken);
    this.#before = jobs;
    this.#ledger.remembers(new Set(jobs.map(({ outputs }) => String(outputs.sessionId))));
    const sessions = await this.#server.sessions();
    this.#sessions = sessions.length;
    for (const broken of promises.launchedForAReason(sessions, this.#ledger))
      this.#notes.breaks(broken);
    for (const double of promises.doublesOf(this.#server.packs.doubles(), sessions, this.#ledger)) {
      this.#notes.breaks(double);
    }
    if (wasQuiet) {
      for (const broken of promises.toldTruly(jobs, sessions, begun)) this.#notes.breaks(broken);
    }
    if (text.includes(secret)) this.#notes.breaks("the state has a secret in plain text");
    this.#notes.say(shownState(jobs, sessions));
  }

  /** With nothing wrong any more: what there is becomes what is declared, and stays so. */
  async #setRight(): Promise<void> {
    this.#notes.say("--- from here on nothing goes wrong");
    await this.#mischief.untilOver();
    // What a killed command had begun may have locked the stack since.
    const place = this.#place;
    const since = Date.now();
    await this.#until("the killed processes are gone", async () => {
      if ((await place.processes()).length === 0) return true;
      // A host that no engine has asked anything has nothing of ours that would end it: `pulumi-skaha` does at its next run.
      if (Date.now() - since > hostsLeaveWithinMs && (await place.killProvider())) {
        this.#notes.say("a host of providers was left behind, and is ended");
      }
      return false;
    });
    await this.#unlock();
    await this.#settle();
    if (this.plan.toTheEnd) {
      await this.#open(this.#jobs.map(({ key }) => key));
      await this.#settle(true);
      const jobs = (await this.#place.state()) ?? [];
      for (const broken of promises.endedAsDeclared(jobs, this.#jobs)) this.#notes.breaks(broken);
      await this.#logsAreSaved(jobs);
    }
    await this.#calm("destroy");
    const sessions = await this.#server.sessions();
    const isSwept = this.#isOurs();
    for (const broken of promises.noOrphans(sessions, [], this.#ledger, isSwept)) {
      this.#notes.breaks(broken);
    }
    const jobs = await this.#place.state();
    if (jobs?.length !== 0) this.#notes.breaks(`after destroy the stack has ${jobs?.length} jobs`);
  }

  /** What the jobs are for a command. Only an `up` moves them: what it does with them is what is tried. */
  #form(command: RunStep["command"]): "job" | "array" | "packs" {
    const { form = "job" } = this.plan;
    if (form !== "moving") return form;
    if (command === "up") this.#ups += 1;
    return this.#ups % 2 === 0 ? "array" : "job";
  }

  #isOurs(): boolean {
    return this.plan.finally === "pulumi-skaha" && hasOurUp();
  }

  /** `up` until one changes nothing; one after which nothing ended has to. */
  async #settle(untilEnded = false): Promise<void> {
    let isRight = false;
    for (let round = 1; round <= mostRounds; round += 1) {
      const begun = Date.now();
      const { said, journal } = await this.#calm("up");
      // To move a job is to create and delete it, for the engine; the server must notice nothing.
      const counted = this.plan.form === "moving" ? "" : said.output;
      const changes = changesOf(counted, journal);
      if (isRight && changes.length > 0)
        this.#notes.breaks(`a further up changed ${changes.join(", ")}`);
      const jobs = (await this.#place.state()) ?? [];
      const sessions = await this.#server.sessions();
      const broken = [
        ...promises.toldTruly(jobs, sessions, begun),
        ...promises.aliveOnce(sessions),
        ...promises.noOrphans(sessions, jobs, this.#ledger, this.#isOurs()),
        ...this.#allDeclared(jobs),
      ];
      for (const one of broken) this.#notes.breaks(one);
      await this.#untilOpenedEnd();
      const hasMoved = (await this.#server.sessions()).some(({ ended }) => (ended ?? 0) >= begun);
      if (!hasMoved && (isRight || untilEnded)) return;
      isRight = !hasMoved;
    }
    this.#notes.breaks(`after ${mostRounds} ups with nothing wrong there is still something to do`);
  }

  #allDeclared(jobs: readonly Job[]): string[] {
    const there = jobs.map(({ id }) => promises.keyOf(id)).sort();
    const declared = this.#jobs.map(({ key }) => key).sort();
    return there.join() === declared.join()
      ? []
      : [`the stack has the jobs ${there.join()}, declared are ${declared.join()}`];
  }

  async #calm(command: "up" | "destroy") {
    const by = this.plan.finally;
    const step: RunStep = { do: "run", command, by, checkpoints: true, troubles: [] };
    const excuse = { providerKilled: false, backendBroken: false };
    return this.#command(step, { excuse, mayFail: false });
  }

  /** A log that is to be kept is there in the end, whatever was in the way. */
  async #logsAreSaved(jobs: readonly Job[]): Promise<void> {
    const kept: string[] = await readdir(this.#place.logs).catch(() => []);
    const sessions = await this.#server.sessions();
    for (const { id, outputs } of jobs) {
      const spec = this.#jobs.find(({ key }) => key === promises.keyOf(id));
      const session = sessions.find((one) => one.id === outputs.sessionId);
      if (!spec?.logs || !session || session.forgotten || session.ended === undefined) continue;
      const name = `${id}-${outputs.attempt}.log`;
      const isThere =
        kept.includes(name) && (await stat(path.join(this.#place.logs, name))).isFile();
      if (!isThere) this.#notes.breaks(`the log of ${id} was not saved: ${kept.join()}`);
    }
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`after two minutes it is still not so: ${what}`);
      await sleep(50);
    }
  }
}

/** Whether a job has begun, or will because nothing before it in its session waits for a gate. */
function comesTo(
  session: SeenSession,
  alive: readonly SeenSession[],
  isOpen: (one: SeenSession) => boolean,
): boolean {
  if (!isPlace(session) || session.hasBegun) return true;
  const pack = realSessionId(session.id);
  return alive.every((one) => realSessionId(one.id) !== pack || isOpen(one));
}

function wordsOf(
  command: RunStep["command"],
  by: "pulumi" | "pulumi-skaha",
  last: "pulumi" | "pulumi-skaha",
): string[] {
  const sweeps = by === "pulumi-skaha" && last === "pulumi-skaha" && command !== "refresh";
  return [
    command,
    "--yes",
    "--skip-preview",
    ...(sweeps ? ["--cancel-orphans"] : []),
    "--stack",
    stack,
    ...plain,
  ];
}

function changesOf(output: string, journal: readonly JournalEntry[]): string[] {
  const sent = journal
    .filter(({ method }) => method === "POST" || method === "DELETE")
    .map(({ method, path: asked }) => `${method} ${asked}`);
  const counted = [...output.matchAll(/^ {4}[-+~]+ ?(\d+ (?:created|updated|replaced|deleted))/gm)];
  return [...sent, ...counted.map(([, what]) => what ?? "")];
}

function shownState(jobs: readonly Job[], sessions: readonly SeenSession[]): string {
  const state = jobs.map(
    ({ id, outputs }) => `  ${id} ${outputs.status} ${outputs.attempt} ${outputs.sessionId ?? ""}`,
  );
  const server = sessions.map(({ id, name, created, ended, exitCode, forgotten }) =>
    [
      `  ${id} ${name} made ${created % 1e7}`,
      ...(ended === undefined ? [] : [`ended ${ended % 1e7} with ${exitCode}`]),
      ...(forgotten ? [`${forgotten.why} ${forgotten.at % 1e7}`] : []),
    ].join(", "),
  );
  return ["state:", ...state, "server:", ...server].join("\n");
}
