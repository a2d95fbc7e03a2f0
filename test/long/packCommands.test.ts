// What commands do with jobs that share sessions, with the real engine, real processes and the real runner: jobs that go on
// until the test lets them end.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { Bench, until } from "../engine/harness";
import type { Spec } from "../engine/sweeping";

jest.setTimeout(600_000);

const program = path.join(checkout, "test/engine/programs/sweep");
const folder = "/arc/projects/survey";

interface Place extends AsyncDisposable {
  readonly bench: Bench;
  up(): Promise<{ POST: number; DELETE: number }>;
  command(...words: string[]): ReturnType<typeof cli>;
  /** As `command`, of a program that declares these jobs only. */
  commandFor(jobs: readonly number[], ...words: string[]): ReturnType<typeof cli>;
  /** A command, and what to do while it runs, given what it has printed. */
  during(
    words: readonly string[],
    work: (printed: () => string) => Promise<void>,
  ): ReturnType<typeof cli>;
  /** Lets a job end. */
  open(n: number): void;
  /** Session and status of each job, as `status` tells them. */
  jobs(): Promise<{ n: string; status: string; attempt: number; sessionId?: string }[]>;
  isRunning(n: number): Promise<void>;
}

/** Jobs that print their number, wait until they may end, and print it again. */
async function place(count: number, more: object): Promise<Place> {
  const bench = await Bench.open({ program, real: true, capacity: { cores: 8, ramGiB: 64 } });
  const data = path.join(bench.folder, "data");
  mkdirSync(path.join(data, folder), { recursive: true });
  const script = `echo "$1 begins"; until [ -e ${folder}/open-$1 ]; do sleep 0.1; done; echo "$1 ends"`;
  const spec: Spec = {
    parameters: { n: Array.from({ length: count }, (_, n) => n) },
    uses: ["n"],
    ...{ array: true, record: `${folder}/.jobs`, cores: 1, ram: 1 },
    cmd: `sh -c '${script}' job`,
    ...more,
  };
  const env = { SWEEP: JSON.stringify(spec) };
  const command = (...words: string[]) => cli(bench, words, { env });
  const commandFor = (n: readonly number[], ...words: string[]) =>
    cli(bench, words, { env: { SWEEP: JSON.stringify({ ...spec, parameters: { n } }) } });
  const jobs = async () => {
    const { stdout } = await command("status", "--json");
    return JSON.parse(stdout).jobs.map((job: { name: string }) => ({
      ...job,
      n: job.name.split("=").at(-1),
    }));
  };
  return {
    bench,
    command,
    commandFor,
    jobs,
    async up() {
      bench.counted();
      await bench.succeed(bench.up(), { env });
      const { POST, DELETE } = bench.counted();
      return { POST, DELETE };
    },
    async during(words, work) {
      let working: Promise<void> | undefined;
      const started = (_: unknown, printed: () => string) => {
        working = work(printed);
      };
      const outcome = await cli(bench, words, { env, started });
      await working;
      return outcome;
    },
    open: (n) => writeFileSync(path.join(data, folder, `open-${n}`), ""),
    isRunning: (n) =>
      until(`job ${n} runs`, async () =>
        (await jobs()).some(
          (job: { n: string; status: string }) => job.n === `${n}` && job.status === "Running",
        ),
      ),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

test("logs are followed from before a job's turn until its end, and its session goes on", async () => {
  await using w = await place(3, { pack: { jobs: 3, parallel: 1 } });
  expect(await w.up()).toEqual({ POST: 1, DELETE: 0 });
  await w.isRunning(0);
  const followed = await w.during(
    ["logs", "study/n=1", "study/n=0", "--follow", "--every", "0.2s"],
    async (printed) => {
      await until("one waits and one writes", () =>
        [/study\/n=1 is Pending/, /n=0 \| 0 begins/].every((text) => text.test(printed())),
      );
      w.open(0);
      await until("its turn has come", () => printed().includes("n=1 | 1 begins\n"));
      w.open(1);
    },
  );
  expect(followed.stdout.split("\n").sort()).toEqual([
    "",
    ...[0, 1].flatMap((n) => [`study/n=${n} | ${n} begins`, `study/n=${n} | ${n} ends`]),
  ]);
  expect(followed.stderr).toMatch(/study\/n=1 is Completed/);
  expect(followed.stderr).not.toMatch(/has changed/);
  expect(followed.status).toBe(0);
  await w.isRunning(2);
  w.open(2);
  const last = await w.command("logs", "study/n=2", "--follow", "--every", "0.2s");
  expect(last).toMatchObject({ status: 0, stdout: "2 begins\n2 ends\n" });
});

test("before the next up, status and why tell of a job what the ledger says, and its session goes on", async () => {
  await using w = await place(2, {
    pack: { jobs: 2, parallel: 1 },
    cmd: `sh -c 'exit $(($1 + 3))' job`,
  });
  await w.up();
  await until("both have ended", async () =>
    (await w.jobs()).every(({ status }) => status === "Failed"),
  );
  const [first] = await w.jobs();
  expect(first).toMatchObject({ exitCode: 3, cause: "ExitCode", seconds: expect.any(Number) });
  const { stdout } = await w.command("why", "study/n=1");
  expect(stdout).toMatch(/its program ended with status 4/);
  expect(stdout).not.toContain("record");
});

test("a wait for a job is over when that one has ended, and one for all when all have", async () => {
  await using w = await place(4, { pack: { jobs: 4, parallel: 2 } });
  await w.up();
  const one = await w.during(["wait", "study/n=2", "--every", "0.2s"], async () => {
    await w.isRunning(1);
    w.open(1);
    await w.isRunning(2);
    w.open(2);
  });
  expect(one).toMatchObject({ status: 0, stderr: expect.stringContaining("1 Completed.") });
  await w.isRunning(3);
  const timed = await w.command("wait", "--every", "0.2s", "--timeout", "1s");
  expect(timed).toMatchObject({ status: 2, stderr: expect.stringContaining("the jobs go on") });
  const all = await w.during(["wait", "--every", "0.2s"], async () => {
    for (const n of [0, 3]) w.open(n);
  });
  expect(all).toMatchObject({ status: 0, stderr: expect.stringContaining("4 Completed.") });
});

test("rerun runs the chosen jobs again, in a new session, and leaves the others where they are", async () => {
  await using w = await place(4, { pack: { jobs: 4, parallel: 2 } });
  await w.up();
  await w.isRunning(1);
  w.open(0);
  await w.isRunning(2);
  const before = await w.jobs();

  // One that has ended, one that runs, and one whose turn has not come.
  const chosen = ["study/n=0", "study/n=1", "study/n=3"];
  const again = await w.command("rerun", ...chosen, "--yes");
  expect(again.stdout + again.stderr).toContain("To run again: study/n=0, study/n=1, study/n=3");
  expect(again.status).toBe(0);
  expect(w.bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
  for (const n of [1, 2, 3]) await w.isRunning(n);
  const after = await w.jobs();
  const sessions = (all: typeof after) => all.map(({ sessionId }) => sessionId?.split(".")[0]);
  const [old] = sessions(before);
  const [fresh] = sessions(after);
  expect(fresh).not.toBe(old);
  expect(sessions(after)).toEqual([fresh, fresh, old, fresh]);
  expect(after.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);

  for (const n of [1, 2, 3]) w.open(n);
  const all = await w.command("wait", "--every", "0.2s");
  expect(all).toMatchObject({ status: 0, stderr: expect.stringContaining("4 Completed.") });
  const logs = await w.command("logs", "study/n=0", "study/n=1");
  expect(logs.stdout.split("\n").filter((line) => line.includes("begins"))).toHaveLength(2);
  expect(await w.up()).toEqual({ POST: 0, DELETE: 0 });
});

test("until-done brings all jobs to their end, in no more sessions at a time than maxInFlight", async () => {
  const failing = 'test -e $0-$1 || { touch $0-$1; [ "$1" != 4 ]; }';
  await using w = await place(7, {
    pack: { jobs: 3, parallel: 2 },
    maxInFlight: 1,
    retry: { limit: 1 },
    cmd: `sh -c '${failing}' ${folder}/ran`,
  });
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, w.bench.alive().length);
  }, 20);
  const done = await w.command("up", "--until-done", "--every", "0.2s", "--yes", "--skip-preview");
  clearInterval(watching);
  expect(done.stdout + done.stderr).toContain("7 Completed");
  expect(done.status).toBe(0);
  // Of the last job and the second attempt one session is made.
  expect(w.bench.counted()).toMatchObject({ POST: 3, DELETE: 0 });
  expect(most).toBe(1);
  const attempts = (await w.jobs()).map(({ attempt }) => attempt);
  expect(attempts).toEqual([1, 1, 1, 1, 2, 1, 1]);
  expect(existsSync(path.join(w.bench.folder, "data", folder, "ran-4"))).toBe(true);
});

test("a job of a pack that neither program nor state knows is told, and cancelled alone", async () => {
  await using w = await place(4, { pack: { jobs: 4, parallel: 2 } });
  const before = await w.bench.succeed(["stack", "export", "--stack", w.bench.stack]);
  await w.up();
  await w.isRunning(0);
  await w.isRunning(1);
  await w.bench.succeed(["stack", "import", "--stack", w.bench.stack], { stdin: before });

  const up = ["up", "--yes", "--skip-preview"];
  const named = await w.commandFor([0, 2], ...up);
  expect(named).toMatchObject({ status: 0 });
  expect(named.stderr).toMatch(
    /^2 sessions of this stack are in neither its program nor its state:\n {2}study-n-1-\w+ \(session \w+\.2, Running, \d+ s in\)\n {2}study-n-3-\w+ \(session \w+\.4, Pending\)\n/m,
  );
  const doctor = await w.commandFor([0, 2], "doctor");
  expect(doctor.stdout).toMatch(
    /orphans: +2 live sessions of this stack not in its state: study-n-1/,
  );

  w.bench.counted();
  const cancelled = await w.commandFor([0, 2], ...up, "--cancel-orphans");
  expect(cancelled).toMatchObject({ status: 0 });
  expect(cancelled.stderr).toContain("\n2 cancelled.\n");
  expect(w.bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  await w.isRunning(2);
  expect((await w.jobs()).map(({ n, status }) => [n, status])).toEqual([
    ["0", "Running"],
    ["2", "Running"],
  ]);
  const again = await w.commandFor([0, 2], ...up);
  expect(again.stderr).not.toContain("neither its program nor its state");

  for (const n of [0, 2]) w.open(n);
  await until("all have ended", () => w.bench.alive().length === 0);
});
