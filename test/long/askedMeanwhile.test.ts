// Pulumi starts while the server is still being asked, and nothing is done before the answer: each case has Pulumi's
// provider running, and waiting, when the answer comes, or does not.
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CliOutcome, cli } from "../engine/commands/cliBench";
import { ended } from "../engine/commands/killing";
import { Bench, fleet, until } from "../engine/harness";
import { letGo } from "../engine/lock";
import { Gate } from "./listGate";

jest.setTimeout(300_000);

interface Begun {
  readonly command: ChildProcess;
  readonly printed: () => string;
  readonly outcome: Promise<CliOutcome>;
}

/** A command whose first list is held, and whose provider waits for it. */
async function begun(bench: Bench, gate: Gate, words: readonly string[]): Promise<Begun> {
  gate.hold();
  let command: ChildProcess | undefined;
  let printed = () => "";
  const outcome = cli(bench, words, {
    env: gate.env,
    started: (process, said) => {
      command = process;
      printed = said;
    },
  });
  await until("the provider runs", async () =>
    (await bench.processes()).some(({ command }) => command.includes("cmd/dynamic-provider")),
  );
  if (command === undefined) throw new Error("nothing was started");
  return { command, printed, outcome };
}

async function launched(
  jobs = 3,
): Promise<{ bench: Bench; gate: Gate; leave: () => Promise<void> }> {
  const bench = await Bench.open();
  const gate = await Gate.open(bench);
  bench.declare(fleet(jobs));
  expect(await cli(bench, ["up", "--yes"], { env: gate.env })).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("launched 3"),
  });
  bench.counted();
  const leave = async () => {
    await gate[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  };
  return { bench, gate, leave };
}

const operations = [
  ["preview"],
  ["refresh", "--yes", "--skip-preview"],
  ["up", "--yes", "--skip-preview"],
  ["destroy", "--yes", "--skip-preview"],
];

/** Where a run leaves that it holds the stack. */
function locksOf(bench: Bench): string[] {
  const files = readdirSync(path.join(bench.folder, "backend/.pulumi"), {
    recursive: true,
    encoding: "utf8",
  });
  return files.filter((file) => /locks\/.*\.json$/.test(file));
}

const jobsIn = async (bench: Bench) =>
  (await bench.state()).map(({ id, outputs }) => [id, outputs]).sort();

test("an answer that is slower than Pulumi is waited for, and nothing is shown or done before", async () => {
  const { bench, gate, leave } = await launched();
  try {
    for (const words of operations) {
      const wasLetGo = letGo(bench, gate.env.CANFAR_URL);
      const { printed, outcome } = await begun(bench, gate, words);
      expect([words[0], printed(), bench.counted()]).toEqual([
        words[0],
        "",
        { GET: 0, POST: 0, DELETE: 0 },
      ]);
      gate.release();
      const { status, stdout, stderr } = await outcome;
      expect([words[0], status, stderr]).toEqual([
        words[0],
        0,
        expect.stringMatching(/^(To do|Seen|Done): /),
      ]);
      expect(stdout).toMatch(/^(Previewing update|Refreshing|Updating|Destroying) \(/);
      expect(stdout).toMatch(/\nResources:\n/);
      const isDestroy = words[0] === "destroy";
      // The question is the run's first list; cancellations are seen in one more, and one more is asked for where the
      // engine killed the provider of the `up` before it let go of its lock.
      const { GET, DELETE } = bench.counted();
      expect([words[0], GET, DELETE]).toEqual([
        words[0],
        isDestroy ? (wasLetGo ? 2 : 3) : 1,
        isDestroy ? 3 : 0,
      ]);
    }
    expect(bench.alive()).toEqual([]);
  } finally {
    await leave();
  }
});

test("a question that fails when Pulumi has begun is one sentence, and nothing was done", async () => {
  const { bench, gate, leave } = await launched();
  try {
    const before = await jobsIn(bench);
    for (const words of [...operations, ["up", "--yes"]]) {
      const { outcome } = await begun(bench, gate, words);
      gate.release(true);
      const { status, stdout, stderr } = await outcome;
      expect([words[0], status, stdout]).toEqual([words[0], 1, ""]);
      expect(stderr).toMatch(
        /^pulumi-skaha: could not list the sessions: Skaha answered 401: .*Nothing was done\.\n$/,
      );
      expect([words[0], locksOf(bench)]).toEqual([words[0], []]);
      await until("nothing is left", async () => (await bench.processes()).length === 0);
    }
    expect(bench.counted()).toEqual({ GET: 0, POST: 0, DELETE: 0 });
    expect(await jobsIn(bench)).toEqual(before);
    expect(bench.alive()).toHaveLength(3);
  } finally {
    await leave();
  }
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while the server is asked ends all, and nothing was done",
  async (signal) => {
    const { bench, gate, leave } = await launched();
    try {
      const before = await jobsIn(bench);
      for (const words of operations) {
        const { command, outcome } = await begun(bench, gate, words);
        command.kill(signal);
        const { status, stdout, stderr } = await outcome;
        const expected = signal === "SIGINT" ? 130 : 143;
        expect([words[0], status, stdout]).toEqual([words[0], expected, ""]);
        expect(stderr).toBe("pulumi-skaha: interrupted; nothing was done\n");
        await until("nothing is left", async () => (await bench.processes()).length === 0);
        expect([words[0], locksOf(bench)]).toEqual([words[0], []]);
        gate.release();
      }
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      expect(await jobsIn(bench)).toEqual(before);
    } finally {
      await leave();
    }
  },
);

test("where the command is killed while it asks, Pulumi ends by itself and nothing was done", async () => {
  const { bench, gate, leave } = await launched();
  try {
    const before = await jobsIn(bench);
    for (const words of operations) {
      const { command, outcome } = await begun(bench, gate, words);
      command.kill("SIGKILL");
      await outcome;
      await ended(bench);
      expect([words[0], locksOf(bench)]).toEqual([words[0], []]);
      gate.release();
    }
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
    expect(await jobsIn(bench)).toEqual(before);
    expect(await cli(bench, ["destroy", "--yes"], { env: gate.env })).toMatchObject({ status: 0 });
    expect(bench.alive()).toEqual([]);
  } finally {
    await leave();
  }
});

/** What a program would do before it declares anything. @returns whether it was done, and what has it done */
function firstDeed(bench: Bench): { isDone: () => boolean; NODE_OPTIONS: string } {
  const sign = path.join(bench.folder, "the program runs");
  const preload = path.join(bench.folder, "firstDeed.cjs");
  writeFileSync(
    preload,
    `if (/cmd\\/run/.test(process.argv[1]))
      setImmediate(() => require("node:fs").writeFileSync(${JSON.stringify(sign)}, ""));`,
  );
  return {
    isDone: () => readFileOr(sign) !== undefined,
    NODE_OPTIONS: `--require ${preload}`,
  };
}

test("nothing of a program runs in a first up before the answer, and nothing at all where there is none", async () => {
  await using bench = await Bench.open();
  await using gate = await Gate.open(bench);
  bench.declare(fleet(3));
  const { isDone, NODE_OPTIONS } = firstDeed(bench);
  const running = (command: string) => async () =>
    (await bench.processes()).some((one) => one.command.includes(command));
  const up = () => {
    gate.hold();
    return cli(bench, ["up", "--yes", "--skip-preview"], { env: { ...gate.env, NODE_OPTIONS } });
  };
  const refused = up();
  await until("the program is there", running("cmd/run"));
  await sleep(500); // longer than it takes to run
  expect([isDone(), await running("cmd/dynamic-provider")()]).toEqual([false, false]);
  gate.release(true);
  expect(await refused).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^pulumi-skaha: could not list .* 401.*Nothing was done\.\n$/),
  });
  await until("nothing is left", async () => (await bench.processes()).length === 0);
  expect([isDone(), locksOf(bench), bench.alive()]).toEqual([false, [], []]);

  const launching = up();
  await until("the program is there", running("cmd/run"));
  gate.release();
  expect(await launching).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("launched 3"),
  });
  expect(isDone()).toBe(true);
  expect(bench.counted()).toEqual({ GET: 3, POST: 3, DELETE: 0 }); // one list, sizes, images
});

test("what ends Pulumi before the answer is told when it is there", async () => {
  const { bench, gate, leave } = await launched();
  try {
    gate.hold();
    const env = { ...gate.env, PULUMI_CONFIG_PASSPHRASE: "another" };
    const words = ["up", "--yes", "--skip-preview"];
    let printed = () => "";
    const outcome = cli(bench, words, { env, started: (_, said) => (printed = said) });
    const isAtWork = async () =>
      (await bench.processes()).some(({ command }) => command.includes("pulumi\0up"));
    await until("Pulumi begins", isAtWork);
    await until("Pulumi has ended", async () => !(await isAtWork()));
    expect(printed()).toBe("");
    gate.release();
    const { status, stderr } = await outcome;
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/passphrase/);
    expect([bench.counted(), locksOf(bench)]).toEqual([{ GET: 1, POST: 0, DELETE: 0 }, []]);
  } finally {
    await leave();
  }
});

test("a program that is at work on something else does not keep the sentence back", async () => {
  await using bench = await Bench.open();
  await using gate = await Gate.open(bench);
  bench.declare(fleet(1));
  const busy = path.join(bench.folder, "busy.cjs");
  const sign = path.join(bench.folder, "is busy");
  writeFileSync(
    busy,
    `if (/cmd\\/run/.test(process.argv[1])) setImmediate(() => {
      require("node:fs").writeFileSync(${JSON.stringify(sign)}, "");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    });`,
  );
  gate.hold();
  const outcome = cli(bench, ["preview"], {
    env: { ...gate.env, NODE_OPTIONS: `--require ${busy}` },
  });
  await until("the program is busy", () => readFileOr(sign) !== undefined);
  const begunAt = performance.now();
  gate.release(true);
  const { status, stdout, stderr } = await outcome;
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/Nothing was done\.\n$/);
  expect(performance.now() - begunAt).toBeLessThan(30_000);
});

function readFileOr(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
