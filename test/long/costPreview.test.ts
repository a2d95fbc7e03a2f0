// What runs cost, from the real engine and command: what a preview foresees against what the next run of the same sweep then
// costs by its records, the limit on it, and the sizes that records suggest.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { manifestSchema } from "../../cli/commands/manifest/action";
import { outputs } from "../../cli/outputs";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder } from "../engine/harness";

jest.setTimeout(600_000);

const many = 100;
const record = "/arc/projects/survey/.jobs";
const begin = Date.parse("2026-11-22T10:00:00Z");

const fleet = (version: string, more = 0) => `# The survey's fits.
sweeps:
  fit:
    image: images.canfar.net/skaha/terminal:1.1.2   # of May
    cmd: fit
    args: [${version}, "{n}"]
    grid: { n: [${Array.from({ length: many + more }, (_, n) => n).join(", ")}] }
    cores: 2
    ram:   16 # GiB, a guess
    record: ${record}
    array: true
`;

let parent: string;
let folder: string;
let bench: Bench;
beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "cost-"));
  folder = await linkedFolder(parent);
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  await write(
    "Pulumi.yaml",
    "name: survey\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\noptions: { refresh: always }\n",
  );
  await write("index.js", 'module.exports = require("pulumi-skaha/fleet");\n');
  await write("package.json", "{}");
  await write("fleet.yaml", fleet("v1"));
  bench = await Bench.open({ program: folder, lasting: true });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, maxRetries: 5 });
});

/** Numbers between 0 and 1, the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Ends all that live, each with the record of some minutes or hours. @returns the hours of all */
async function endAll(random: () => number): Promise<number> {
  let all = 0;
  const alive = new Set(bench.alive());
  for (const { id, name } of bench.skaha
    .jobs()
    .filter((one) => alive.has(one.id) || alive.has(one.name))) {
    const seconds = Math.round(600 + random() * 4 * 3_600);
    all += seconds / 3_600;
    const attempt = path.join(bench.folder, "data", record, name, "1");
    await mkdir(attempt, { recursive: true });
    const start = new Date(begin).toISOString();
    const end = {
      ...{ exitCode: 0, start, end: new Date(begin + seconds * 1_000).toISOString() },
      ...{ missingOutputs: [], peakMemoryBytes: 3 * 2 ** 30, meanCores: 0.7, samples: 99 },
    };
    await writeFile(path.join(attempt, "start.json"), JSON.stringify({ start }));
    await writeFile(path.join(attempt, "end.json"), JSON.stringify(end));
    bench.runner.end(id, 0);
  }
  return all;
}

const up = () => cli(bench, ["up", "--yes", "--skip-preview"]);

/** The commands of docs/cost.md, as they stand there. */
async function documented(pattern: RegExp): Promise<string[]> {
  const text = await readFile(path.join(checkout, "docs/cost.md"), "utf8");
  const lines = [...text.matchAll(/^(?:\$ )?npx pulumi-skaha (.*)$/gm)].map(
    ([, line = ""]) => line,
  );
  const line = lines.find((one) => pattern.test(one));
  if (line === undefined) throw new Error(`docs/cost.md has no command like ${pattern}`);
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
}

test("the preview of a sweep that ran before is within 20 % of what its next run costs", async () => {
  const first = await cli(bench, ["preview"]);
  expect(first.stderr).toMatch(
    /^Cost: 200 core-hours and 1,600 GiB-hours in each hour that they run; nothing like them has been measured$/m,
  );
  const priced = await cli(bench, await documented(/skaha:price/));
  expect(priced).toMatchObject({ status: 0 });
  await up();
  const hours = await endAll(randomFrom(11));
  await up();
  await writeFile(path.join(folder, "fleet.yaml"), fleet("v2"));

  const told = await cli(bench, await documented(/^preview/));
  expect(told.stderr).toMatch(
    /^Cost: about [\d,]+ core-hours \([\d,]+ to [\d,]+\) and [\d,]+ GiB-hours \(.*\), price [\d,]+ \(.*\); as 100 jobs like them took$/m,
  );
  const { stdout } = await cli(bench, ["preview", "--json"]);
  const shown = JSON.parse(stdout);
  expect(outputs.preview?.safeParse(shown).error).toBeUndefined();
  const { expected, least, most } = shown.cost.launched;
  expect(expected.coreHours).toBeCloseTo(2 * hours, 6);
  expect(expected.price).toBeCloseTo(2 * hours + 16 * hours + many, 5);

  await up();
  await endAll(randomFrom(2_026));
  await up();
  const { jobs } = manifestSchema.parse(
    JSON.parse((await cli(bench, ["manifest", "--json"])).stdout),
  );
  expect(jobs).toHaveLength(many);
  const sum = (of: "coreHours" | "price") =>
    jobs.reduce((total, { cost }) => total + (cost?.[of] ?? Number.NaN), 0);
  for (const of of ["coreHours", "price"] as const) {
    expect(Math.abs(expected[of] / sum(of) - 1)).toBeLessThan(0.2);
    expect(sum(of)).toBeGreaterThan(least[of]);
    expect(sum(of)).toBeLessThan(most[of]);
  }
  expect(jobs.some(({ cost }) => cost?.isMost)).toBe(false);
});

test("a wrong setting is refused once, and one that nobody reads is warned of once", async () => {
  const file = path.join(folder, `Pulumi.${bench.stack}.yaml`);
  const before = await readFile(file, "utf8");
  const configured = (lines: string) => writeFile(file, before.replace("config:\n", `$&${lines}`));
  await configured('  skaha:maxCost: "5,5"\n');
  const wrong = await cli(bench, ["preview"]);
  expect(wrong).toMatchObject({ status: 1, stdout: "" });
  expect(wrong.stderr).toMatch(/^pulumi-skaha: skaha:maxCost "5,5" .*\. Nothing was done\.\n$/);
  await configured("  skaha:maxCots: 5\n");
  const warned = await cli(bench, ["preview"]);
  expect(warned.status).toBe(0);
  expect(warned.stderr.match(/maxCots.*/g)).toEqual([
    "maxCots in the stack's configuration is no setting of pulumi-skaha: did you mean skaha:maxCost?",
  ]);
  await writeFile(file, before);
});

test("a limit on costs holds what would go beyond, and says so", async () => {
  expect(await cli(bench, await documented(/skaha:maxCost/))).toMatchObject({ status: 0 });
  const { jobs } = manifestSchema.parse(
    JSON.parse((await cli(bench, ["manifest", "--json"])).stdout),
  );
  const spent = jobs.reduce((total, { cost }) => total + (cost?.price ?? Number.NaN), 0);
  const mean = spent / many;
  // Three and a half more.
  const limit = String(Math.round(spent + 3.5 * mean));
  await cli(bench, ["pulumi", "config", "set", "skaha:maxCost", limit]);
  await writeFile(path.join(folder, "fleet.yaml"), fleet("v2", 10));
  bench.counted();
  const { stderr } = await cli(bench, ["up", "--yes"]);
  expect(stderr).toMatch(/^To do: launch 3 .*keep 100, hold 7$/m);
  expect(stderr).toMatch(/^Done: launched 3 .*held 7$/m);
  expect(bench.counted()).toMatchObject({ POST: 3 });
  const why = await cli(bench, ["why", "fit/n=109"]);
  expect(why.stdout + why.stderr).toContain(`skaha:maxCost is ${limit}`);
  const only = await cli(bench, ["up", "--yes", "--skip-preview", "--only", "fit/n=109"]);
  expect(only.stderr).toMatch(/held 1|hold 1|kept/);
  expect(bench.counted()).toMatchObject({ POST: 0 });
  // A limit counts from the next up on.
  await cli(bench, ["pulumi", "config", "set", "skaha:maxCost", String(Number(limit) * 100)]);
  const raised = await cli(bench, ["up", "--yes"]);
  expect(raised.stderr).toMatch(/^To do: launch 7 .*keep 103$/m);
  expect(bench.counted()).toMatchObject({ POST: 7 });
});

test("size --apply writes what the records suggest into fleet.yaml, and nothing else", async () => {
  const file = path.join(folder, "fleet.yaml");
  const before = await readFile(file, "utf8");
  const applied = await cli(bench, await documented(/^size --apply/));
  expect(applied).toMatchObject({ status: 0 });
  expect(applied.stderr).toMatch(/^fleet\.yaml:8: sweeps\.fit\.cores: 2 -> 1$/m);
  expect(applied.stderr).toMatch(/^fleet\.yaml:9: sweeps\.fit\.ram: 16 -> 4$/m);
  expect(await readFile(file, "utf8")).toBe(
    before.replace("cores: 2\n", "cores: 1\n").replace("ram:   16 #", "ram:   4 #"),
  );
  expect((await cli(bench, ["preview"])).status).toBe(0);
  await rm(file);
  const program = await cli(bench, ["size", "--apply"]);
  expect(program.status).toBe(1);
  expect(program.stderr).toMatch(
    /there is no fleet\.yaml: write in the program\n {2}fit: cores: 1, ram: 4/,
  );
});
