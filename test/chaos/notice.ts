// Carries out a plan about messages: a receiver counts what arrives while `pulumi-skaha up` and `wait` are killed. Of each
// ending exactly one message has to arrive; one that comes twice has the same id, and says that it may.
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Notice, noticeSchema } from "../../cli/notice/notice";
import { parseName } from "../../provider/job/identity";
import { Notes, type Report } from "./notes";
import type { Attempt, Chapter, KillMoment, NoticePlan } from "./noticePlan";
import { toldNoticePlan } from "./noticePlan";
import { type Cli, Place, plain, type Said, stack } from "./place";
import * as promises from "./promises";
import { ServerProcess } from "./server";
import { templateOf } from "./template";

/** Until all that a chapter opens has ended and been seen. */
const mostRounds = 8;
const pollMs = 2;

/** What the messages are sent to. It takes its time for an answer, so that a kill may come before it. */
class Receiver {
  readonly got: Notice[] = [];
  readonly #server: http.Server;
  #onArrival = () => {};
  #onAnswer = () => {};

  constructor() {
    this.#server = http.createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      this.got.push(noticeSchema.parse(JSON.parse(body)));
      this.#onArrival();
      await sleep(50);
      response.end();
      this.#onAnswer();
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  when(at: "arrives" | "answered", act: () => void): void {
    if (at === "arrives") this.#onArrival = act;
    else this.#onAnswer = act;
  }

  leaveAlone(): void {
    this.#onArrival = () => {};
    this.#onAnswer = () => {};
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export interface NoticeRunOptions {
  readonly cli: Cli;
  readonly say?: (line: string) => void;
  readonly keep?: boolean;
}

export async function carryOutNotice(plan: NoticePlan, options: NoticeRunOptions): Promise<Report> {
  const folder = await mkdtemp(path.join(tmpdir(), "chaos-"));
  const run = new NoticeRun(plan, folder, options);
  try {
    return await run.toTheEnd();
  } finally {
    await run.close();
    if (!options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class NoticeRun {
  readonly #notes: Notes;
  readonly #receiver = new Receiver();
  #server!: ServerProcess;
  #place!: Place;
  #commands = 0;

  constructor(
    private readonly plan: NoticePlan,
    private readonly folder: string,
    private readonly options: NoticeRunOptions,
  ) {
    this.#notes = new Notes(options.say);
  }

  async close(): Promise<void> {
    await this.#place?.killAll();
    await this.#server?.stop();
    this.#receiver.close();
  }

  async toTheEnd(): Promise<Report> {
    for (const line of toldNoticePlan(this.plan)) this.#notes.say(line);
    try {
      await this.#begin();
      const before = new Set<string>();
      for (const chapter of this.plan.chapters) await this.#read(chapter, before);
    } catch (error) {
      this.#notes.breaks(`the run itself failed: ${(error as Error).stack}`);
    }
    const { seed } = this.plan;
    return this.#notes.report({ seed, commands: this.#commands, sessions: 0 });
  }

  async #begin(): Promise<void> {
    this.#server = await ServerProcess.start(this.folder);
    const template = await templateOf(this.options.cli, this.#server);
    this.#place = await Place.make(
      path.join(this.folder, "stack"),
      this.options.cli,
      path.join(this.folder, "machine"),
      this.#server,
      template,
    );
    const url = await this.#receiver.listen();
    const file = path.join(this.#place.program, `Pulumi.${stack}.yaml`);
    const text = await readFile(file, "utf8");
    const set = `config:\n  skaha:notifyWebhook: ${url}\n`;
    await writeFile(file, text.replace("config:\n", set));
  }

  /** @param before the ids of all messages so far */
  async #read(chapter: Chapter, before: Set<string>): Promise<void> {
    this.#notes.say(`--- to ${chapter.expected}`);
    for (const attempt of chapter.attempts) await this.#killed(attempt, chapter);
    for (let round = 0; round < mostRounds; round += 1) {
      await this.#open(chapter);
      const said = await this.#command("up", chapter);
      if (said.status !== 0)
        this.#notes.breaks(`an up that nothing disturbs failed:\n${said.output}`);
      if (this.#fresh(before).size > 0 && round >= 2) break;
    }
    await this.#command("wait", { ...chapter, isReleased: false });
    await this.#command("up", { ...chapter, isReleased: false });
    const fresh = this.#fresh(before);
    const kinds = [...fresh.values()].map(([first]) => first?.ending);
    if (kinds.length !== 1 || kinds[0] !== chapter.expected) {
      const came = kinds.length === 0 ? "nothing" : kinds.join(", ");
      this.#notes.breaks(`one message that the fleet is ${chapter.expected}: ${came} came`);
    }
    for (const [id, all] of fresh) {
      before.add(id);
      if (all.length > 1) this.#notes.meets("a message comes twice");
      const [first, ...others] = all.map(({ isRepeat, ...rest }) => JSON.stringify(rest));
      if (others.some((one) => one !== first)) this.#notes.breaks(`${id} is two messages`);
      if (all.slice(1).some(({ isRepeat }) => !isRepeat)) {
        this.#notes.breaks(`${id} does not say that it may have come before`);
      }
    }
  }

  /** What came since, by id. */
  #fresh(before: ReadonlySet<string>): Map<string, Notice[]> {
    const fresh = new Map<string, Notice[]>();
    for (const notice of this.#receiver.got) {
      if (before.has(notice.id)) continue;
      fresh.set(notice.id, [...(fresh.get(notice.id) ?? []), notice]);
    }
    return fresh;
  }

  async #killed({ command, kill, isBeside }: Attempt, chapter: Chapter): Promise<void> {
    await this.#open(chapter);
    let killing: Promise<void> | undefined;
    const over = new AbortController();
    const started = (child: ChildProcess) => {
      killing = this.#kills(child, kill, over.signal);
    };
    const other = command === "up" ? "wait" : "up";
    const beside = isBeside ? this.#command(other, chapter) : undefined;
    const said = await this.#command(command, chapter, started);
    over.abort();
    await killing;
    await beside;
    this.#receiver.leaveAlone();
    if (said.status === -1) this.#notes.meets(`${command} killed: ${kill.at}`);
    await this.#place.killAll();
    if ((await this.#place.locks()).length > 0) {
      await this.#place.run(["cancel", "--yes", "--stack", stack, ...plain]);
    }
  }

  async #kills(child: ChildProcess, moment: KillMoment, over: AbortSignal): Promise<void> {
    const kill = () => void child.kill("SIGKILL");
    if (moment.at === "ms") {
      await sleep(moment.ms, undefined, { signal: over }).then(kill, () => {});
    } else if (moment.at === "noted") {
      while (!over.aborted && !(await this.#isNoted())) await sleep(pollMs);
      kill();
    } else {
      this.#receiver.when(moment.at, kill);
    }
  }

  async #isNoted(): Promise<boolean> {
    const file = path.join(this.#place.backend, ".pulumi/skaha-notices/chaos", `${stack}.json`);
    const text = await readFile(file, "utf8").catch(() => "");
    return text !== "" && JSON.parse(text).sending.length > 0;
  }

  async #command(
    command: Attempt["command"],
    { jobs, isReleased }: Chapter,
    started?: (child: ChildProcess) => void,
  ): Promise<Said> {
    this.#commands += 1;
    const release = isReleased ? ["--release", "first"] : [];
    const words =
      command === "up"
        ? ["up", "--yes", "--skip-preview", "--stack", stack, ...release, ...plain]
        : ["wait", "--every", "1", "--timeout", "2", "--stack", stack];
    const env = {
      CHAOS_JOBS: JSON.stringify(jobs),
      CHAOS_LIMITS: JSON.stringify(this.plan.limits),
      PULUMI_SKIP_CHECKPOINTS: "true",
    };
    const said = await this.#place.run(words, {
      by: "pulumi-skaha",
      env,
      ...(started && { started }),
    });
    this.#notes.say(`${words.join(" ")}: ${said.status} after ${said.ms} ms`);
    this.#notes.quote(said.output);
    return said;
  }

  /** Lets jobs end, and waits until they have. */
  async #open({ opened = Number.POSITIVE_INFINITY }: Chapter): Promise<void> {
    const keyOf = (name: string) => promises.keyOf(parseName(name)?.id ?? "");
    const launched = new Set((await this.#server.sessions()).map(({ name }) => keyOf(name)));
    const open = new Set([...launched].slice(0, opened));
    const gates = path.join(this.#server.dataDir, "arc/projects/chaos");
    for (const key of open) await writeFile(path.join(gates, `gate-${key}`), "");
    for (;;) {
      const alive = (await this.#server.sessions()).filter(promises.isAlive);
      if (!alive.some(({ name }) => open.has(keyOf(name)))) return;
      await sleep(100);
    }
  }
}
