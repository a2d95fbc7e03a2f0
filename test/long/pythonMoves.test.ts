// Stacks that go from a program in TypeScript to one in Python and back, and packs that a Python program declares, with the real
// engine.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { doorVariable } from "../../provider/engine/door";
import { Bench, type BenchOptions, linkedFolder, until } from "../engine/harness";
import { describeWithPulumi, pythonEnvironment } from "../engine/pythonHost";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";

const inTypeScript = `
const { grid, range, HeadlessSession, Sweep } = require("pulumi-skaha");
const study = new Sweep("study", {
  over: grid({ method: ["ls", "bls"], band: range(2, 6, 2) }),
  image: "${image}", cores: 1, ram: 1, env: { A: "1" }, cmd: "sleep",
  job: ({ method, band }) => ({ args: [600, method, band] }),
});
new Sweep("tiles", {
  over: grid({ tile: [0, 1, 2] }), array: true,
  image: "${image}", cmd: "sleep 600", job: ({ tile }) => ({ args: [tile] }),
});
new HeadlessSession("merge", { image: "${image}", cmd: "echo", after: study.jobs });
`;

const inPython = `
import pulumi_skaha as skaha
from pulumi_skaha.resources import HeadlessSession, Sweep
study = Sweep("study", skaha.grid(method=["ls", "bls"], band=skaha.range(2, 6, 2)),
              image="${image}", cores=1, ram=1, env={"A": "1"}, cmd="sleep",
              job=lambda row: {"args": [600, row["method"], row["band"]]})
Sweep("tiles", skaha.grid(tile=[0, 1, 2]), array=True,
      image="${image}", cmd="sleep 600", job=lambda row: {"args": [row["tile"]]})
HeadlessSession("merge", image="${image}", cmd="echo", after=[study])
`;

const packed = `
import os
import pulumi_skaha as skaha
from pulumi_skaha.resources import Sweep
Sweep("study", skaha.grid(n=list(range(int(os.environ["JOBS"])))), array=True, pack={"jobs": 3, "parallel": 2},
      image="${image}", record="/arc/projects/survey/.jobs", cores=1, ram=1,
      cmd="sh -c 'test $1 != 4' job", job=lambda row: {"args": [row["n"]]})
`;

/** A folder with a program in either language, and its stack. */
async function opened(options: BenchOptions) {
  const parent = await mkdtemp(path.join(tmpdir(), "python-moves-"));
  const folder = await linkedFolder(parent);
  await write("python", { "__main__.py": "" });
  const bench = await Bench.open({ program: folder, ...options });
  const { env } = await pythonEnvironment(bench);

  async function write(language: "nodejs" | "python", files: Readonly<Record<string, string>>) {
    const plugin = path.join("node_modules", "pulumi-skaha", "plugin");
    const settings = {
      name: "survey",
      runtime:
        language === "nodejs" ? { name: language, options: { typescript: false } } : language,
      plugins: { providers: [{ name: "skaha", path: plugin }] },
      options: { refresh: "always" },
    };
    const all = { "Pulumi.yaml": JSON.stringify(settings), "package.json": "{}", ...files };
    for (const [name, text] of Object.entries(all)) await writeFile(path.join(folder, name), text);
  }

  return {
    bench,
    env,
    write,
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]();
      await rm(parent, { recursive: true, maxRetries: 5 });
    },
  };
}

describeWithPulumi("a stack", () => {
  test.each([
    ["the dynamic", "dynamic"],
    ["the native", "native"],
  ])(
    "goes from TypeScript, through %s door, to Python and back, and launches nothing",
    async (_, door) => {
      await using w = await opened({});
      const inNode = { [doorVariable]: door };
      await w.write("nodejs", { "index.js": inTypeScript });
      await w.bench.succeed(w.bench.up(), { env: inNode });
      expect(w.bench.counted()).toMatchObject({ POST: 7, DELETE: 0 });
      const ids = async () => (await w.bench.state()).map(({ id }) => id).sort();
      const before = await ids();

      await w.write("python", { "__main__.py": inPython });
      await w.bench.succeed(w.bench.up(), { env: w.env });
      expect(w.bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      expect(await ids()).toEqual(before);

      await w.write("nodejs", { "index.js": inTypeScript });
      await w.bench.succeed(w.bench.up(), { env: { [doorVariable]: "native" } });
      expect(w.bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      expect(await ids()).toEqual(before);
    },
  );

  test("of a Python program has jobs that share sessions, and each ends as it does", async () => {
    await using w = await opened({ real: true, capacity: { cores: 8, ramGiB: 64 } });
    await w.write("python", { "__main__.py": packed });
    const run = (words: string[], jobs: number) =>
      w.bench.succeed(words, { env: { ...w.env, JOBS: String(jobs) } });
    const ended = () => w.bench.skaha.jobs().every((job) => job.ended !== undefined);

    await run(w.bench.up(), 6);
    expect(w.bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
    await until("all have ended", ended);
    await run(w.bench.up(), 7);
    expect(w.bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
    await until("the new one has ended", ended);
    await run(w.bench.up(), 7);
    expect(w.bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
    const statuses = (await w.bench.state()).map(({ urn, outputs }) => [
      urn.split("=").at(-1),
      outputs.status,
    ]);
    expect(Object.fromEntries(statuses)).toEqual({
      ...{ 0: "Completed", 1: "Completed", 2: "Completed", 3: "Completed" },
      ...{ 4: "Failed", 5: "Completed", 6: "Completed" },
    });
  });
});
