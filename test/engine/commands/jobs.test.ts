import { eventsSchema } from "../../../cli/commands/events/action";
import { statsSchema } from "../../../cli/commands/stats/action";
import { Bench } from "../harness";
import { cli } from "./cliBench";

describe("the commands about single jobs", () => {
  let bench: Bench;
  const sessionOf = (name: string) =>
    bench.skaha.jobs().find((job) => job.name.startsWith(name))?.id ?? "";

  beforeAll(async () => {
    bench = await Bench.open({
      capacity: { cores: 10, ramGiB: 40 },
      ...{ activeDeadlineSeconds: 3_600, renewSeconds: 7_200 },
    });
    bench.declare([
      { name: "runs", args: { cores: 2, ram: 8 } },
      { name: "fails", args: { logs: `${bench.folder}/logs` } },
      { name: "vast", args: { cores: 16, ram: 4 } },
      { name: "later", after: ["runs"] },
    ]);
    await bench.succeed(bench.up());
    bench.runner.event(sessionOf("fails"), {
      ...{ type: "Warning", reason: "BackOff", message: "odd \u001b[31mwords" },
    });
    bench.runner.write(sessionOf("fails"), "no\n");
    bench.runner.end(sessionOf("fails"), 1);
    await bench.succeed(bench.on("refresh"));
    bench.skaha.vanish(sessionOf("fails"));
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("events prints what the server tells", async () => {
    const { status, stdout, stderr } = await cli(bench, ["events", "vast"]);
    expect(stdout).toMatch(/^TYPE +REASON +MESSAGE/);
    expect(stdout).toMatch(/FailedScheduling .*Insufficient cpu/);
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("events tells of several, of what state kept, and why there are none", async () => {
    const words = ["events", "runs", "fails", "later", "--json"];
    const { status, stdout, stderr } = await cli(bench, words);
    const events = eventsSchema.parse(JSON.parse(stdout));
    const of = (wanted: string) => events.find(({ name }) => name === wanted);
    expect(of("runs")).toMatchObject({ from: "server", events: [{ reason: "Scheduled" }] });
    expect(of("fails")).toMatchObject({
      from: "state",
      events: [{ reason: "Scheduled" }, { type: "Warning", reason: "BackOff" }],
    });
    expect(stderr).toMatch(/^later is Held and has no session: waits for its predecessors$/m);
    expect(status).toBe(1);
    const shown = await cli(bench, ["events", "fails"]);
    expect(shown.stdout).toContain("odd words"); // its colours are gone before it is kept
  });

  test("stats shows the server's load and the user's own", async () => {
    const { stdout } = await cli(bench, ["stats", "--json"]);
    expect(statsSchema.parse(JSON.parse(stdout))).toEqual({
      ...{ server: bench.skaha.url, user: "alice" },
      load: { cores: { asked: 2, available: 10 }, ram: { asked: 8, available: 40 } },
      sessions: [
        { status: "Pending", sessions: 1, ofThisStack: 1, cores: 16, ram: 4, gpus: 0, flexible: 0 },
        { status: "Running", sessions: 1, ofThisStack: 1, cores: 2, ram: 8, gpus: 0, flexible: 0 },
      ],
    });
    const shown = await cli(bench, ["stats"]);
    expect(shown.stdout).toMatch(/^cores +2 +10 +20 %$/m);
    expect(shown.stdout).toMatch(/^Running +1 +1 +2 +8 +0 +0$/m);
  });

  test("renew puts the end off, and shows the new one", async () => {
    const { status, stdout, stderr } = await cli(bench, ["renew", "runs", "vast", "later"]);
    expect(stdout).toMatch(/^runs +\w{8} +\d{4}-\S+Z \(in (2 h 00|1 h 59) min\) +was \d{4}-/m);
    expect(stderr).toBe("Not renewed, because they are not Running: 2 jobs.\n");
    expect(status).toBe(0);
  });

  test("renew refuses what does not run", async () => {
    const { status, stderr } = await cli(bench, ["renew", "later"]);
    expect(stderr).toBe("pulumi-skaha: later is Held: only a Running session can be renewed\n");
    expect(status).toBe(1);
  });
});
