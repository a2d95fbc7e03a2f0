// A program in Python, through the native provider, with the real engine: its jobs are those of TypeScript, id by id, and an
// edit launches and cancels exactly what it says.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { jobName, sessionType, sweepType } from "../../provider/job/identity";
import { checkInputs, whatRuns } from "../../provider/job/inputs";
import { checkout } from "../../toolchain/checkout";
import { Bench } from "./harness";
import { describeWithPulumi, pythonEnvironment } from "./pythonHost";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";
const methods = ["ls", "bls", "pdm", "ce"];

/** The id of a job of a sweep, as `check` makes it of what a program in TypeScript says. */
function idOf(bench: Bench, name: string, declared: Readonly<Record<string, unknown>>): string {
  const types = `${sweepType}$${sessionType}`;
  const identity = `organization/urn:pulumi:${bench.stack}::survey::${types}::${name}`;
  const { inputs, failures } = checkInputs({}, { image, cores: 1, ram: 1, ...declared, identity });
  expect(failures).toEqual([]);
  return jobName(identity, whatRuns(inputs));
}

describeWithPulumi("a Python program with a sweep of 40 and an array", () => {
  test("comes up once by plain `pulumi up` with TypeScript's ids, and an edit launches and cancels exactly its jobs", async () => {
    const program = path.join(checkout, "test/engine/programs/python");
    await using bench = await Bench.open({ program });
    const { env } = await pythonEnvironment(bench);
    const run = (words: string[], bands: number, tiles: number) =>
      bench.succeed(words, { env: { ...env, BANDS: String(bands), TILES: String(tiles) } });

    await run(bench.up(), 10, 4);
    expect(bench.counted()).toMatchObject({ POST: 41, DELETE: 0 }); // the canary is the first of the tiles
    const jobs = await bench.state();
    const ids = jobs.map(({ id }) => id);
    for (const method of methods) {
      const id = idOf(bench, `study/band=4,method=${method}`, {
        cmd: "sleep",
        args: [600 + method.length, `{${method}}`, "4295806720038285001"],
        env: { SWEEP_PARAM_BAND: "4", SWEEP_PARAM_METHOD: method },
        secretEnv: { T: "hunter2" },
      });
      expect(ids).toContain(id);
    }
    const first = idOf(bench, "tiles/tile=0", {
      ...{ cmd: "sleep 600", args: ["4295806720038285001"], env: { TILE: 0 } },
      ...{ secretEnv: { T: "hunter2" }, stopAfter: { name: "tiles", failed: 5 } },
    });
    expect(ids).toContain(first);
    expect(await readFile(await bench.stateFile(), "utf8")).not.toContain("hunter2");
    const outputs = JSON.parse(await bench.succeed(bench.on("stack", "output", "--json")));
    expect(outputs).toMatchObject({
      status: expect.stringMatching(/Pending|Running/),
      summary: { jobs: 40, cores: 40, ram: 40 },
      tiles: { jobs: 4, counts: { Held: 3 }, cores: 4 },
    });

    // A job that merges others is told of each what TypeScript tells.
    const { checkpoint } = JSON.parse(await readFile(await bench.stateFile(), "utf8"));
    const merge = checkpoint.latest.resources.find(({ urn }: { urn: string }) =>
      urn.endsWith("::merge"),
    );
    expect(merge.inputs.memberList.slice(0, 2)).toEqual([
      {
        ...{ name: "study/band=2,method=ls", params: { band: 2, method: "ls" } },
        ...{ id: expect.stringMatching(/^study-band-2-method-ls-/), attempt: 1 },
        status: expect.stringMatching(/Pending|Running/),
      },
      {
        ...{ name: "tiles/tile=0", params: { tile: 0, source: "4295806720038285001" } },
        ...{ id: first, attempt: 1, status: expect.stringMatching(/Pending|Running/) },
      },
    ]);
    expect(merge.inputs.env).toEqual({ FIRST: first });

    // Nothing else of the stack changes.
    const shown = await run(bench.on("preview", "--refresh=false"), 11, 4);
    expect(shown).toMatch(/\+ 4 to create\n\s+4[45] unchanged/);
    await run(bench.up("--refresh=false"), 11, 5);
    expect(bench.counted()).toMatchObject({ POST: 4, DELETE: 0 }); // the other tile waits for the canary
    const canary = jobs.find(({ id }) => id === first)?.outputs.sessionId;
    bench.runner.end(String(canary), 0);
    await run(bench.up(), 9, 5);
    expect(bench.counted()).toMatchObject({ POST: 4, DELETE: 8 });
  });
});
