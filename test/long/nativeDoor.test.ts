// What the native provider can do that a dynamic one cannot, by the thousand and with signals.
import { cli } from "../engine/commands/cliBench";
import { Bench, fleet, until } from "../engine/harness";
import { open, type Spec } from "../engine/sweeping";

jest.setTimeout(600_000);

const array = (tiles: readonly number[]): Spec => ({
  array: true,
  parameters: { tile: tiles },
  uses: ["tile"],
});

test("preview --diff of three changed jobs of ten thousand is some 14 lines, which name them", async () => {
  await using w = await open({ door: "native", capacity: { cores: 100_000, ramGiB: 1_000_000 } });
  const tiles = [...Array(10_000).keys()];
  await w.up(array(tiles));
  const edited = array([...tiles.filter((tile) => tile !== 5 && tile !== 5_000), 10_000]);
  const env = { SWEEP: JSON.stringify(edited) };
  const words = w.bench.on("preview", "--diff", "--refresh=false");
  const shown = await w.bench.succeed(words, { env });
  const ofArray = shown.slice(shown.indexOf("skaha:index:SessionArray"));
  const lines = ofArray.slice(0, ofArray.indexOf("Resources:")).split("\n");
  expect(lines.length).toBeLessThan(30);
  expect(ofArray).toMatch(/- tile=5\s*:/);
  expect(ofArray).toMatch(/- tile=5000\s*:/);
  expect(ofArray).toMatch(/\+ tile=10000\s*:/);
});

test("Ctrl-C in the middle of 300 launches: state has each that was launched, and the next up launches the rest", async () => {
  await using bench = await Bench.open({ door: "native" });
  const jobs = Array.from({ length: 300 }, (_, n) => ({ name: `job-${n}`, args: { args: [n] } }));
  bench.declare(jobs);
  bench.skaha.faults.add({ kind: "slow", ms: 500, method: "POST" });
  const interrupted = await bench.pulumi(bench.up(), {
    env: { PULUMI_PARALLEL: "1024" },
    started: async (process) => {
      await until("some are launched", () => bench.skaha.jobs().length >= 20);
      process.kill("SIGINT");
    },
  });
  bench.skaha.faults.clear();
  expect(interrupted.status).not.toBe(0);
  const launched = bench.skaha.jobs().length;
  expect(launched).toBeLessThan(300);
  expect(await bench.state()).toHaveLength(launched);
  bench.counted();
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 300 - launched, DELETE: 0 });
  expect(new Set(bench.alive()).size).toBe(300);
});

test("after Ctrl-C pulumi-skaha says what was launched, calls no failure what was not, and what does the rest", async () => {
  await using bench = await Bench.open({ door: "native" });
  bench.declare(fleet(300, (n) => ({ args: [n] })));
  bench.skaha.faults.add({ kind: "slow", ms: 500, method: "POST" });
  const interrupted = await cli(bench, ["up", "--yes", "--skip-preview"], {
    started: async (process) => {
      await until("some are launched", () => bench.skaha.jobs().length >= 20);
      process.kill("SIGINT");
    },
  });
  bench.skaha.faults.clear();
  const launched = bench.skaha.jobs().length;
  expect(launched).toBeLessThan(300);
  expect(interrupted.stderr).toMatch(
    new RegExp(`^Done: launched ${launched}( .*)?, did not finish ${300 - launched} \\(`, "m"),
  );
  expect(interrupted.stderr).toContain("The next pulumi-skaha up does the rest.");
  expect(interrupted.status).toBe(130);
  const next = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(next.stderr).toContain(`launched ${300 - launched}`);
  expect(new Set(bench.alive()).size).toBe(300);
});

test("Ctrl-C in the middle of an array's 300 launches keeps each that was launched, and the next up launches the rest", async () => {
  await using w = await open({ door: "native" });
  const spec = array([...Array(300).keys()]);
  w.bench.skaha.faults.add({ kind: "slow", ms: 500, method: "POST" });
  const { status } = await w.bench.pulumi(w.bench.up(), {
    env: { SWEEP: JSON.stringify(spec) },
    started: async (process) => {
      await until("some are launched", () => w.bench.skaha.jobs().length >= 20);
      process.kill("SIGINT");
    },
  });
  w.bench.skaha.faults.clear();
  expect(status).not.toBe(0);
  const launched = w.bench.skaha.jobs().length;
  expect(launched).toBeLessThan(300);
  const pending = (await w.bench.state()).filter(({ outputs }) => outputs.status === "Pending");
  expect(pending).toHaveLength(launched);
  w.bench.counted();
  expect(await w.up(spec)).toMatchObject({ POST: 300 - launched, DELETE: 0 });
  expect(new Set(w.bench.alive()).size).toBe(300);
});

test("two providers of one run launch one after the other, so that both hold to their limits, and know that it is one run", async () => {
  await using w = await open({ door: "native" });
  const settings = { maxInFlight: 5 };
  const spec: Spec = { ...array([...Array(4).keys()]), beside: { count: 4, settings } };
  w.bench.skaha.faults.add({ kind: "slow", ms: 1_000, method: "POST" });
  const first = await w.up(spec);
  expect(first.output).not.toContain("an earlier run");
  w.bench.skaha.faults.clear();
  // Whichever comes second sees what the first has launched.
  expect([5, 8]).toContain(first.POST);
  for (const { id } of w.bench.skaha.jobs()) w.bench.runner.end(id, 0);
  expect(await w.up(spec)).toMatchObject({ POST: 8 - first.POST, DELETE: 0 });
});
