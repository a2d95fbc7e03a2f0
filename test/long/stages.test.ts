import { cli } from "../engine/commands/cliBench";
import { Bench } from "../engine/harness";
import { shown } from "../engine/shown";
import { open, type Spec } from "../engine/sweeping";

jest.setTimeout(600_000);

const args = (...words: unknown[]) => ({ args: { args: words } });

test("a job that is held for its window or a slot is unchanged until it can go", async () => {
  await using bench = await Bench.open();
  const set = (key: string, value: string) =>
    bench.succeed(["config", "set", key, value, "--stack", bench.stack]);
  // Three hours that are not now, wherever the clock stands.
  const hour = (offset: number) =>
    `${String((new Date().getUTCHours() + offset) % 24).padStart(2, "0")}:00`;
  const window = `${hour(6)}-${hour(9)} UTC`;
  await set("skaha:maxInFlight", "1");
  bench.declare([
    { name: "night", args: { window } },
    { name: "first", ...args(1) },
  ]);
  expect(await bench.succeed(bench.up())).toContain(`held; waits for its window, ${window}`);
  bench.declare([
    { name: "night", args: { window } },
    { name: "first", ...args(1) },
    { name: "second", ...args(2) },
  ]);
  expect(await bench.succeed(bench.up())).toContain("held; waits for a slot: maxInFlight is 1");
  expect(shown(await bench.succeed(bench.on("preview")))).toEqual({});
  bench.counted();
  expect(await bench.succeed(bench.up())).toContain("4 unchanged");
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  // A slot comes free: the one that can use it goes; by its own word so does the other.
  const [first] = bench.runner.running;
  bench.runner.end(first ?? "", 0);
  expect(shown(await bench.succeed(bench.on("preview")))).toEqual({ second: "~" });
  await set("skaha:maxInFlight", "2");
  bench.declare([
    { name: "night", args: { window: "always" } },
    { name: "first", ...args(1) },
    { name: "second", ...args(2) },
  ]);
  await bench.succeed(bench.up());
  await expect(bench.statuses()).resolves.toEqual({
    night: "Pending",
    first: "Completed",
    second: "Pending",
  });
});

test.each(["dynamic", "native"] as const)(
  "jobs of an array that come after the same ones have these in common, and a preview knows what they do (%s door)",
  async (door) => {
    await using w = await open({ door });
    const spec = (ram: number): Spec => ({
      ...{ array: true, parameters: { tile: [1, 2, 3] }, uses: ["tile"] },
      predecessors: { count: 2, ram },
    });
    const told = async (ram: number, ...words: string[]) =>
      (await cli(w.bench, words, { env: { SWEEP: JSON.stringify(spec(ram)) } })).stderr;
    const up = ["up", "--yes", "--skip-preview"];
    expect(await told(4, "preview")).toMatch(/^To do: launch 2 \(.*\), hold 3; 1 other resource\n/);
    expect(await told(4, ...up)).toMatch(/^Done: launched 2 \(.*\), held 3; 1 other resource\n/);

    const exported = JSON.parse(await w.bench.succeed(w.bench.on("stack", "export")));
    const resources: { type: string; id?: string; inputs?: Record<string, unknown> }[] =
      exported.deployment.resources;
    const array = resources.find(({ type }) => type.endsWith("SessionArray"));
    const ids = resources.flatMap(({ type, id }) => (type.endsWith("HeadlessSession") ? [id] : []));
    expect(array?.inputs?.common).toMatchObject({
      after: expect.arrayContaining(ids),
      afterStatus: ["Pending", "Pending"],
    });
    expect(array?.inputs?.template).toEqual({ args: [{ $: "tile" }] });

    // They are updated in place, so that their statuses are not known yet.
    expect(await told(8, "preview")).toMatch(
      /^To do: keep 2 running in the old size \(.*\), hold 3\n/,
    );
    for (const { id } of w.bench.skaha.jobs()) w.bench.runner.end(id, 0);
    expect(await told(4, ...up)).toMatch(/^Done: launched 3\b.*, kept 2\n/);
    expect(await told(4, ...up)).toMatch(/^Done: kept 5\n/);
  },
);
