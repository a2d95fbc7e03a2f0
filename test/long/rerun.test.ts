import { cli, cliInTerminal } from "../engine/commands/cliBench";
import { Bench, until } from "../engine/harness";

jest.setTimeout(600_000);

describe("pulumi-skaha rerun", () => {
  let bench: Bench;
  const sessionsOf = (name: string) =>
    bench.skaha.jobs().filter((job) => job.name.startsWith(`${name}-`));
  const sessionOf = (name: string) => sessionsOf(name).at(-1)?.id ?? "";

  beforeAll(async () => {
    bench = await Bench.open();
    const jobs = [
      { name: "first" },
      { name: "second", after: ["first"] },
      { name: "bad-1" },
      { name: "bad-2" },
      { name: "runs" },
      { name: "held", after: ["runs"] },
      { name: "st*r" },
    ];
    bench.declare(jobs);
    await bench.succeed(bench.up());
    bench.runner.end(sessionOf("first"), 0);
    for (const name of ["bad-1", "bad-2", "st-r"]) bench.runner.end(sessionOf(name), 1);
    await bench.succeed(bench.up());
    bench.runner.end(sessionOf("second"), 0);
    await bench.succeed(bench.on("refresh"));
    // A new job that no rerun may launch.
    bench.declare([...jobs, { name: "new" }]);
    bench.counted();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("runs again what failed, and touches neither successors nor what else changed", async () => {
    const { status, stderr } = await cli(bench, ["rerun", "first", "bad-*", "--yes"]);
    expect(stderr).toMatch(/^To run again: (\S+, ){2}\S+$/m);
    expect(stderr).toMatch(/^To do: launch 3, remove 3 finished \(session and log\)/m);
    expect(stderr).toMatch(/^Done: launched 3, removed 3 finished \(session and log\)/m);
    expect(status).toBe(0);
    expect(bench.counted().POST).toBe(3);
    expect(await bench.statuses()).toEqual({
      ...{ first: "Pending", "bad-1": "Pending", "bad-2": "Pending", "st*r": "Failed" },
      ...{ second: "Completed", runs: "Running", held: "Held" },
    });
    expect(sessionsOf("second")).toHaveLength(1);
  });

  test("takes those that failed by now, and says so where there are none", async () => {
    bench.runner.end(sessionOf("first"), 0);
    bench.runner.end(sessionOf("bad-1"), 1);
    bench.runner.end(sessionOf("bad-2"), 1);
    const starred = await cli(bench, ["rerun", "--failed", "--yes"]);
    expect(starred.stderr).toMatch(/^pulumi-skaha: st\*r cannot be run again alone: Pulumi takes/m);
    const none = await cli(bench, ["rerun", "--lost", "--yes"]);
    expect(none).toMatchObject({
      status: 0,
      stderr: "No job is Lost: there is nothing to run again.\n",
    });
    expect(bench.counted().POST).toBe(0);
  });

  test.each([
    [["rerun"], /name the jobs, or give --where, --failed or --lost/],
    [
      ["rerun", "run*", "--yes"],
      /not run again: runs, because it has not ended; name it by its own/,
    ],
    [
      ["rerun", "held", "--yes"],
      /not run again: held, because it is Held and not launched yet; the next up launches what may run/,
    ],
    [["rerun", "bad-1"], /there is no terminal to ask on: give --yes/],
  ])("refuses %j in a sentence", async (words, reason) => {
    const { status, stderr } = await cli(bench, words);
    expect(stderr).toMatch(reason);
    expect(status).toBe(1);
  });

  test("asks before it cancels one that runs and is named", async () => {
    const old = sessionOf("runs");
    const { status, stdout } = await cliInTerminal(bench, ["rerun", "runs"], {
      started: async (process, printed) => {
        await until("it asks", () => printed().includes("Perform this update? [y/N]"));
        process.stdin?.write("y\r");
      },
    });
    expect(stdout).toMatch(/launch 1, cancel 1 running/);
    expect(status).toBe(0);
    expect(sessionOf("runs")).not.toBe(old);
    expect(sessionsOf("runs").filter(({ forgotten }) => !forgotten)).toHaveLength(1);
  });

  test("runs successors again too with --dependents", async () => {
    const { status } = await cli(bench, ["rerun", "first", "--dependents", "--yes"]);
    expect(status).toBe(0);
    expect(await bench.statuses()).toMatchObject({ first: "Pending", second: "Held" });
    expect(await bench.statuses()).not.toHaveProperty("new");
  });
});
