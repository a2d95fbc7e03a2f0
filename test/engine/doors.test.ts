import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import { Bench, linkedFolder, until } from "./harness";

jest.setTimeout(600_000);

const hasEnded = (bench: Bench) => () =>
  bench.skaha.jobs().every(({ ended }) => ended !== undefined);

describe("pulumi up on examples/parameter-study", () => {
  test("finds the period of the sunspots, and launches just the bands that are added", async () => {
    await using bench = await Bench.open({
      program: checkout,
      real: true,
      capacity: { cores: 4, ramGiB: 64 },
    });
    const folder = path.join(bench.folder, "data/arc/projects/sunspots");
    await mkdir(path.join(folder, "results"), { recursive: true });
    const example = path.join(checkout, "examples/parameter-study");
    await cp(path.join(example, "data"), path.join(folder, "data"), { recursive: true });
    await cp(path.join(example, "periodogram.py"), path.join(folder, "periodogram.py"));

    await bench.succeed(bench.up());
    expect(bench.skaha.jobs()).toHaveLength(10);
    await until("the ten have ended", hasEnded(bench));
    await bench.succeed(bench.on("refresh"));
    expect(new Set(Object.values(await bench.statuses()))).toEqual(new Set(["Completed"]));

    const results = await Promise.all(
      (await readdir(path.join(folder, "results"))).map(
        async (name) =>
          (
            JSON.parse(await readFile(path.join(folder, "results", name), "utf8")) as {
              best: { period: number; power: number };
            }
          ).best,
      ),
    );
    const best = results.reduce((a, b) => (b.power > a.power ? b : a));
    expect(results).toHaveLength(10);
    expect(best.period).toBeGreaterThan(10.5);
    expect(best.period).toBeLessThan(11.5);

    const more = ["--config", 'moreBands=[{"from":22,"to":24},{"from":24,"to":26}]'];
    expect(await bench.succeed(bench.on("preview", ...more))).toContain("2 to create");
    bench.counted();
    await bench.succeed(bench.up(...more));
    expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
    await bench.succeed(bench.on("destroy"));
    expect(bench.alive()).toEqual([]);
  });
});

describe("an inline program of the Automation API", () => {
  test("launches its jobs once, whose words arrive unchanged, from a user's own folder", async () => {
    await using bench = await Bench.open({ real: true });
    const workDir = await linkedFolder(bench.folder);
    const program = path.join(checkout, "test/engine/programs/inline/index.js");
    const root = path.dirname(path.dirname(bench.command));
    const run = (env: NodeJS.ProcessEnv) =>
      promisify(execFile)(process.execPath, [program, workDir, root], {
        env: { ...bench.env, ...env },
        cwd: workDir,
      });

    const { stdout } = await run({});
    const said = JSON.parse(stdout) as {
      outputs: { ids: string[]; sessions: string[] };
      first: unknown;
      second: unknown;
    };
    expect(said.first).toEqual({ create: 3 });
    expect(said.second).toEqual({ same: 3 });
    expect(said.outputs.ids).toEqual([
      expect.stringMatching(/^a-[a-z0-9]{14}$/),
      expect.stringMatching(/^b-[a-z0-9]{14}$/),
    ]);
    expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });

    await until("both have ended", hasEnded(bench));
    const logs = await Promise.all(
      said.outputs.sessions.map(async (id) => {
        const answer = await fetch(`${bench.skaha.url}/session/${id}?view=logs`, {
          headers: { authorization: `Bearer ${bench.skaha.token}` },
        });
        return await answer.text();
      }),
    );
    expect(logs).toEqual(['a "b" $HOME \\ c=d\na\nx=y=z\n', 'a "b" $HOME \\ c=d\nb\nx=y=z\n']);

    await run({ DESTROY: "1" });
    expect(bench.alive()).toEqual([]);
  });
});
