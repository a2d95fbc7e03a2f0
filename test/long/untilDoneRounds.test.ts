// What `up --until-done` does over several rounds, besides what a commit waits for.

import { cli } from "../engine/commands/cliBench";
import { Bench, until } from "../engine/harness";

jest.setTimeout(600_000);

const repeatedly = ["up", "--until-done", "--every", "0.2s"];

describe("pulumi-skaha up --until-done, round after round", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  beforeEach(() => bench.counted());
  afterAll(() => bench[Symbol.asyncDispose]());

  const end = async (name: string, exitCode: number) => {
    const isMeant = (one: { name: string; ended?: unknown }) =>
      one.name.startsWith(`${name}-`) && one.ended === undefined;
    await until(`${name} runs`, () => bench.skaha.jobs().some(isMeant));
    bench.runner.end(bench.skaha.jobs().find(isMeant)?.id ?? "", exitCode);
  };

  test("gives an advice once, whatever rounds there are, and says of which job", async () => {
    const latest = { image: "images.canfar.net/skaha/terminal:latest" };
    bench.declare([
      { name: "before", args: latest },
      { name: "after", after: ["before"], args: latest },
    ]);
    const { stdout, stderr } = await cli(bench, [...repeatedly, "--yes", "--skip-preview"], {
      started: async () => {
        await end("before", 0);
        await end("after", 0);
      },
    });
    expect(stderr).toMatch(/^after: launched as session /m); // by another round
    expect(stderr).not.toContain("warning: ");
    expect(stdout).toMatch(/^ *(before|after): warning: image \S+:latest: /m);
  });

  test("goes on when an up fails because the server is away for a moment", async () => {
    bench.declare([{ name: "patient" }]);
    const { status, stderr } = await cli(bench, [...repeatedly, "--yes", "--skip-preview"], {
      started: async (_, printed) => {
        await until("it waits", () => printed().includes("0 of 1 done"));
        bench.skaha.faults.add({
          ...{ kind: "status", code: 400, body: "away\n", path: "type=headless" },
        });
        await until("it says so", () => printed().includes("Trying again in"));
        bench.skaha.faults.clear();
        await end("patient", 0);
      },
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('answered 400: "away"');
  });

  test("begins no other up once an up was told to stop", async () => {
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
