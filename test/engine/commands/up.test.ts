import { outputs } from "../../../cli/outputs";
import { Bench, fleet } from "../harness";
import { isLeftLocked } from "../lock";
import { cli } from "./cliBench";

jest.setTimeout(600_000);

const idOf = (bench: Bench, name: string) =>
  bench.skaha.jobs().findLast((job) => job.name.startsWith(`${name}-`))?.id ?? "";

test("up tells in jobs what it would do and has done, and asks the server nothing more", async () => {
  await using bench = await Bench.open();
  bench.declare([
    ...fleet(3, (n) => ({ args: [n], cores: 4, ram: 16 })),
    { name: "later", after: ["job-0"], args: { cmd: "echo" } },
  ]);
  const first = await cli(bench, ["up", "--yes"]);
  expect(first.stderr).toBe(
    [
      "To do: launch 3 (12 cores, 48 GiB), hold 1",
      "Cost: 12 core-hours and 48 GiB-hours in each hour that they run; nothing like them has been measured",
      "Cost with those held: 13 core-hours and 52 GiB-hours in each hour that they run; nothing like them has been measured",
      "Done: launched 3 (12 cores, 48 GiB), held 1",
      "Now: 1 Held, 3 Pending",
      "",
    ].join("\n"),
  );
  expect(first.status).toBe(0);
  // Announcements stay where Pulumi shows them.
  expect(first.stdout).toMatch(/ job-0: launched as session/);

  bench.runner.end(idOf(bench, "job-0"), 0);
  bench.runner.end(idOf(bench, "job-1"), 3);
  bench.declare([
    { name: "job-1", args: { args: [1], cores: 4, ram: 16, retry: { limit: 1 } } },
    { name: "job-2", args: { args: [22], cores: 4, ram: 16 } },
  ]);
  const looked = await cli(bench, ["preview"]);
  expect(looked.stderr).toMatch(
    /^To do: launch 1 \(4 cores, 16 GiB\), retry 1 \(4 cores, 16 GiB\), cancel 1 running \(\d+ s in\), remove 1 finished \(session and log\), drop 1 held\nCost: 8 core-hours and 32 GiB-hours in each hour .*\n$/,
  );
  const wasKilled = isLeftLocked(bench);
  bench.counted();
  const second = await cli(bench, ["up", "--yes", "--skip-preview", "--stack", bench.stack]);
  expect(second.stderr).toMatch(
    /^Done: launched 1 \(4 cores, 16 GiB\), retried 1 \(4 cores, 16 GiB\), cancelled 1 running \(\d+ s in\), removed 1 finished \(session and log\), dropped 1 held\nNow: 2 Pending\n$/,
  );
  // The list of the refresh, and of what was cancelled, which shows also that there are no orphans; between them one
  // more where the engine killed the first run's provider before it let go of its lock. It never kills a native one.
  expect(bench.counted()).toEqual({ GET: wasKilled ? 3 : 2, POST: 2, DELETE: 2 });

  bench.runner.end(idOf(bench, "job-2"), 1);
  const refreshed = await cli(bench, ["refresh", "--yes", "--skip-preview"]);
  expect(refreshed.stderr).toBe(
    "Seen: 1 Pending -> Running, 1 Pending -> Failed (job-2)\nNow: 1 Running, 1 Failed\n",
  );
  const destroyed = await cli(bench, ["destroy", "--yes", "--json"]);
  expect(destroyed.stderr).toMatch(
    /^To do: cancel 1 running \(\d+ s in\), remove 1 finished \(session and log\)\nDone: cancelled 1 running \(\d+ s in\), removed 1 finished \(session and log\)\n$/,
  );
  const jsonLines = destroyed.stdout.trim().split("\n");
  const events = jsonLines.map((line) => JSON.parse(line));
  expect(events.length).toBeGreaterThan(2);
  expect(events.at(-1)).toEqual({ jobs: { cancel: ["job-1"], purge: ["job-2"] } });
  expect(outputs.destroy?.safeParse(events.at(-1)).error).toBeUndefined();
  expect(bench.alive()).toEqual([]);
});

test("up counts what maxInFlight leaves room for, others' sessions included", async () => {
  await using bench = await Bench.open();
  await bench.succeed(["config", "set", "skaha:maxInFlight", "3", "--stack", bench.stack]);
  const other = bench.stack;
  bench.stack = `${other}o`;
  await bench.succeed(["stack", "init", bench.stack]);
  bench.declare(fleet(1));
  await bench.succeed(bench.up());
  await bench.succeed(["stack", "select", other]);
  bench.stack = other;
  bench.declare(fleet(5));
  const { stderr } = await cli(bench, ["up", "--yes"]);
  expect(stderr).toBe(
    "To do: launch 2, hold 3\nCost: 2 core-hours and 8 GiB-hours in each hour that they run; nothing like them has been measured\nCost with those held: 5 core-hours and 20 GiB-hours in each hour that they run; nothing like them has been measured\nDone: launched 2, held 3\nNow: 3 Held, 2 Pending\n",
  );
});

test("up says what the user set stands, names what failed, and passes Pulumi's options on", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(2));
  bench.skaha.faults.add({
    kind: "status",
    code: 400,
    body: "no such thing",
    method: "POST",
    times: 1,
  });
  const failed = await cli(bench, ["up", "--yes", "--skip-preview", "--cancel-orphans"], {
    env: { PULUMI_PARALLEL: "1" },
  });
  expect(failed.status).not.toBe(0);
  expect(failed.stderr).toMatch(
    /^Done: launched 1, failed with 1 \(job-[01]\)\nNow: 1 Pending\nOrphans were not cancelled: correct what failed, then run this again\.\n$/,
  );
  expect(failed.stdout.match(/Skaha answered 400/g)?.length).toBeGreaterThan(0);
  expect(bench.alive()).toHaveLength(1);
  const json = await cli(bench, ["preview", "--json", "--show-sames"]);
  const shown = JSON.parse(json.stdout);
  expect(shown.steps.length).toBeGreaterThan(2);
  expect(Object.values(shown.jobs).flat().sort()).toEqual(["job-0", "job-1"]);
  expect(Object.keys(shown.jobs)).toEqual(["launch", "keep"]);
  expect(outputs.preview?.safeParse(shown).error).toBeUndefined();
  expect(json.stderr).toMatch(/^To do: launch 1, keep 1\nCost: 1 core-hour and 4 GiB-hours .*\n$/);
  expect(shown.cost).toMatchObject({
    launched: { jobs: 0, unmeasured: { jobs: 1, perHour: { coreHours: 1, gibHours: 4 } } },
  });
  const unknown = await cli(bench, ["up", "--yes", "--no-such-option"]);
  expect(unknown.status).not.toBe(0);
  expect(unknown.stderr).toContain("unknown flag: --no-such-option");
  const help = await cli(bench, ["up", "--help"]);
  expect(help.stdout).toContain("on to Pulumi (pulumi up --help)");
});

test.each(["up", "refresh", "destroy"])(
  "%s in which everything failed does not say that there are no jobs",
  async (command) => {
    await using bench = await Bench.open();
    bench.declare(fleet(2));
    await bench.succeed(bench.up());
    const env = { CANFAR_TOKEN: "of-nobody" };
    const { status, stderr } = await cli(bench, [command, "--yes", "--skip-preview"], { env });
    expect(status).not.toBe(0);
    expect(stderr).not.toContain("there are no jobs");
  },
);
