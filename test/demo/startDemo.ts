// The demo as a newcomer runs it: dist/demo/demo.js, with the real engine. `npm test` builds it and puts
// a Pulumi CLI on PATH. Some of its tests are in test/long.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { allPids, commandLineOf } from "../../machine/processes";

const checkout = path.resolve(__dirname, "../..");
/** What a demo may take on a loaded machine. */
export const mostMs = 300_000;

export interface Demo extends AsyncDisposable {
  readonly process: ChildProcess;
  /** All that it has said. */
  output(): string;
  says(text: string): Promise<void>;
  ended(): Promise<number | string | null>;
  /** What is left of it: processes and files. */
  remains(): string[];
}

export function startDemo(env: NodeJS.ProcessEnv = {}): Demo {
  // Each process of a demo has this folder's name in its environment.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "demo-test-"));
  const child = spawn(process.execPath, [path.join(checkout, "dist/demo/demo.js")], {
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    process: child,
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve();
        listeners.add(look);
        look();
        void closed.then(() => reject(new Error(`ended without saying "${text}":\n${output}`)));
      }),
    async ended() {
      const [status, signal] = await closed;
      return signal ?? status;
    },
    remains: () => [
      ...processesWith(folder),
      ...fs.readdirSync(folder).filter((name) => name.startsWith("pulumi-skaha-demo-")),
      ...fs.readdirSync(checkout).filter((name) => name.includes(`-${child.pid}.yaml`)),
    ],
    async [Symbol.asyncDispose]() {
      child.kill();
      await closed;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function processesWith(mark: string): string[] {
  if (process.platform !== "linux") {
    const all = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
      encoding: "utf8",
    });
    return all.split("\n").filter((line) => line.includes(mark));
  }
  return allPids()
    .filter((pid) => read(`/proc/${pid}/environ`).includes(mark))
    .map((pid) => `${pid} ${commandLineOf(pid).replaceAll("\0", " ")}`);
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended, or is not ours
  }
}

/** The kernel may take a moment to bury what was killed. */
export async function nothingRemains(demo: Demo): Promise<string[]> {
  for (let tries = 0; tries < 100 && demo.remains().length > 0; tries += 1) await sleep(50);
  return demo.remains();
}

export async function expectWholeStory(demo: Demo): Promise<void> {
  const status = await demo.ended();
  const period = Number(/Best period: ([\d.]+) years/.exec(demo.output())?.[1]);
  expect({ status, output: demo.output(), period }).toEqual({
    status: 0,
    output: expect.stringContaining(
      "12 jobs launched, each once; 1 cancelled while it ran; none is left running.",
    ),
    period: expect.any(Number),
  });
  expect(period).toBeGreaterThanOrEqual(10.5);
  expect(period).toBeLessThanOrEqual(11.5);
  expect(await nothingRemains(demo)).toEqual([]);
}

/** @param moment what the demo says when it gets the signal */
export async function expectGoodOrderAfter(
  signal: "SIGINT" | "SIGTERM",
  moment: string,
  status: number,
): Promise<void> {
  await using demo = startDemo();
  await demo.says(moment);
  demo.process.kill(signal);
  expect(await demo.ended()).toBe(status);
  expect(demo.output()).toContain(`Interrupted by ${signal}`);
  expect(await nothingRemains(demo)).toEqual([]);
}
