// A run that the engine would never end. The wait until that is certain takes most of a minute.
import { cli } from "../engine/commands/cliBench";
import { Bench, fleet } from "../engine/harness";

jest.setTimeout(300_000);

// Found by the chaos run of seed 42.
test("an up whose job cannot be cancelled ends, although the engine would wait for ever for its replacement", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(2));
  await bench.succeed(bench.up());
  bench.declare([
    { name: "job-0", args: { args: ["other"] } },
    { name: "job-1", args: { args: [1] } },
  ]);
  bench.skaha.faults.add({ kind: "deleteLies" });
  const stuck = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(stuck.status).not.toBe(0);
  expect(stuck.stderr).toMatch(/^A job could not be cancelled, .* so it is stopped\./m);
  expect(stuck.stdout).toMatch(/still lists session \w+ \(\w+\): run the command again/);
  expect(bench.alive()).toHaveLength(2);

  bench.skaha.faults.clear();
  const next = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(next).toMatchObject({ status: 0 });
  expect(bench.alive()).toHaveLength(2);
});
