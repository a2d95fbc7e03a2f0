// A server with files under its /arc, and jobs that are recorded there: what the wrapper would have written is laid by hand.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type SkahaOptions, scriptedRunner, startSkaha } from "../../embedded";
import { FakeClock } from "./fakeClock";
import { MiniEngine } from "./miniEngine";

export const hour = 3_600_000;
export const record = "/arc/projects/survey/.jobs";
export const program = { night: { args: ["a"], record } };

export type RecordedWorld = Awaited<ReturnType<typeof recordedWorld>>;

export async function recordedWorld(
  config: Record<string, string> = {},
  options: SkahaOptions = {},
) {
  const clock = new FakeClock();
  const runner = scriptedRunner();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "skaha-arc-"));
  const capacity = { cores: 1000, ramGiB: 9000 };
  const skaha = await startSkaha({
    users: { alice: {} },
    clock: clock.now,
    runner,
    dataDir,
    capacity,
    ...options,
  });
  const engine = new MiniEngine({ clock, url: skaha.url, token: skaha.token, config });
  const count = (method: string, of: RegExp) =>
    skaha.journal().filter((one) => one.method === method && of.test(one.path)).length;
  return {
    clock,
    runner,
    skaha,
    engine,
    dataDir,
    posts: () => count("POST", /session$/),
    arcReads: () => count("GET", /^\/arc\//),
    folder: (name: string, attempt = 1) =>
      path.join(dataDir, record, engine.id(name), String(attempt)),
    /** Ends the session of a job, with the record that the wrapper leaves. */
    end(name: string, end: Record<string, unknown> | undefined, attempt = 1) {
      const folder = path.join(dataDir, record, engine.id(name), String(attempt));
      mkdirSync(folder, { recursive: true });
      const start = { argv: ["true"], start: "2026-11-22T12:00:10Z" };
      writeFileSync(path.join(folder, "start.json"), JSON.stringify(start));
      writeFileSync(path.join(folder, "log"), `log of ${name}\n`);
      if (end) {
        const whole = {
          exitCode: 0,
          signal: null,
          start: start.start,
          end: "2026-11-22T12:30:00Z",
          ...end,
        };
        writeFileSync(path.join(folder, "end.json"), JSON.stringify(whole));
      }
      runner.end(String(engine.outputs(name).sessionId), end?.exitCode === 0 ? 0 : 1);
    },
    async [Symbol.asyncDispose]() {
      engine.close();
      await skaha.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
