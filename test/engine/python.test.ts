// A sweep that a Python program writes, with the real engine: an edit launches and cancels exactly its jobs.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describePython, inPython } from "../python/python";
import { Bench, linkedFolder } from "./harness";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";

/** The fleet.yaml of a grid of 4 methods and so many bands; the function's own inputs differ in each row. */
function fleetOf(bands: number): string {
  const program = `
fleet = skaha.Fleet(image="${image}", cores=1)
fleet.sweep("study", skaha.grid(method=["ls", "bls", "pdm", "ce"], band=skaha.range(2, 2 + 2 * given, 2)),
            cmd="sleep", ram=1, job=lambda row: {"args": [600 + len(row["method"]), "{" + row["method"] + "}"]})
answer = fleet.text()`;
  return inPython(program, bands) as string;
}

describePython("a sweep of 40 from Python", () => {
  test("comes up once; another value launches exactly its jobs, and one that is gone cancels its own", async () => {
    const parent = await mkdtemp(path.join(tmpdir(), "python-"));
    try {
      const project = await linkedFolder(parent);
      const options = "{ name: nodejs, options: { typescript: false } }";
      const files = {
        "Pulumi.yaml": `name: survey\nruntime: ${options}\nmain: index.js\noptions: { refresh: always }\n`,
        "index.js": 'module.exports = require("pulumi-skaha/fleet");\n',
        "package.json": "{}",
        "fleet.yaml": fleetOf(10),
      };
      const write = (name: string, text: string) => writeFile(path.join(project, name), text);
      for (const [name, text] of Object.entries(files)) await write(name, text);
      await using bench = await Bench.open({ program: project });
      await bench.succeed(bench.up());
      expect(bench.counted()).toMatchObject({ POST: 40, DELETE: 0 });
      expect(Object.keys(await bench.statuses())).toContain("study/band=2,method=ls");

      await write("fleet.yaml", fleetOf(11));
      await bench.succeed(bench.up());
      expect(bench.counted()).toMatchObject({ POST: 4, DELETE: 0 });
      const bands = Object.keys(await bench.statuses()).filter((name) => name.includes("band=22,"));
      expect(bands.sort()).toEqual(
        ["bls", "ce", "ls", "pdm"].map((method) => `study/band=22,method=${method}`),
      );

      await write("fleet.yaml", fleetOf(9));
      await bench.succeed(bench.up());
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 8 });
      expect(Object.keys(await bench.statuses())).toHaveLength(36);
    } finally {
      await rm(parent, { recursive: true, maxRetries: 5 });
    }
  });
});
