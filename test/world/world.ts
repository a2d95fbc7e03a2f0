// A stack on an embedded server whose sessions do what the test says, with one clock for both.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  type JournalEntry,
  type ScriptedRunner,
  type Skaha,
  type SkahaOptions,
  scriptedRunner,
  startSkaha,
} from "../../embedded";
import { FakeClock } from "./fakeClock";
import { MiniEngine } from "./miniEngine";

export const minute = 60_000;
export const hour = 60 * minute;
export const image = "images.canfar.net/skaha/terminal:1.1.2";

export interface WorldOptions extends SkahaOptions {
  /** The stack's configuration. */
  readonly stack?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** False: sessions stay Pending until the test says otherwise. @default true */
  readonly autoReady?: boolean;
  readonly start?: string;
}

export interface World extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly runner: ScriptedRunner;
  readonly skaha: Skaha;
  readonly engine: MiniEngine;
  /** The requests of a method, but those for the server's options. */
  requests(method: string, path?: RegExp): JournalEntry[];
  posts(): number;
  /** The session that stands for a job. */
  session(name: string): string;
  /** Ends a job's session. */
  end(name: string, exitCode: number): void;
  /** What a session was launched as. */
  launch(sessionId: string): Promise<Launch>;
  /** The files of a folder of the program's, with their content. */
  files(folder: string): Record<string, string>;
  /** What was announced since the last call, without how the jobs stand after each refresh. */
  said(): string[];
}

interface Launch {
  readonly command: string[] | null;
  readonly args: string[] | null;
  readonly env: [name: string, value: string][];
  readonly requests: { readonly memory: string; readonly cpu: string };
}

export async function world({
  stack = {},
  env = {},
  autoReady = true,
  start,
  ...options
}: WorldOptions = {}): Promise<World> {
  const clock = new FakeClock(start);
  const runner = scriptedRunner({ autoReady });
  const skaha = await startSkaha({
    users: { alice: {}, bob: {} },
    capacity: { cores: 1_000, ramGiB: 9_000 },
    ...options,
    clock: clock.now,
    runner,
  });
  const engine = new MiniEngine({ clock, url: skaha.url, token: skaha.token, config: stack, env });
  let told = 0;
  const requests = (method: string, wanted = /\/session/) =>
    skaha.journal().filter((entry) => entry.method === method && wanted.test(entry.path));
  return {
    clock,
    runner,
    skaha,
    engine,
    requests,
    posts: () => requests("POST").length,
    session: (name) => String(engine.outputs(name).sessionId),
    end: (name, exitCode) => runner.end(String(engine.outputs(name).sessionId), exitCode),
    async launch(sessionId) {
      const url = new URL(`/_embedded/jobs/${sessionId}`, skaha.url);
      const answer = await fetch(url, { headers: { authorization: `Bearer ${skaha.token}` } });
      return (await answer.json()) as Launch;
    },
    files(folder) {
      const where = path.join(engine.folder, folder);
      return Object.fromEntries(
        readdirSync(where).map((file) => [file, readFileSync(path.join(where, file), "utf8")]),
      );
    },
    said() {
      const lines = engine.lines.slice(told);
      told = engine.lines.length;
      return lines.filter((line) => !line.startsWith("jobs: "));
    },
    async [Symbol.asyncDispose]() {
      engine.close();
      await skaha.stop();
    },
  };
}

/** Megabytes of memory that a launch asked for, in GiB. */
export function ramOf({ requests }: Launch): number {
  return Number(requests.memory) / 2 ** 30;
}
