// One cause is told once, however many jobs there are: before the engine begins, and by the provider after that.
import { Bench, fleet } from "../harness";
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
      /^pulumi-skaha: could not list the sessions: Skaha answered 401: .* does not accept the token in CANFAR_TOKEN: set it to a fresh token\. Nothing was done\.\n$/,
    );
  }
  expect(await bench.state()).toEqual([]);
});

/** Pulumi shows two lines of each job that it refreshes; what says that something failed are the others. */
const failing = (output: string) =>
  output.split("\n").filter((line) => /error|Error|fail|not refreshed/.test(line));

const inOrder = async (bench: Bench) =>
  (await bench.state()).sort((one, other) => (one.id < other.id ? -1 : 1));

test("with plain pulumi one job fails, the others stay as they are, and nothing is done", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(30));
  await bench.succeed(bench.up());
  const before = await inOrder(bench);
  bench.declare(fleet(31, () => ({ args: ["changed"] })));
  bench.skaha.clearJournal();
  const goesOn = { PULUMI_CONTINUE_ON_ERROR: "true" };
  for (const [words, env] of [
    [bench.on("refresh"), {}],
    [bench.on("refresh", "--run-program"), goesOn],
    [bench.up(), {}],
    [bench.up(), goesOn],
    [bench.on("destroy"), goesOn],
    [bench.on("refresh"), { CANFAR_URL: "nonsense" }],
  ] as const) {
    const output = await bench.fail(words, { env: { CANFAR_TOKEN: "wrong", ...env } });
    const told = failing(output);
    expect([words, told.length > 16 ? told : "few lines"]).toEqual([words, "few lines"]);
    expect(new Set(told.join("\n").match(/refresh \S+: /g)).size).toBe(1);
    expect(await inOrder(bench)).toEqual(before);
  }
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
});

test("what goes on after one refused list launches and cancels once, and the run fails all the same", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(4));
  await bench.succeed(bench.up());
  bench.declare([...fleet(2), ...fleet(4, () => ({ args: ["changed"] })).slice(2)]);
  bench.skaha.faults.add({ kind: "unauthorized", path: "type=headless", times: 1 });
  bench.skaha.clearJournal();
  // The refresh of each job comes right before what is done to it.
  await bench.fail(bench.up("--refresh", "--run-program"), {
    env: { PULUMI_CONTINUE_ON_ERROR: "true" },
  });
  expect(bench.requests("POST").length).toBeLessThanOrEqual(2);
  expect(new Set(bench.alive()).size).toBe(bench.alive().length);
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 2 });
  expect(bench.alive()).toHaveLength(4);
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
