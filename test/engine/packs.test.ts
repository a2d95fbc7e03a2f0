// Jobs that share sessions, with the real engine, real processes and the real runner.
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "./commands/cliBench";
import { Bench, until } from "./harness";
import type { Spec } from "./sweeping";

jest.setTimeout(600_000);

const program = path.join(checkout, "test/engine/programs/sweep");
const pack = { jobs: 5, parallel: 2 };
const record = "/arc/projects/survey/.jobs";
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Job n prints its number, and exits with 3 if that is 7, but for its second attempt. */
const spec = (count: number, more: object = {}): Spec => ({
  parameters: { n: numbers(count) },
  uses: ["n"],
  array: true,
  cmd: "sh",
  ...{ pack, record, cores: 1, ram: 1 },
  env: { WHO: "me", THEN: "a  b=c" },
  ...more,
});

async function opened() {
  const bench = await Bench.open({ program, real: true, capacity: { cores: 8, ramGiB: 64 } });
  const statuses = async () => {
    const all = await bench.state();
    return Object.fromEntries(
      all.map(({ urn, outputs }) => [urn.split("=").at(-1) ?? "", outputs as { status?: string }]),
    );
  };
  return { bench, statuses, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const command = (script: string) => `sh -c '${script}' job`;

test("twelve jobs run in three sessions, each with its own end and log, and what failed is retried alone", async () => {
  await using w = await opened();
  const declared = {
    ...spec(12, { retry: { limit: 1 } }),
    cmd: command(
      'echo "job $1 $SKAHA_ATTEMPT $WHO $THEN"; [ "$1-$SKAHA_ATTEMPT" != 7-1 ] || exit 3',
    ),
  };
  const env = { SWEEP: JSON.stringify(declared) };
  await w.bench.succeed(w.bench.up(), { env });
  expect(w.bench.counted()).toMatchObject({ POST: 3, DELETE: 0 });
  await until("all have ended", () =>
    w.bench.skaha.jobs().every(({ ended }) => ended !== undefined),
  );
  await w.bench.succeed(w.bench.on("refresh", "--yes"), { env });
  w.bench.counted();
  const ended = await w.statuses();
  expect(ended["7"]).toMatchObject({ status: "Failed", exitCode: 3, cause: "ExitCode" });
  const { 7: _failed, ...others } = ended;
  expect(Object.values(others).map(({ status }) => status)).toEqual(Array(11).fill("Completed"));

  const status = await cli(w.bench, ["status", "--json"], { env });
  expect(JSON.parse(status.stdout).counts).toMatchObject({ Completed: 11, Failed: 1 });
  const logs = await cli(w.bench, ["logs", "study/n=3"], { env });
  expect(logs).toMatchObject({ status: 0, stdout: expect.stringContaining("job 3 1 me a  b=c\n") });

  await w.bench.succeed(w.bench.up(), { env });
  expect(w.bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
  await until("all have ended", () =>
    w.bench.skaha.jobs().every(({ ended }) => ended !== undefined),
  );
  await w.bench.succeed(w.bench.up(), { env });
  expect(w.bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect((await w.statuses())["7"]).toMatchObject({ status: "Completed", attempt: 2 });
});

test("a job that leaves the program is ended in its session, alone, and those that come get a new one", async () => {
  await using w = await opened();
  const declared = { ...spec(5), cmd: "sleep 1000" };
  const up = async (jobs: number[]) => {
    const sweep = { ...declared, parameters: { n: jobs } };
    await w.bench.succeed(w.bench.up(), { env: { SWEEP: JSON.stringify(sweep) } });
    return w.bench.counted();
  };
  expect(await up([0, 1, 2, 3, 4])).toMatchObject({ POST: 1 });
  await until("two run", async () => {
    const { stdout } = await cli(w.bench, ["status", "--json"]);
    return JSON.parse(stdout).counts.Running === 2;
  });
  const { stdout } = await cli(w.bench, ["status"]);
  expect(stdout).toMatch(/^3 Pending, 2 Running; 5 jobs are in 1 session$/m);
  const why = await cli(w.bench, ["why", "study/n=3"]);
  expect(why.stdout).toMatch(
    /^study\/n=3 is Pending: its session \w+ runs, and has not come to it; 2 jobs run there, 0 have ended, and 1 more comes before this one\.$/m,
  );
  const doctor = await cli(w.bench, ["doctor"]);
  expect(doctor.stdout).toMatch(/orphans: +none: each live session/);
  w.bench.counted();
  expect(await up([1, 2, 3, 5])).toMatchObject({ POST: 1, DELETE: 0 });
  await until("the next runs", async () => {
    const { stdout } = await cli(w.bench, ["status", "--json"]);
    return JSON.parse(stdout).counts.Running === 3;
  });
  expect(w.bench.alive()).toHaveLength(2);
  await w.bench.succeed(w.bench.on("destroy"));
  expect(w.bench.alive()).toEqual([]);
});
