// The provider's real code over real HTTP, without an engine: an embedded server whose sessions do what
// the test says, and provider processes on it. Server and provider share a clock that runs through
// every wait at once.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as realSleep } from "node:timers/promises";
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
import { checkInputs, type JobInputs, trustedInputs } from "../../provider/job/inputs";
import type { JobState } from "../../provider/job/state";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { Clock } from "../../provider/run/clock";

export interface StageOptions extends SkahaOptions {
  /** False: sessions stay Pending until the test says otherwise. @default true */
  readonly autoReady?: boolean;
}

/** One run of the provider: what a `pulumi up`, refresh or destroy starts. */
export interface Run {
  readonly life: Lifecycle;
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
}

export class Stage implements AsyncDisposable {
  /** The program's folder, and the user's home. */
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "skaha-stage-"));

  private constructor(
    readonly skaha: Skaha,
    readonly runner: ScriptedRunner,
    readonly clock: Clock & { pass(ms: number): void },
  ) {}

  static async open({ autoReady = true, ...options }: StageOptions = {}): Promise<Stage> {
    const runner = scriptedRunner({ autoReady });
    let now = Date.parse("2026-11-22T20:00:00Z");
    const clock = {
      now: () => now,
      pass: (ms: number) => {
        now += ms;
      },
      sleep: async (ms: number) => {
        now += ms;
        await realSleep(1);
      },
    };
    const skaha = await startSkaha({
      users: { alice: {}, bob: {} },
      capacity: { cores: 1_000, ramGiB: 10_000 },
      ...options,
      runner,
      clock: clock.now,
    });
    return new Stage(skaha, runner, clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.skaha.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  run(options: RunOptions = {}): Run {
    const said: string[] = [];
    const env = {
      CANFAR_URL: options.server ?? this.skaha.url,
      CANFAR_TOKEN: options.token ?? this.skaha.token,
    };
    const { lifecycle } = assemble((key) => options.config?.[key], env, {
      clock: this.clock,
      write: (line) => said.push(line),
      folder: this.folder,
      home: this.folder,
      temporary: options.temporary ?? this.temporary(),
      engine: options.engine ?? noEngine,
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
    return { life: lifecycle, said };
  }

  /** A folder for the locks of one run, or of several at once. */
  temporary(): string {
    return mkdtempSync(path.join(this.folder, "run-"));
  }

  /** A job that runs and is in the stack, launched by a run that is over. */
  async launched(input: Record<string, unknown> = {}): Promise<JobState> {
    const state = await this.run().life.create(job(input));
    this.skaha.clearJournal();
    return state;
  }

  misbehave(...rules: FaultRule[]): void {
    for (const rule of rules) this.skaha.faults.add(rule);
  }

  requests(method: string): JournalEntry[] {
    return this.skaha.journal().filter((entry) => entry.method === method);
  }

  /** How many GETs, POSTs and DELETEs there were. */
  counts(): { GET: number; POST: number; DELETE: number } {
    const count = (method: string) => this.requests(method).length;
    return { GET: count("GET"), POST: count("POST"), DELETE: count("DELETE") };
  }

  /** The names of the sessions that live, or wait to. */
  alive(): string[] {
    return this.skaha
      .jobs()
      .filter(({ ended, forgotten }) => ended === undefined && forgotten === undefined)
      .map(({ name }) => name);
  }

  /** The variables that a session's POST set, as the container has them. */
  async envOf(sessionId: string | undefined): Promise<Record<string, string>> {
    const url = new URL(`/_embedded/jobs/${sessionId}`, this.skaha.url);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${this.skaha.token}` } });
    const { env } = (await answer.json()) as { env: [string, string][] };
    return Object.fromEntries(env);
  }
}

/** Inputs as `check` stores them. */
export function job(input: Record<string, unknown> = {}, logicalName = "night"): JobInputs {
  const { inputs, failures } = checkInputs(
    {},
    {
      identity: `organization/urn:pulumi:dev::survey::skaha:HeadlessSession::${logicalName}`,
      image: "images.canfar.net/skaha/terminal:1.1.2",
      cmd: "sleep 600",
      ...input,
    },
  );
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  return trustedInputs(inputs);
}

/** The name under which `job()` runs. */
export const nightId = job().jobName;
