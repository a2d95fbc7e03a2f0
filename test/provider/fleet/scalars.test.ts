// What is written in fleet.yaml is what a job gets, or it is refused.
import { type Plan, planFleet } from "../../../provider/fleet/plan";

const image = "images.canfar.net/skaha/terminal:1.1.2";

function plan(text: string): Plan {
  return planFleet(text, {
    file: "fleet.yaml",
    folder: "/nowhere",
    now: Date.parse("2026-11-28T12:00:00Z"),
    isConfigured: () => true,
  });
}

function inputsOf(...lines: string[]): Readonly<Record<string, unknown>> {
  const text = `jobs:\n  a:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join("")}`;
  const [one] = plan(text).declarations;
  return one && "job" in one ? one.job.inputs : {};
}

function sweepOf(...lines: string[]) {
  const text = `sweeps:\n  s:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join("")}`;
  const [one] = plan(text).declarations;
  if (!one || !("sweep" in one)) throw new Error("no sweep");
  const { args, job } = one.sweep;
  return args.over.map((row) => ({ row, inputs: job(row).inputs }));
}

const spellings =
  "25921e05 1E6 2E10 12e4 +5 0x1F 0o17 24.10 1.10 240.300 0.1234567890123456789 1e5 008 009 0123 1. .5 -0 1.0 4472832130942575873 9007199254740993 1e99999 True FALSE NULL";

test.each(spellings.split(" "))("%s, without quotes, arrives as it is", (text) => {
  const { args, env } = inputsOf(`args: [--version, ${text}]`, `env: { TILE: ${text} }`);
  expect([args, env]).toEqual([["--version", text], { TILE: text }]);
  const [job] = sweepOf(
    `grid: { tag: [${text}] }`,
    'args: ["{tag}", "v{tag}"]',
    `env: { TAG: "{tag}" }`,
  );
  expect(job?.row).toEqual({ tag: text });
  expect(job?.inputs).toMatchObject({ args: [text, `v${text}`], env: { TAG: text } });
  const [listed] = sweepOf(`list: [{ tag: ${text} }]`, `script: "echo {tag}"`);
  expect(listed?.inputs.script).toBe(`echo ${text}`);
});

test("numbers, booleans and null that are written as they arrive keep their types", () => {
  const { args } = inputsOf("args: [8, 0.5, -3, 1e-7, 1e+21, true, false]");
  expect(args).toEqual([8, 0.5, -3, 1e-7, 1e21, true, false]);
  const [job] = sweepOf("list: [{ n: null, t: ~, x: 1 }]", "cmd: echo");
  expect(job?.row).toEqual({ n: null, t: null, x: 1 });
});

test("a tag of an image keeps its last zero", () => {
  const sweep = `zip: { tag: [24.10, 24.9] }, image: "a.b/c/d:{tag}"`;
  const [one] = plan(`sweeps: { s: { ${sweep} } }`).declarations;
  if (!one || !("sweep" in one)) throw new Error("no sweep");
  const images = one.sweep.args.over.map((row) => one.sweep.job(row).inputs.image);
  expect(images).toEqual(["a.b/c/d:24.10", "a.b/c/d:24.9"]);
});

test("the names of parameters, variables and jobs are as written, too", () => {
  const [job] = sweepOf("grid: { 1.10: [1], 2e3: [2] }", 'args: ["{1.10}", "{2e3}"]');
  expect(job?.row).toEqual({ "1.10": 1, "2e3": 2 });
  expect(plan(`jobs: { 1E6: { image: ${image} } }`).declarations).toMatchObject([
    { job: { name: "1E6" } },
  ]);
});

test("where only a number or a boolean can be, YAML's is taken, however it is written", () => {
  const inputs = inputsOf(
    "cmd: python",
    "cores: 4.0",
    "ram: 0x10",
    "gpus: +1",
    "maxRunSeconds: 1e3",
    "renew: True",
    "retry: { limit: 2.0, ramFactor: 1.50 }",
  );
  expect(inputs).toMatchObject({
    ...{ cores: 4, ram: 16, gpus: 1, maxRunSeconds: 1000, renew: true },
    retry: { limit: 2, ramFactor: 1.5 },
  });
  const jobs = sweepOf("grid: { x: { range: [0, 1.0, 5e-1] } }", 'args: ["{x}"]', "canary: 1.0");
  expect(jobs.map(({ row }) => row.x)).toEqual([0, 0.5]);
});

test("a size that comes from a parameter may be written as any decimal", () => {
  const jobs = sweepOf("list: [{ ram: 4.0 }, { ram: 16 }]", 'ram: "{ram}"', 'args: ["{ram}"]');
  expect(jobs.map(({ inputs }) => inputs)).toMatchObject([
    { ram: 4, args: ["4.0"] },
    { ram: 16, args: [16] },
  ]);
});

test("under %YAML 1.1, what that reads as octal, sexagesimal, boolean or date is text as well", () => {
  const text = `%YAML 1.1\n---\njobs:\n  a: { image: ${image}, args: [010, 12:30:45, yes, 2026-11-25, 1_000, 0b11] }\n`;
  const [one] = plan(text).declarations;
  expect(one && "job" in one && one.job.inputs.args).toEqual(
    "010 12:30:45 yes 2026-11-25 1_000 0b11".split(" "),
  );
});

test("an anchor's value is as written wherever it is used", () => {
  const { args, cores } = inputsOf("env: { A: &v 4.0 }", "args: [*v]", "cores: *v");
  expect([args, cores]).toEqual([["4.0"], 4]);
});

test("nights may be written as 20261125, and are handed on as wanted", () => {
  const jobs = sweepOf(
    'nights: { from: 20261125, to: 2026-11-26, timeZone: UTC, format: "%Y%m%d" }',
    'args: ["{night}", "{night:%Y/%j}"]',
  );
  expect(jobs.map(({ inputs }) => inputs.args)).toEqual([
    ["20261125", "2026/329"],
    ["20261126", "2026/330"],
  ]);
});

test("words and variables that become null are left out, as inputs are", () => {
  const [job] = sweepOf(
    "list: [{ x: null, y: 1 }]",
    'args: [a, "{x}", b]',
    `env: { XX: "{x}", YY: "{y}" }`,
    'ram: "{x}"',
    'triggers: ["{x}"]',
  );
  expect(job?.inputs).toMatchObject({ args: ["a", "b"], env: { YY: 1 }, triggers: [null] });
  expect(job?.inputs).not.toHaveProperty("ram");
});
