// One cause is told once, however many jobs there are: before the engine begins, and by the provider after that.
import { Bench, fleet } from "../engine/harness";
import { cli } from "./cliBench";

jest.setTimeout(300_000);

const lists = (bench: Bench) =>
  bench.requests("GET").filter(({ path }) => path.includes("type=headless")).length;

test("a bad token and a thousand jobs are one line, and nothing is begun", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(1_000));
  for (const words of [["up", "--yes"], ["preview"], ["refresh", "--yes"], ["destroy", "--yes"]]) {
    const { status, stdout, stderr } = await cli(bench, words, { env: { CANFAR_TOKEN: "wrong" } });
    expect([words[0], status, stdout]).toEqual([words[0], 1, ""]);
    expect(stderr).toMatch(
      /^pulumi-skaha: list the sessions: Skaha answered 401: .* does not accept the token in CANFAR_TOKEN: set it to a fresh token\. Nothing was done\.\n$/,
    );
  }
  expect(await bench.state()).toEqual([]);
});

test("with plain pulumi each further job has a short sentence only", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(30));
  await bench.succeed(bench.up());
  const before = await bench.state();
  const output = await bench.fail(bench.on("refresh"), { env: { CANFAR_TOKEN: "wrong" } });
  // Pulumi prints each job's error about five times; the cause is with one job only.
  const ids = (pattern: RegExp) => new Set([...output.matchAll(pattern)].map(([, id]) => id));
  expect(ids(/refresh (\S+): list the sessions: .*set it to a fresh token/g).size).toBe(1);
  expect(ids(/refresh (\S+): failed as "refresh \S+" did/g).size).toBe(29);
  expect(await bench.state()).toEqual(before);
});

test("the question before the engine is the run's first list", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(3));
  expect(await cli(bench, ["up", "--yes", "--skip-preview"])).toMatchObject({ status: 0 });
  bench.skaha.clearJournal();

  expect(await cli(bench, ["preview"])).toMatchObject({ status: 0 });
  expect(lists(bench)).toBe(1);
  bench.skaha.clearJournal();
  expect(await cli(bench, ["refresh", "--yes", "--skip-preview"])).toMatchObject({ status: 0 });
  expect(lists(bench)).toBe(1);
  bench.skaha.clearJournal();

  // What another run launched since the question was asked is found all the same.
  bench.declare(fleet(4));
  expect(await cli(bench, ["up", "--yes"])).toMatchObject({ status: 0 });
  expect(bench.alive()).toHaveLength(4);
  expect(bench.requests("POST")).toHaveLength(1);
});
