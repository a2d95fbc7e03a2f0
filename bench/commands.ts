// How long the commands take that look at a stack of twelve jobs, and a preview without change, beside another checkout of
// this repository, in turns. Whole processes, without npx. By hand, after `npx tsc -b` here and there:
//
//   node dist/bench/commands.js CHECKOUT [ROUNDS]
//
// Exits with 1 if a ratio of the medians is above what is allowed.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ScriptedRunner, type Skaha, scriptedRunner, startSkaha } from "../embedded";
import { checkout } from "../toolchain/checkout";
import { networkEnvironment } from "../toolchain/network";
import { getPulumi, type Pulumi } from "../toolchain/pulumiCli";
import { measure } from "./command";
import { load } from "./surroundings";

/** By command, the most that it may take of the other checkout's time. */
const commands: readonly (readonly [words: readonly string[], allowed: number])[] = [
  [["status"], 0.75],
  [["why"], 0.75],
  [["logs", "fit/band=g,sigma=3"], 0.75],
  [["manifest"], 0.75],
  [["size"], 0.75],
  [["report"], 0.75],
  [["preview"], 0.8],
];

const record = "/arc/projects/survey/.jobs";
const fleet = `defaults: { image: images.canfar.net/skaha/astroml:24.07, cores: 1, ram: 4, record: ${record} }
sweeps:
  fit:
    grid: { band: [g, r], sigma: [1, 2, 3, 4, 5] }
    cmd: python fit.py
jobs:
  broken: { cmd: python plot.py }
  collect: { cmd: python collect.py, after: [fit] }
`;
const projectFile = `name: survey
runtime: { name: nodejs, options: { typescript: false } }
main: index.js
options: { refresh: always }
`;

/** A stack of one checkout's, on a server of its own. */
class Contestant implements AsyncDisposable {
  private constructor(
    readonly name: string,
    private readonly checkout: string,
    private readonly folder: string,
    private readonly skaha: Skaha,
    private readonly pulumi: Pulumi,
  ) {}

  static async open(name: string, from: string, pulumi: Pulumi): Promise<Contestant> {
    const folder = await mkdtemp(path.join(tmpdir(), "bench-commands-"));
    const runner = scriptedRunner();
    const dataDir = path.join(folder, "data");
    const capacity = { cores: 100, ramGiB: 1_000 };
    const skaha = await startSkaha({ users: { alice: {} }, runner, dataDir, capacity });
    const contestant = new Contestant(name, from, folder, skaha, pulumi);
    await contestant.#begin(runner);
    return contestant;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.skaha.stop();
    await rm(this.folder, { recursive: true, maxRetries: 5 });
  }

  /** @returns seconds */
  async time(words: readonly string[]): Promise<number> {
    return (await this.#run(words)).seconds;
  }

  #run(words: readonly string[]) {
    const main = path.join(this.checkout, "dist/cli/main.js");
    return measure({
      file: process.execPath,
      words: [main, ...words],
      cwd: path.join(this.folder, "survey"),
      env: {
        ...networkEnvironment(process.env),
        ...this.pulumi.env,
        HOME: this.folder,
        PULUMI_HOME: path.join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${this.folder}/backend`,
        PULUMI_CONFIG_PASSPHRASE: "a passphrase",
        CANFAR_URL: this.skaha.url,
        CANFAR_TOKEN: this.skaha.token,
      },
    });
  }

  async #begin(runner: ScriptedRunner): Promise<void> {
    const project = path.join(this.folder, "survey");
    const packages = path.join(project, "node_modules");
    await mkdir(path.join(packages, "@pulumi"), { recursive: true });
    await mkdir(path.join(this.folder, "backend"));
    await symlink(this.checkout, path.join(packages, "pulumi-skaha"));
    const sdk = path.join(this.checkout, "node_modules/@pulumi/pulumi");
    await symlink(sdk, path.join(packages, "@pulumi/pulumi"));
    const files = {
      "Pulumi.yaml": projectFile,
      "fleet.yaml": fleet,
      "index.js": 'module.exports = require("pulumi-skaha/fleet");\n',
      "package.json": "{}\n",
    };
    for (const [name, text] of Object.entries(files)) {
      await writeFile(path.join(project, name), text);
    }
    await this.#run(["pulumi", "stack", "init", "dev"]);
    await this.#run(["up", "--yes", "--skip-preview"]);
    for (const { id, name } of this.skaha.jobs()) {
      const isBroken = name.startsWith("broken");
      if (!isBroken && !/sigma-[123]-/.test(name)) continue; // it runs
      await this.#recorded(name, isBroken ? 1 : 0);
      runner.end(id, isBroken ? 1 : 0);
    }
    await this.#run(["refresh", "--yes", "--skip-preview"]);
  }

  /** What the wrapper leaves. */
  async #recorded(name: string, exitCode: number): Promise<void> {
    const folder = path.join(this.folder, "data", record, name, "1");
    await mkdir(folder, { recursive: true });
    const times = { start: "2026-11-22T10:00:00Z", end: "2026-11-22T12:00:00Z" };
    const used = { peakMemoryBytes: 2 ** 30, meanCores: 0.75, samples: 240 };
    await writeFile(path.join(folder, "start.json"), JSON.stringify({ start: times.start }));
    const end = { exitCode, ...times, ...used, missingOutputs: [] };
    await writeFile(path.join(folder, "end.json"), JSON.stringify(end));
    await writeFile(path.join(folder, "log"), "fitting\ndone\n");
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function main(other: string | undefined, rounds: number): Promise<void> {
  if (other === undefined || !(rounds >= 1)) {
    throw new Error(
      "say with which other checkout to compare: node dist/bench/commands.js CHECKOUT [ROUNDS]",
    );
  }
  const pulumi = await getPulumi();
  await using there = await Contestant.open("there", path.resolve(other), pulumi);
  await using here = await Contestant.open("here", checkout, pulumi);
  const before = load();
  console.log("command       there     here    ratio  allowed");
  for (const [words, allowed] of commands) {
    const times: Record<string, number[]> = { there: [], here: [] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of round % 2 === 0 ? [there, here] : [here, there]) {
        const seconds = await one.time(words);
        if (round > 0) times[one.name]?.push(seconds); // the first one finds nothing in the machine's caches
      }
    }
    const [was = Number.NaN, is = Number.NaN] = [times.there, times.here].map((all) =>
      median(all ?? []),
    );
    const isMissed = !(is / was <= allowed);
    if (isMissed) process.exitCode = 1;
    console.log(
      `${(words[0] ?? "").padEnd(10)} ${was.toFixed(2).padStart(6)} s ${is.toFixed(2).padStart(6)} s ${(is / was).toFixed(2).padStart(6)} × ${allowed.toFixed(2).padStart(6)} ×${isMissed ? "  MISSED" : ""}`,
    );
  }
  console.log(
    `medians of ${rounds}, in turns; load ${before.toFixed(1)} before, ${load().toFixed(1)} after`,
  );
}

main(process.argv[2], Number(process.argv[3] ?? 15)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
