import { statusSchema } from "../../../cli/commands/status/action";
import { Bench, fleet, until } from "../harness";
import { cli, cliInTerminal } from "./cliBench";

describe("pulumi-skaha status", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
    bench.declare([
      ...fleet(4),
      { name: "later", after: ["job-3"], args: { cmd: "echo later" } },
      { name: "odd \u001b[31mname", args: {} },
    ]);
    await bench.succeed(bench.up());
    const idOf = (name: string) =>
      bench.skaha.jobs().find((job) => job.name.startsWith(name))?.id ?? "";
    bench.runner.end(idOf("job-0"), 0);
    bench.runner.end(idOf("job-1"), 3);
    bench.skaha.vanish(idOf("job-2"));
    bench.skaha.clearJournal();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("shows what the server says now, with one list, and a second for what that leaves out", async () => {
    const { status, stdout } = await cli(bench, ["status", "--json"]);
    expect(status).toBe(0);
    const shown = statusSchema.parse(JSON.parse(stdout));
    expect(Object.fromEntries(shown.jobs.map(({ name, status }) => [name, status]))).toEqual({
      "job-0": "Completed",
      "job-1": "Failed",
      "job-2": "Pending",
      "job-3": "Running",
      later: "Held",
      "odd \u001b[31mname": "Running",
    });
    expect(shown.counts).toEqual({ Held: 1, Pending: 1, Running: 2, Completed: 1, Failed: 1 });
    expect(shown.jobs.filter(({ isKnown }) => !isKnown).map(({ name }) => name)).toEqual(["job-2"]);
    // The server does not say when a session ended, and this is not when it was looked at.
    const completed = shown.jobs.find(({ status }) => status === "Completed");
    expect(completed).not.toHaveProperty("endTime");
    expect(completed).not.toHaveProperty("seconds");
    expect(completed?.maxSeconds).toBeGreaterThanOrEqual(0);
    // One list; and a second one for job-2, whose session the first does not show.
    expect(bench.counted()).toEqual({ GET: 2, POST: 0, DELETE: 0 });
  });

  test("prints a table to stdout and advice to stderr, without colours in a pipe", async () => {
    const { stdout, stderr } = await cli(bench, ["status", "--stack", bench.stack]);
    expect(stdout).toMatch(/^JOB +STATUS +ATTEMPT +TIME +SESSION +NOTE\n/);
    expect(stdout).toMatch(/^job-1 +Failed +1 /m);
    expect(stdout).toMatch(/^later +Held .*waits for its predecessors$/m);
    expect(stdout).toContain("odd \\x1b[31mname");
    expect(stdout).toContain("1 Held, 1 Pending, 2 Running, 1 Completed, 1 Failed");
    expect(stderr).toContain(`pulumi-skaha why --stack ${bench.stack} job-1\n`);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  test("shows only what went wrong with --failed", async () => {
    const { stdout } = await cli(bench, ["status", "--failed"]);
    expect(stdout).toMatch(/^job-1 /m);
    expect(stdout).not.toMatch(/^job-0 /m);
  });

  test("looks again in a terminal with --watch, until it is interrupted", async () => {
    const { stdout } = await cliInTerminal(bench, ["status", "--watch", "--every", "0.2"], {
      started: async (process, printed) => {
        await until("two tables are shown", () => printed().split("STATUS").length > 2);
        process.stdin?.write("\u0003");
      },
    });
    expect(stdout).toContain("\u001b[31m"); // colours
  });

  test("says in a sentence what keeps it from looking", async () => {
    const nowhere = await cli(bench, ["status"], { cwd: bench.folder });
    expect(nowhere).toMatchObject({
      status: 1,
      stderr: `pulumi-skaha: there is no Pulumi.yaml in ${bench.folder} or above it: go to your project's folder, or make one with pulumi-skaha init\n`,
    });
    const unknown = await cli(bench, ["status", "--stack", "none-such"]);
    expect(unknown).toMatchObject({ status: 1, stdout: "" });
    expect(unknown.stderr).toMatch(/there is no stack named none-such: .*: pulumi stack ls$/m);
    const refused = await cli(bench, ["status"], { env: { CANFAR_TOKEN: "wrong" } });
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toMatch(/401/);
    expect(refused.stderr).not.toMatch(/\n +at /);
    const debugged = await cli(bench, ["status", "--debug"], { env: { CANFAR_TOKEN: "wrong" } });
    expect(debugged.stderr).toMatch(/\n +at /);
  });
});
