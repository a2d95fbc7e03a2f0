// The example of packs with all of its data: 400 light curves, of which one is spoiled.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { Bench, linkedFolder, until } from "./harness";

jest.setTimeout(600_000);

test("examples/periods finds the period of each of 400 stars in 10 sessions, and retries the one that failed alone", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "periods-"));
  try {
    const program = await linkedFolder(parent);
    await cp(path.join(checkout, "examples/periods"), program, { recursive: true });
    execFileSync("python3", [path.join(program, "make_stars.py")]);
    await using bench = await Bench.open({
      ...{ program, real: true, capacity: { cores: 64, ramGiB: 512 } },
    });
    const project = path.join(bench.folder, "data/arc/projects/periods");
    await cp(program, project, {
      recursive: true,
      filter: (file) => !file.includes("node_modules"),
    });
    const ended = () => until("the sessions ended", () => bench.alive().length === 0);
    const counts = async () => {
      const outputs = await bench.succeed(bench.on("stack", "output", "--json"));
      return JSON.parse(outputs).summary.counts;
    };

    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 10 });
    await ended();
    const broken = path.join(project, "curves/star-217.csv");
    const spoiled = await readFile(broken, "utf8");
    await bench.succeed(bench.on("refresh", "--yes"));
    await writeFile(broken, spoiled.replace(/.*<htm\n$/, ""));
    bench.counted();
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 1 });
    await ended();
    await bench.succeed(bench.up());
    expect(await counts()).toEqual({ Completed: 400 });

    const truth = (await readFile(path.join(project, "truth.csv"), "utf8")).trim().split("\n");
    const off = truth.slice(1).filter((line) => {
      const [star = "", period] = line.split(",");
      return Math.abs(found(project, star) / Number(period) - 1) > 0.02;
    });
    expect(off).toEqual([]);
  } finally {
    await rm(parent, { recursive: true, maxRetries: 5 });
  }
});

function found(project: string, star: string): number {
  const file = path.join(project, `found/${star}.csv`);
  if (!existsSync(file)) return Number.NaN;
  return Number(readFileSync(file, "utf8").split("\n")[1]?.split(",")[0]);
}
