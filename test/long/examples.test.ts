// The examples as a user runs them: from a folder of one's own, on local processes. It is long, because each example is run
// whole.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { parse } from "yaml";
import { checkout } from "../../toolchain/checkout";
import { Bench, type BenchOptions, linkedFolder, until } from "../engine/harness";

jest.setTimeout(600_000);

test("examples/until-done brings examples/pipeline to its end", async () => {
  await using bench = await Bench.open({ real: true, capacity: { cores: 4, ramGiB: 64 } });
  const program = await linkedFolder(bench.folder);
  const example = path.join(checkout, "examples/pipeline");
  for (const name of ["index.ts", "Pulumi.yaml"]) {
    await cp(path.join(example, name), path.join(program, name));
  }
  const project = path.join(bench.folder, "data/arc/projects/pipeline");
  await cp(example, project, { recursive: true });

  const run = path.join(checkout, "examples/until-done/run.ts");
  const searchPath = [path.dirname(bench.command), bench.env.PATH].join(path.delimiter);
  const { stdout } = await promisify(execFile)(process.execPath, [run, program, "night-shift"], {
    env: { ...bench.env, PATH: searchPath, INTERVAL_SECONDS: "0.2" },
  });
  expect(stdout).toContain('{"Completed":6}');
  const sessions = bench.skaha.jobs();
  expect(sessions).toHaveLength(6);
  for (const [n, night] of ["2026-11-20", "2026-11-21", "2026-11-22"].entries()) {
    const of = (stage: string) => sessions.find(({ name }) => name.startsWith(`${stage}-${night}`));
    expect(of("extract")?.created).toBeGreaterThanOrEqual(of("calibrate")?.ended ?? Number.NaN);
    const line = JSON.parse(await readFile(path.join(project, `lines/${night}.json`), "utf8"));
    expect(line).toEqual({ channel: 20 + n, height: expect.any(Number) });
  }
  const logs = await readdir(path.join(program, "logs"));
  expect(logs).toHaveLength(6);
  const text = await readFile(path.join(program, "logs", logs.sort()[0] ?? ""), "utf8");
  expect(text).toContain("2026-11-20.txt: 64 channels, background");
});

/** An example as a user has it: copied into a folder of its own, its scripts and data in a project on /arc. */
async function opened(name: string, options: BenchOptions & { folder?: string } = {}) {
  const { folder: within = "", ...rest } = options;
  const parent = await mkdtemp(path.join(tmpdir(), "example-"));
  const folder = await linkedFolder(parent);
  const example = path.join(checkout, "examples", name);
  await cp(example, folder, { recursive: true });
  const program = path.join(folder, within);
  const bench = await Bench.open({
    program,
    real: true,
    capacity: { cores: 64, ramGiB: 512 },
    ...rest,
  });
  const project = path.join(bench.folder, "data/arc/projects", name);
  await cp(example, project, { recursive: true });
  return {
    bench,
    folder,
    project,
    up: () => bench.succeed(bench.up()),
    read: (file: string) => readFile(path.join(project, file), "utf8"),
    ended: () => until("the sessions ended", () => bench.alive().length === 0),
    outputs: async () => JSON.parse(await bench.succeed(bench.on("stack", "output", "--json"))),
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]();
      await rm(parent, { recursive: true, maxRetries: 5 });
    },
  };
}

test("examples/nights reduces each night once, and a new night alone", async () => {
  await using example = await opened("nights");
  const { bench, up, ended } = example;
  const lastNight = (night: string) =>
    bench.succeed(["config", "set", "lastNight", night, "--stack", bench.stack]);
  await lastNight("2026-11-20");
  await up();
  expect(bench.counted()).toMatchObject({ POST: 6, DELETE: 0 });
  await ended();
  await lastNight("2026-11-21");
  await up();
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
  await ended();
  await up();
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect((await example.outputs()).summary).toMatchObject({ jobs: 7, counts: { Completed: 7 } });
  const reduced = async (night: string) => JSON.parse(await example.read(`reduced/${night}.json`));
  expect(await reduced("2026-11-20")).toEqual({ exposures: 2, counts: 27 });
  expect(await reduced("2026-11-21")).toEqual({ exposures: 1, counts: 30 });
});

test("examples/galaxies gives each row its memory, and keeps identifiers as they are", async () => {
  await using example = await opened("galaxies");
  const { bench, up, ended, folder } = example;
  await up();
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 }); // the canary
  await ended();
  await up();
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
  await ended();
  const table = path.join(folder, "galaxies.csv");
  const lines = (await readFile(table, "utf8")).trimEnd().split("\n");
  const more = lines.map((line, index) => `${line},${index === 0 ? "seen" : "twice"}`);
  await writeFile(table, `${more.join("\n")}\n`);
  await up();
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  const { manifest, summary } = await example.outputs();
  expect(summary).toEqual({ jobs: 3, counts: { Completed: 3 }, cores: 3, ram: 28 });
  expect(manifest).toMatchObject([
    { params: { galaxy: "M31" }, ram: 16 },
    { params: { galaxy: "M33" }, ram: 8 },
    { params: { galaxy: "NGC 253" }, ram: 4 },
  ]);
  const measured = JSON.parse(await example.read("measured/M33.json"));
  expect(measured).toEqual({ galaxy: "M33", gaia: "0303379712345678901" });
});

test("examples/training goes on from its checkpoint after the server's time limit", async () => {
  let laterMs = 0;
  await using example = await opened("training", { clock: () => Date.now() + laterMs });
  const { bench, up, ended, project } = example;
  const settings = { epochs: 20, rate: 0.05 };
  const settle = (pauseSeconds: number) =>
    writeFile(path.join(project, "settings.json"), JSON.stringify({ ...settings, pauseSeconds }));
  await settle(3600);
  await up();
  await until("there is a checkpoint", () => existsSync(path.join(project, "checkpoint.json")));
  await settle(0);
  laterMs = 15 * 24 * 3_600_000;
  expect(await up()).toContain("attempt 2");
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
  await ended();
  await up();
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect(await example.outputs()).toEqual({ status: "Completed", attempt: 2 });
  const [first, second] = bench.skaha.jobs();
  expect([first?.status, second?.status]).toEqual(["Failed", "Completed"]);
  const { epoch, slope } = JSON.parse(await example.read("checkpoint.json"));
  expect(epoch).toBe(20);
  expect(slope).toBeCloseTo(3, 3);
  const log = await fetch(`${bench.skaha.url}/session/${second?.id}?view=logs`, {
    headers: { authorization: `Bearer ${bench.skaha.token}` },
  });
  expect(await log.text()).toContain("resumed after epoch 1\nepoch 2:");
});

test("examples/replicas shares out the files, and another count of replicas runs only the new ones", async () => {
  await using example = await opened("replicas");
  const { bench, up, ended, folder, project } = example;
  await mkdir(path.join(project, "data"));
  const files = Array.from({ length: 25 }, (_, n) => `${n}.txt`);
  for (const [n, file] of files.entries()) {
    await writeFile(path.join(project, "data", file), `${n} 1\n`);
  }
  await up();
  expect(bench.counted()).toMatchObject({ POST: 10, DELETE: 0 });
  await ended();
  expect((await readdir(path.join(project, "results"))).sort()).toEqual([...files].sort());
  expect(await example.read("results/7.txt")).toBe("8.0\n");
  const fleet = path.join(folder, "fleet.yaml");
  await writeFile(fleet, (await readFile(fleet, "utf8")).replace("replicas: 10", "replicas: 12"));
  await up();
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
});

test("examples/one-job hands on variables, and the registry's secret from the stack's configuration", async () => {
  await using example = await opened("one-job", {
    images: [
      { id: "images.canfar.net/skaha/astroml:24.07", types: ["headless"] },
      {
        id: "images.canfar.net/myproject/processor:1.0",
        types: ["headless"],
        registrySecret: "alice:of the registry",
      },
    ],
  });
  const { bench, up, ended } = example;
  expect(await bench.fail(bench.up())).toContain(
    "the stack's configuration has no registryUser: npx pulumi-skaha pulumi config set --secret registryUser",
  );
  expect(bench.counted().POST).toBe(0);
  await bench.secret("registryUser", "alice");
  await bench.secret("registrySecret", "of the registry");
  await up();
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
  await ended();
  await up();
  expect((await example.outputs()).jobs).toEqual({
    "heavy-computation": "Completed",
    "private-job": "Completed",
  });
  expect(await example.read("results/sorted.txt")).toBe("1\n2\n3\n");
  expect(await readFile(await bench.stateFile(), "utf8")).not.toContain("of the registry");
});

test("examples/calibrate-extract takes each observation through both rules, by itself", async () => {
  await using example = await opened("calibrate-extract");
  const { bench, up, ended } = example;
  const project = path.join(bench.folder, "data/arc/projects/pipeline");
  await cp(path.join(checkout, "examples/pipeline"), project, { recursive: true });
  const raw = path.join(project, "raw/2026-11-21.txt");
  await rm(raw); // the second observation fails
  await up();
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
  await ended();
  await up();
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
  await ended();
  await up();
  expect(await bench.statuses()).toEqual({
    "calibrate/obs=2026-11-20": "Completed",
    "calibrate/obs=2026-11-21": "Failed",
    "source_extract/obs=2026-11-20": "Completed",
    "source_extract/obs=2026-11-21": "Held",
  });
  const line = JSON.parse(await readFile(path.join(project, "lines/2026-11-20.json"), "utf8"));
  expect(line).toEqual({ channel: 20, height: expect.any(Number) });
});

describe("examples/fleet-in-git", () => {
  interface Step {
    readonly run?: string;
    readonly if?: string;
    readonly "working-directory"?: string;
  }

  /** Runs commands of a CI file, as its runner does. */
  async function sh(cwd: string, script: string, env: NodeJS.ProcessEnv): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)("bash", ["-e", "-c", script], {
      cwd,
      env,
    });
    return stdout + stderr;
  }

  const searchPath = ({ command, env }: Bench) =>
    [path.dirname(command), env.PATH].join(path.delimiter);

  test("GitHub's workflow comments with the preview, and `up` launches", async () => {
    await using example = await opened("fleet-in-git", { folder: "surveys/vlass" });
    const { bench, folder } = example;
    const file = path.join(folder, ".github/workflows/fleet.yml");
    const workflow = parse(await readFile(file, "utf8"));
    expect(Object.keys(workflow.on)).toEqual(["pull_request", "push", "schedule"]);
    expect(workflow.jobs.survey.strategy.matrix.survey).toEqual(
      (await readdir(path.join(folder, "surveys"))).sort(),
    );
    const bin = path.join(bench.folder, "bin");
    await mkdir(bin);
    await writeFile(path.join(bin, "gh"), '#!/bin/sh\necho "$@"; cat "$7"\n', { mode: 0o755 });
    const env = {
      ...bench.env,
      PATH: [bin, searchPath(bench)].join(path.delimiter),
      ...{ SURVEY: "vlass", REQUEST: "7", GITHUB_REPOSITORY: "survey/fleet" },
    };
    const run = async (event: string) => {
      const steps: Step[] = workflow.jobs.survey.steps;
      const isPull = event === "pull_request";
      const due = steps.filter(
        (step) =>
          step.run !== undefined &&
          step["working-directory"] === undefined &&
          (step.if === undefined || step.if.includes("==") === isPull),
      );
      const cwd = path.join(folder, "surveys/vlass");
      await rm(path.join(cwd, "Pulumi.main.yaml"), { force: true }); // each run is a fresh checkout
      return sh(cwd, due.map((step) => step.run).join("\n"), env);
    };
    const comment = await run("pull_request");
    expect(comment).toContain("pr comment 7 --repo survey/fleet --body-file ../vlass.md");
    expect(comment).toMatch(/\*\*vlass\*\*\n```\n[\s\S]*mosaic\/tile=T01t02[\s\S]*```/);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

    for (const POST of [3, 1]) {
      await run("push");
      expect(bench.counted()).toMatchObject({ POST, DELETE: 0 });
      await example.ended();
    }
    const catalogue = path.join(bench.folder, "data/arc/projects/vlass/catalogue.txt");
    const lines = (await readFile(catalogue, "utf8")).trim().split("\n");
    expect(lines).toEqual(["T01t01", "T01t02", "T01t03"].map((tile) => `mosaic of ${tile}`));
  });

  test("GitLab's pipeline posts the preview as a note, and `up` launches", async () => {
    await using example = await opened("fleet-in-git", { folder: "surveys/wallaby" });
    const { bench, folder } = example;
    const pipeline = parse(await readFile(path.join(folder, ".gitlab-ci.yml"), "utf8"));
    expect(pipeline[".survey"].parallel.matrix[0].SURVEY).toEqual(
      (await readdir(path.join(folder, "surveys"))).sort(),
    );
    const notes: { url: string | undefined; token: unknown; body: string | null }[] = [];
    const gitlab = createServer(async (request, response) => {
      const form = new URLSearchParams(await text(request));
      const token = request.headers["private-token"];
      notes.push({ url: request.url, token, body: form.get("body") });
      response.end("{}");
    });
    await new Promise<void>((resolve) => gitlab.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = gitlab.address() as AddressInfo;
      const env = {
        ...bench.env,
        PATH: searchPath(bench),
        ...{ SURVEY: "wallaby", NOTES_TOKEN: "n0tes", CI_PROJECT_ID: "12" },
        ...{ CI_MERGE_REQUEST_IID: "7", CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4` },
      };
      const run = (job: "preview" | "up") => sh(folder, pipeline[job].script.join("\n"), env);
      await run("preview");
      expect(notes).toEqual([
        {
          url: "/api/v4/projects/12/merge_requests/7/notes",
          token: "n0tes",
          body: expect.stringMatching(
            /\*\*wallaby\*\*\n```\n[\s\S]*mosaic\/tile=norma-tr1[\s\S]*```/,
          ),
        },
      ]);
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      await run("up");
      expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 0 });
    } finally {
      gitlab.close();
    }
  });
});
