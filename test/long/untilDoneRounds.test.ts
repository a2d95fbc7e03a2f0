// What `up --until-done` does over several rounds, besides what a commit waits for.

import { cli } from "../engine/commands/cliBench";
import { end, repeatedly, untilDoneBench } from "../engine/commands/untilDoneBench";
import { until } from "../engine/harness";

jest.setTimeout(600_000);

describe("pulumi-skaha up --until-done, round after round", () => {
  const opened = untilDoneBench();

  test("gives an advice once, whatever rounds there are, and says of which job", async () => {
    const bench = opened();
    const latest = { image: "images.canfar.net/skaha/terminal:latest" };
    bench.declare([
      { name: "before", args: latest },
      { name: "after", after: ["before"], args: latest },
    ]);
    const { stdout, stderr } = await cli(bench, [...repeatedly, "--yes", "--skip-preview"], {
      started: async () => {
        await end(bench, "before", 0);
        await end(bench, "after", 0);
      },
    });
    expect(stderr).toMatch(/^after: launched as session /m); // by another round
    expect(stderr).not.toContain("warning: ");
    expect(stdout).toMatch(/^ *(before|after): warning: image \S+:latest: /m);
  });

  test("goes on when an up fails because the server is away for a moment", async () => {
    const bench = opened();
    bench.declare([{ name: "patient" }]);
    const { status, stderr } = await cli(bench, [...repeatedly, "--yes", "--skip-preview"], {
      started: async (_, printed) => {
        await until("it waits", () => printed().includes("0 of 1 done"));
        bench.skaha.faults.add({
          ...{ kind: "status", code: 400, body: "away\n", path: "type=headless" },
        });
        await until("it says so", () => printed().includes("Trying again in"));
        bench.skaha.faults.clear();
        await end(bench, "patient", 0);
      },
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('answered 400: "away"');
  });

  test("begins no other up once an up was told to stop", async () => {
    const bench = opened();
    bench.declare([{ name: "stopped" }, { name: "stopped-too", args: { args: [2] } }]);
    bench.skaha.faults.add({ kind: "slow", ms: 2_000, method: "POST" });
    const { status, stderr } = await cli(bench, [...repeatedly, "--yes", "--skip-preview"], {
      started: async (process) => {
        await until("it launches", () => bench.requests("POST").length > 0);
        process.kill("SIGTERM");
      },
    });
    bench.skaha.faults.clear();
    expect({ status, stderr }).toMatchObject({ status: 143 });
    expect(stderr).toContain("interrupted; the jobs run on");
    expect(stderr).not.toContain("Trying again");
  });
});
