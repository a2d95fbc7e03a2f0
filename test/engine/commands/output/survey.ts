// A survey as `init` and an edited fleet.yaml leave it, with a stack of twelve jobs two hours after its `up`: jobs of every
// status, and of most of the reasons why. And what its user sees of a command.
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../../../toolchain/checkout";
import { findExecutable } from "../../../../toolchain/executables";
import { Bench } from "../../harness";
import { type CliOptions, cli } from "../cliBench";
import { type Shown, sameEachTime } from "./shown";

const clockHook = path.join(checkout, "test/engine/commands/output/clock.cjs");
const minute = 60_000;
/** A Sunday, 02:00 in Vancouver. */
const launchedAt = Date.parse("2026-11-22T10:00:00Z");

export const fleet = `defaults:
  image: images.canfar.net/skaha/astroml:24.07
  cores: 1
  ram: 4

jobs:
  calibrate:
    cmd: python /arc/projects/survey/calibrate.py
  plot:
    cmd: python /arc/projects/survey/plot.py
    logs: logs
  imageless:
    cmd: "true"
  vast:
    cmd: python /arc/projects/survey/mosaic.py
    cores: 16
  dark:
    cmd: python /arc/projects/survey/dark.py
    window: 20:00-02:00 America/Vancouver
  collect:
    after: [fit]
    cmd: python /arc/projects/survey/collect.py

sweeps:
  fit:
    grid: { band: [g, r], sigma: [3, 5, 7] }
    cmd: python /arc/projects/survey/fit.py
    args: ["{band}", "{sigma}"]
    record: /arc/projects/survey/.jobs
`;

/** As its user calls them, and as others may. */
export const jobNames: readonly string[] = [
  ...["calibrate", "plot", "imageless", "vast", "dark", "collect", "fit", "*"],
  ...["g", "r"].flatMap((band) => [3, 5, 7].map((sigma) => `fit/band=${band},sigma=${sigma}`)),
];

const projectFile = `name: survey
runtime:
  name: nodejs
  options:
    typescript: false
main: index.js
options:
  refresh: always # each up looks at the jobs first
`;

const traceback = `reading /arc/projects/survey/fits.csv
Traceback (most recent call last):
  File "/arc/projects/survey/plot.py", line 12, in <module>
    table = read("fits.csv")
ValueError: no column named "sigma" in fits.csv
`;

export interface Typed extends CliOptions {
  readonly words: readonly string[];
}

export class Survey implements AsyncDisposable {
  #now = launchedAt;

  private constructor(
    /** The user's home, in which the project is. */
    readonly home: string,
    readonly bench: Bench,
    /** What a user's shell has, whose Pulumi is not on PATH. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  get folder(): string {
    return this.bench.program;
  }

  get stateFile(): string {
    return path.join(this.bench.folder, "backend/.pulumi/stacks/survey/dev.json");
  }

  /** Without jobs. @param images that the server lists. @default none, and it takes any */
  static async open(images?: readonly string[]): Promise<Survey> {
    const home = await mkdtemp(path.join(tmpdir(), "survey-"));
    const folder = path.join(home, "survey");
    await makeProject(folder);
    let survey: Survey | undefined;
    const bench = await Bench.open({
      program: folder,
      stack: "dev",
      lasting: true,
      capacity: { cores: 10, ramGiB: 100 },
      ...(images && { images: images.map((id) => ({ id, types: ["headless"] })) }),
      clock: () => (survey ? survey.#now : launchedAt),
    });
    survey = new Survey(home, bench, await userEnvironment(bench));
    return survey;
  }

  /** With the jobs of {@link fleet}, two hours after their launch. */
  static async underWay(): Promise<Survey> {
    const survey = await Survey.open();
    await survey.write("fleet.yaml", fleet);
    const { bench } = survey;
    await bench.succeed(bench.up(), { env: survey.clock });
    await survey.firstHour();
    await bench.succeed(bench.on("refresh"), { env: survey.clock });
    survey.secondHour();
    return survey;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
    await rm(this.home, { recursive: true, maxRetries: 5 });
  }

  /** @param name in the project's folder */
  write(name: string, text: string): Promise<void> {
    return writeFile(path.join(this.folder, name), text);
  }

  /** What time it is for the server, and for every process that is begun. */
  get clock(): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--require "${clockHook}"`, OUTPUT_CLOCK: String(this.#now) };
  }

  /** Runs `pulumi-skaha` as its user would. */
  async type({ words, env, ...options }: Typed): Promise<Shown> {
    const all = { ...this.env, ...this.clock, ...env };
    const { status, stdout, stderr } = await cli(this.bench, words, { ...options, env: all });
    return { status, stdout, stderr };
  }

  /** The same text for each run: what is another each time has a stand-in of the same length. */
  sameEachTime(text: string): string {
    const jobs = this.bench.skaha.jobs().map(({ name, id }, order) => ({ name, id, order }));
    jobs.sort((a, b) => a.name.localeCompare(b.name) || a.order - b.order);
    return sameEachTime(text, {
      sessions: jobs.map(({ id }) => id),
      places: [
        [path.join(this.bench.folder, "home/versions"), "/home/alice/.pulumi/versions"],
        [path.join(this.bench.folder, "home"), "/home/alice/.pulumi"],
        [this.bench.folder, "/home/alice"],
        [this.home, "/home/alice"],
        [checkout, "/opt/pulumi-skaha"],
        [this.bench.skaha.url.replace(/\/skaha\/.*$/, ""), "https://ws.example.net"],
        [`127.0.0.1:${this.bench.skaha.port}`, "ws.example.net"],
        [hostname(), "machine"],
      ],
    });
  }

  sessionOf(name: string): string {
    const found = this.bench.skaha.jobs().find((job) => job.name.startsWith(name));
    if (found === undefined) throw new Error(`no session is of ${name}`);
    return found.id;
  }

  /** An hour, in which most of the jobs come to their end. */
  async firstHour(): Promise<void> {
    const { runner, skaha } = this.bench;
    runner.status(this.sessionOf("imageless"), { active: 1 });
    runner.event(this.sessionOf("imageless"), {
      ...{ type: "Warning", reason: "Failed" },
      message: 'Failed to pull image "images.canfar.net/skaha/astroml:24.07": not found',
    });
    this.#now += 30 * minute;
    runner.write(this.sessionOf("plot"), traceback);
    runner.end(this.sessionOf("plot"), 1);
    runner.write(this.sessionOf("calibrate"), "12 frames\ndone\n");
    runner.end(this.sessionOf("calibrate"), 0);
    for (const [sigma, gib] of [
      [3, 1.2],
      [5, 1.4],
    ] as const) {
      await this.#record(`fit-band-g-sigma-${sigma}`, { exitCode: 0, gib });
      runner.end(this.sessionOf(`fit-band-g-sigma-${sigma}`), 0);
    }
    await this.#record("fit-band-g-sigma-7", { exitCode: 137, cause: "OutOfMemory", gib: 3.99 });
    runner.end(this.sessionOf("fit-band-g-sigma-7"), 137);
    runner.write(this.sessionOf("fit-band-r-sigma-3"), "iteration 1\niteration 2\n");
    skaha.vanish(this.sessionOf("fit-band-r-sigma-7"));
    this.#now += 30 * minute + 5_000; // a command takes less, so that whole minutes are the same each time
  }

  /** Another, in which one more session is forgotten. */
  secondHour(): void {
    this.#now += 60 * minute;
    this.bench.skaha.vanish(this.sessionOf("fit-band-r-sigma-5"));
  }

  /** What the wrapper leaves of a session that ran for twenty minutes. */
  async #record(
    name: string,
    { exitCode, cause, gib }: { exitCode: number; cause?: string; gib: number },
  ): Promise<void> {
    const id = this.bench.skaha.jobs().find((job) => job.name.startsWith(name))?.name ?? "";
    const folder = path.join(this.bench.folder, "data/arc/projects/survey/.jobs", id, "1");
    await mkdir(folder, { recursive: true });
    const start = new Date(launchedAt).toISOString();
    const end = {
      ...{ exitCode, cause, start, end: new Date(launchedAt + 20 * minute).toISOString() },
      ...{ missingOutputs: [], peakMemoryBytes: gib * 2 ** 30, meanCores: 0.75, samples: 40 },
    };
    await writeFile(path.join(folder, "start.json"), JSON.stringify({ start }));
    await writeFile(path.join(folder, "end.json"), JSON.stringify(end));
    await writeFile(path.join(folder, "log"), `fitting\n${exitCode === 0 ? "done\n" : ""}`);
  }
}

/** A project's folder with its packages. */
export async function makeProject(folder: string, name = "survey"): Promise<void> {
  const bin = path.join(folder, "node_modules/.bin");
  await mkdir(bin, { recursive: true });
  await mkdir(path.join(folder, "node_modules/@pulumi"));
  await symlink(checkout, path.join(folder, "node_modules/pulumi-skaha"));
  await symlink(
    path.join(checkout, "node_modules/@pulumi/pulumi"),
    path.join(folder, "node_modules/@pulumi/pulumi"),
  );
  const command = path.join(bin, "pulumi-skaha");
  const main = path.join(checkout, "dist/cli/main.js");
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(command, 0o755);
  await writeFile(path.join(folder, "Pulumi.yaml"), projectFile.replace("survey", name));
  await writeFile(
    path.join(folder, "index.js"),
    'module.exports = require("pulumi-skaha/fleet");\n',
  );
  await writeFile(
    path.join(folder, "package.json"),
    `{ "name": "${name}", "private": true, "dependencies": { "pulumi-skaha": "*" } }\n`,
  );
}

/** Pulumi is below its home, where the first command would have put it, and not on PATH. */
async function userEnvironment(bench: Bench): Promise<NodeJS.ProcessEnv> {
  const version = (await bench.succeed(["version"])).trim().replace(/^v/, "");
  const installed = path.join(bench.folder, "home/versions", version);
  await mkdir(installed, { recursive: true });
  await symlink(path.dirname(bench.command), path.join(installed, "bin"));
  const folders = (bench.env.PATH ?? "").split(path.delimiter);
  const others = folders.filter((folder) => findExecutable("pulumi", folder) === undefined);
  return {
    PATH: [path.dirname(process.execPath), ...others].join(path.delimiter),
    PULUMI_PARALLEL: undefined,
  };
}
