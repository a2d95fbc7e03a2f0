// The world of the tests without an engine: an embedded server over real HTTP whose sessions do what the test says, a
// program's folder, which is the user's home too, and one clock for all. In it run whole runs of a stack (`engine`), or
// single providers whose lifecycle is called directly (`run()`); both are the provider's real code.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  type FaultRule,
  type JournalEntry,
  type ScriptedRunner,
  type Skaha,
  type SkahaOptions,
  scriptedRunner,
  startSkaha,
} from "../../embedded";
import { assemble } from "../../provider/assemble";
import { type EngineWatch, noEngine } from "../../provider/engine/engineWatch";
import type { JobState } from "../../provider/job/state";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { Preflight } from "../../provider/lifecycle/preflight";
import { FakeClock } from "./fakeClock";
import { job } from "./job";
import { type Form, MiniEngine } from "./miniEngine";

export const minute = 60_000;
export const hour = 60 * minute;

export interface WorldOptions extends Omit<SkahaOptions, "clock" | "runner" | "dataDir"> {
  /** The stack's configuration, for `engine`. */
  readonly stack?: Readonly<Record<string, string>>;
  /** Variables of the environment, for `engine`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds without an answer after which `engine` counts a request as lost. */
  readonly timeoutMs?: number;
  /** False: sessions stay Pending until the test says otherwise. @default true */
  readonly autoReady?: boolean;
  /** What the clock shows first. @default FakeClock's */
  readonly start?: string;
  /** What the jobs are to `engine`. @default "job" */
  readonly form?: Form;
  /** True: the server has files below /arc, and sessions outlive a `restart`. @default false */
  readonly files?: boolean;
}

/** One run of the provider: what a `pulumi up`, refresh or destroy starts. */
export interface Run {
  readonly life: Lifecycle;
  readonly preflight: Preflight;
  /** What the user was told. */
  readonly said: readonly string[];
}

export interface RunOptions {
  readonly token?: string;
  readonly server?: string;
  readonly timeoutMs?: number;
  /** The stack's configuration. */
  readonly config?: Readonly<Record<string, string>>;
  readonly engine?: EngineWatch;
  /** Shared by runs of one machine at the same time. @default one of its own: no other run is there */
  readonly temporary?: string;
  /** For `life.submit` and `life.withdraw`. @default false */
  readonly isOutsideStacks?: boolean;
}

/** A session's launch, as the server read it. */
export interface Launch {
  readonly command: string[] | null;
  readonly args: string[] | null;
  readonly env: [name: string, value: string][];
  readonly requests: Readonly<Record<string, string>>;
}

type ServerOptions = Omit<SkahaOptions, "clock" | "runner">;

export class World implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly runner: ScriptedRunner;
  readonly engine: MiniEngine;
  #skaha: Skaha;
  #saidLines = 0;

  private constructor(
    parts: {
      clock: FakeClock;
      runner: ScriptedRunner;
      engine: MiniEngine;
      skaha: Skaha;
    },
    private readonly serverOptions: ServerOptions,
  ) {
    this.clock = parts.clock;
    this.runner = parts.runner;
    this.engine = parts.engine;
    this.#skaha = parts.skaha;
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const { stack = {}, env = {}, timeoutMs, form, ...others } = options;
    const { autoReady = true, start, files, ...server } = others;
    const clock = new FakeClock(start);
    const runner = scriptedRunner({ autoReady });
    const serverOptions = {
      users: { alice: {}, bob: {} },
      capacity: { cores: 1_000, ramGiB: 10_000 },
      ...server,
      ...(files && {
        dataDir: mkdtempSync(path.join(os.tmpdir(), "skaha-world-")),
      }),
    };
    const skaha = await startSkaha({
      ...serverOptions,
      clock: clock.now,
      runner,
    });
    const engine = new MiniEngine({
      clock,
      url: skaha.url,
      token: skaha.token,
      config: stack,
      env,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(form && { form }),
    });
    return new World({ clock, runner, engine, skaha }, serverOptions);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.engine.close();
    await this.#skaha.stop();
    const { dataDir } = this.serverOptions;
    if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
  }

  get skaha(): Skaha {
    return this.#skaha;
  }

  /** The program's folder, and the user's home. */
  get folder(): string {
    return this.engine.folder;
  }

  /** Where the server has its files. */
  get dataDir(): string {
    const { dataDir } = this.serverOptions;
    if (dataDir === undefined) throw new Error("this world has no files");
    return dataDir;
  }

  /** Another server at the same address, with the same users and files. */
  async restart(changes: ServerOptions = {}): Promise<void> {
    const { port, tokens } = this.#skaha;
    await this.#skaha.close();
    const users = Object.fromEntries(
      Object.entries(tokens).map(([name, token]) => [
        name,
        { ...this.serverOptions.users?.[name], token },
      ]),
    );
    const options = { ...this.serverOptions, users, ...changes, port };
    this.#skaha = await startSkaha({
      ...options,
      clock: this.clock.now,
      runner: this.runner,
    });
  }

  run(options: RunOptions = {}): Run {
    const said: string[] = [];
    const env = {
      CANFAR_URL: options.server ?? this.#skaha.url,
      CANFAR_TOKEN: options.token ?? this.#skaha.token,
    };
    const { lifecycle, preflight } = assemble((key) => options.config?.[key], env, {
      clock: this.clock,
      write: (line) => said.push(line),
      folder: this.folder,
      home: this.folder,
      temporary: options.temporary ?? this.temporary(),
      engine: options.engine ?? noEngine,
      isOutsideStacks: options.isOutsideStacks ?? false,
      ...(options.timeoutMs !== undefined && {
        timeoutMs: options.timeoutMs,
      }),
    });
    return { life: lifecycle, preflight, said };
  }

  /** A folder for the locks of one run, or of several at once. */
  temporary(): string {
    return mkdtempSync(path.join(this.folder, "run-"));
  }

  /** A job that runs and is in the stack, launched by a `run()` that is over. */
  async launched(input: Record<string, unknown> = {}): Promise<JobState> {
    const state = await this.run().life.create(job(input));
    this.#skaha.clearJournal();
    return state;
  }

  misbehave(...rules: FaultRule[]): void {
    for (const rule of rules) this.#skaha.faults.add(rule);
  }

  /** The requests of a method for sessions, or for other paths. */
  requests(method: string, wanted = /\/session/): JournalEntry[] {
    return this.#skaha
      .journal()
      .filter((entry) => entry.method === method && wanted.test(entry.path));
  }

  /** How many GETs, POSTs and DELETEs for sessions there were. */
  counts(): { GET: number; POST: number; DELETE: number } {
    const count = (method: string) => this.requests(method).length;
    return { GET: count("GET"), POST: count("POST"), DELETE: count("DELETE") };
  }

  posts(): number {
    return this.requests("POST").length;
  }

  /** The names of the sessions that live, or wait to. */
  alive(): string[] {
    return this.#skaha
      .jobs()
      .filter(({ ended, forgotten }) => ended === undefined && forgotten === undefined)
      .map(({ name }) => name);
  }

  /** The session that stands for a job of the engine's stack. */
  session(name: string): string {
    return String(this.engine.outputs(name).sessionId);
  }

  /** Ends a job's session. */
  end(name: string, exitCode: number): void {
    this.runner.end(this.session(name), exitCode);
  }

  /** What a session was launched as. */
  async launch(sessionId: string | undefined): Promise<Launch> {
    const url = new URL(`/_embedded/jobs/${sessionId}`, this.#skaha.url);
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${this.#skaha.token}` },
    });
    return (await answer.json()) as Launch;
  }

  /** The variables that a session's POST set, as the container has them. */
  async envOf(sessionId: string | undefined): Promise<Record<string, string>> {
    return Object.fromEntries((await this.launch(sessionId)).env);
  }

  /** The files of a folder of the program's, with their content. */
  files(folder: string): Record<string, string> {
    const where = path.join(this.folder, folder);
    return Object.fromEntries(
      readdirSync(where).map((file) => [file, readFileSync(path.join(where, file), "utf8")]),
    );
  }

  /**
   * What `engine` announced since the last call, without how the jobs stand after each refresh, and without what is said of
   * every server that lists no images, as this one does.
   */
  said(): string[] {
    const lines = this.engine.lines.slice(this.#saidLines);
    this.#saidLines = this.engine.lines.length;
    return lines.filter((line) => !/^jobs: |^warning: images were not checked/.test(line));
  }
}

export function world(options: WorldOptions = {}): Promise<World> {
  return World.open(options);
}

/** The memory that a launch asked for, in GiB. */
export function ramOf({ requests }: Launch): number {
  return Number(requests.memory) / 2 ** 30;
}
