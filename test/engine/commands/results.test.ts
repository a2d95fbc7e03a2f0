import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { manifestSchema } from "../../../cli/commands/manifest/action";
import { sizeSchema } from "../../../cli/commands/size/action";
import type { ReportData } from "../../../cli/report/reportData";
import { checkout } from "../../../toolchain/checkout";
import { Bench } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(600_000);

const methods = ['l"s, fast', "007", "bls\n"];
const sweep = {
  parameters: { method: methods, band: [2, 4.5] },
  uses: ["method", "band"],
  ...{ cores: 2, ram: 4, record: "/arc/projects/survey/.jobs" },
  retry: { limit: 1, ramFactor: 2 },
};

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open({
    program: path.join(checkout, "test/engine/programs/sweep"),
    lasting: true,
  });
  const env = { SWEEP: JSON.stringify(sweep) };
  await bench.succeed(bench.up(), { env });
  const jobs = bench.skaha.jobs();
  for (const [n, { id, name }] of jobs.entries()) {
    if (n === 0) await recorded(name, 1, { exitCode: 137, cause: "OutOfMemory", gib: 3.9 });
    else await recorded(name, 1, { exitCode: 0, gib: 1 + n / 10 });
    bench.runner.end(id, n === 0 ? 137 : 0);
  }
  await bench.succeed(bench.up(), { env });
  const again = bench.skaha.jobs().at(-1);
  await recorded(String(jobs[0]?.name), 2, { exitCode: 0, gib: 5 });
  bench.runner.end(String(again?.id), 0); // no up sees this
  bench.skaha.clearJournal();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** What the wrapper leaves of a session that ran for two hours. */
async function recorded(
  id: string,
  attempt: number,
  { exitCode, cause, gib }: { exitCode: number; cause?: string; gib: number },
): Promise<void> {
  const folder = path.join(bench.folder, "data/arc/projects/survey/.jobs", id, String(attempt));
  await mkdir(folder, { recursive: true });
  const start = "2026-11-22T10:00:00Z";
  const end = {
    ...{ exitCode, cause, start, end: "2026-11-22T12:00:00Z", missingOutputs: [] },
    ...{ peakMemoryBytes: gib * 2 ** 30, meanCores: 0.75, samples: 240 },
  };
  await writeFile(path.join(folder, "start.json"), JSON.stringify({ start }));
  await writeFile(path.join(folder, "end.json"), JSON.stringify(end));
}

describe("pulumi-skaha manifest", () => {
  test("prints parameters and outcomes as CSV, in which a number is a number and text is text", async () => {
    const { status, stdout, stderr } = await cli(bench, ["manifest"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const rows: Record<string, string>[] = parse(stdout, { columns: true });
    expect(Object.keys(rows[0] ?? {}).slice(0, 7)).toEqual([
      ...["job", "sweep", "key", "band", "method", "id", "session"],
    ]);
    expect(rows.map(({ band, method }) => [Number(band), method])).toEqual(
      expect.arrayContaining(methods.flatMap((method) => [[2, method], [4.5, method]])), // biome-ignore format: a grid
    );
    expect(stdout).toContain(',"007",');
    expect(stdout).toContain(",4.5,");
    const retried = rows.find(({ attempt }) => attempt === "2");
    // Its first attempt had 4 GiB for two hours; its second one has 8, and its end was not seen by an up.
    expect(Number(retried?.gib_hours)).toBeGreaterThanOrEqual(8);
    expect(retried).toMatchObject({ cost_is_most: "True", price: "" });
    expect(retried).toMatchObject({ status: "Completed", ram_gib: "8", exit_code: "" });
    expect(rows.find(({ attempt }) => attempt === "1")).toMatchObject({
      status: "Completed",
      exit_code: "0",
      started: "2026-11-22T10:00:00Z",
      ended: "2026-11-22T12:00:00Z",
      seconds: "7200",
      cores: "2",
      core_hours: "4",
      gib_hours: "8",
      cost_is_most: "False",
      mean_cores: "0.75",
      image: "images.canfar.net/skaha/terminal:1.1.2",
      git_commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      launched: expect.stringMatching(/^20.*Z$/),
      created: expect.stringMatching(/^20.*Z$/),
      log: expect.stringMatching(/^\/arc\/projects\/survey\/\.jobs\/.*\/log$/),
    });
  });

  test("prints JSON of the published form, of the jobs that are named", async () => {
    const { stdout } = await cli(bench, ["manifest", "--json", "study/band=2,*"]);
    const { jobs, problems } = manifestSchema.parse(JSON.parse(stdout));
    expect(problems).toEqual([]);
    expect(jobs.map(({ params }) => params)).toEqual(
      ["007", "bls\n", 'l"s, fast'].map((method) => ({ band: 2, method })),
    );
    expect(jobs[0]).toMatchObject({
      sweep: "study",
      key: expect.stringMatching(/^band=2,method=/),
    });
    const unknown = await cli(bench, ["manifest", "stduy"]);
    expect(unknown).toMatchObject({ status: 1, stdout: "" });
    expect(unknown.stderr).toContain("is it study?");
  });

  test("needs no server with --offline, and says so where it cannot ask", async () => {
    const env = { CANFAR_TOKEN: "wrong" };
    const { status, stdout } = await cli(bench, ["manifest", "--offline"], { env });
    expect(status).toBe(0);
    expect(stdout).toMatch(/,Pending,,,2,/);
    const refused = await cli(bench, ["manifest"], { env });
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toMatch(/401.*--offline/s);
  });
});

describe("pulumi-skaha size", () => {
  test("counts all attempts, and suggests sizes of the server's that hold them", async () => {
    const { status, stdout } = await cli(bench, ["size", "--json"]);
    expect(status).toBe(0);
    const { groups, problems } = sizeSchema.parse(JSON.parse(stdout));
    expect(problems).toEqual([]);
    expect(groups).toEqual([
      {
        sweep: "study",
        attempts: 7,
        cores: {
          asked: 2,
          samples: 6,
          p95: 0.75,
          max: 0.75,
          suggested: 1,
          savedHours: expect.any(Number),
        },
        ram: { asked: 4, samples: 6, p95: 5, max: 5, suggested: 6, savedHours: expect.any(Number) },
        pack: { samples: 5, p95Seconds: 7200, maxSeconds: 7200, why: "they take over 10 min" },
      },
    ]);
    expect(groups[0]?.ram.savedHours).toBeCloseTo(-2 * 12, 0);
  });

  test("prints a table, and how suggestions are made", async () => {
    const { stdout, stderr } = await cli(bench, ["size"]);
    expect(stdout).toMatch(/^SWEEP OR JOB +ENDED +ASKED +P95 USED +MAX USED +SUGGESTED +SAVED\n/);
    expect(stdout).toMatch(/^study +7 +cores +2 +0.75 +0.75 +1 +1\d\.\d core·h$/m);
    expect(stdout).toMatch(/^study +7 +RAM +4 GiB +5 GiB +5 GiB +6 GiB +-24\.0 GiB·h$/m);
    expect(stderr).toContain("the largest peak + 20 %");
    const few = await cli(bench, ["size", "study/band=2,*", "--offline"]);
    expect(few.stdout).toContain("too few samples");
  });
});

describe("pulumi-skaha report", () => {
  const file = () => path.join(bench.folder, "report.html");

  test("writes one page that lets nothing in but its own code", async () => {
    const { status, stdout, stderr } = await cli(bench, ["report", "-o", file()]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toBe(`${file()}: 6 jobs\n`);
    const html = await readFile(file(), "utf8");
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-\S+ 'sha256-\S+; /);
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
      ([, code = ""]) => code,
    );
    expect(scripts).toHaveLength(2);
    for (const code of scripts) {
      expect(policy).toContain(createHash("sha256").update(code).digest("base64"));
      expect(code).not.toContain("\r");
    }
    const data = dataIn(html);
    expect(data).toMatchObject({ project: "sweep", stack: bench.stack, problems: [] });
    expect(data.sizes).toHaveLength(2);
    expect(data.jobs.map(({ params }) => params.method)).toContain('l"s, fast');
    const retried = data.jobs.find(({ attempts }) => attempts.length === 2);
    expect(retried?.attempts).toMatchObject([
      { status: "Failed", why: "OutOfMemory", peakRam: 3.9, ram: 4 },
      { status: "Completed", peakRam: 5, ram: 8 },
    ]);
  });

  test("adds the user's own numbers, and says what does not fit", async () => {
    const results = path.join(bench.folder, "snr.csv");
    await writeFile(results, "band,snr\n2,8.5\n99,1\n");
    const words = ["report", "study", "--offline", "--results", results, "-o", file()];
    const { status, stderr } = await cli(bench, words);
    expect(status).toBe(0);
    expect(stderr).toContain("snr.csv: 1 row fits no job by band");
    const data = dataIn(await readFile(file(), "utf8"));
    expect(data.results).toEqual(["snr"]);
    expect(data.jobs.filter((job) => job.results.snr === 8.5)).toHaveLength(3);
    await writeFile(results, "flux\n8.5\n");
    const refused = await cli(bench, words);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("the parameters band, method; its columns are flux");
    const nowhere = await cli(bench, ["report", "--offline", "-o", `${file()}/no/such/folder`]);
    expect(nowhere).toMatchObject({ status: 1 });
    expect(nowhere.stderr).toMatch(/^pulumi-skaha: the report cannot be written: /);
  });

  function dataIn(html: string): ReportData {
    const [, json = ""] =
      /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html) ?? [];
    return JSON.parse(json);
  }
});
