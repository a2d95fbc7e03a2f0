// The contestants that are Pulumi programs: ours in both ways, the floor, and the naive provider.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { safeEnvironment } from "../../cli/plan/environment";
import { doorVariable } from "../../provider/engine/door";
import { checkout } from "../../toolchain/checkout";
import type { Pulumi } from "../../toolchain/pulumiCli";
import type { Contestant } from "../contestant";
import { scenarios as all, largeFleet, type Scenario } from "../scenario";
import { type PulumiTrialOptions, pulumiTrial } from "./pulumiTrial";

/** Only of an array a preview says something that the others do not. */
const scenarios = all.filter((one) => one !== "preview");

/** Pulumi's command for each scenario. */
const commands: Readonly<Record<Scenario, string>> = {
  up: "up",
  "no change": "up",
  preview: "preview",
  refresh: "refresh",
  "replace all": "up",
  destroy: "destroy",
};

const quiet = ["--non-interactive", "--color=never"];
/** What a user types, and says yes to: a preview, then the work. */
const whole = (scenario: Scenario) => [commands[scenario], "--yes", ...quiet];
/** A preview, then the same again in earnest; each refreshes what there is before. */
const phasesOfWhole = (scenario: Scenario) => (scenario === "up" || scenario === "refresh" ? 2 : 4);
/** One phase without a preview; each but the first looks at what is before. */
const phasesOfOurs = (scenario: Scenario) => (scenario === "up" || scenario === "refresh" ? 1 : 2);
/** So many jobs an array removes at a time. */
const arrayRemovals = 8_192;
const cliOf = (root: string) => path.join(root, "dist/cli/main.js");

/** Profiles, written also when the engine ends a process by a signal. */
function profiled(folder: string | undefined): NodeJS.ProcessEnv {
  if (folder === undefined) return {};
  const hook = path.join(checkout, "bench/exitOnSignals.cjs");
  return { NODE_OPTIONS: `--require=${hook} --cpu-prof --cpu-prof-dir=${path.resolve(folder)}` };
}

/**
 * @param cpuProf the folder for CPU profiles of ours
 */
export function pulumiContestants(pulumi: Pulumi, cpuProf?: string): Contestant[] {
  return [
    ...oursAndFloor({ pulumi, root: checkout, suffix: "" }, cpuProf),
    arrayContestant(pulumi, cpuProf),
    {
      name: "plain pulumi",
      scenarios,
      writesCheckpoints: true,
      unfit: async () => undefined,
      phases: phasesOfWhole,
      parallel: 4 * cpus().length, // the engine's default
      enter: (arena) =>
        pulumiTrial(arena, { pulumi, program: "ours", words: whole, env: profiled(cpuProf) }),
    },
    {
      name: "naive",
      scenarios,
      writesCheckpoints: true,
      unfit: async () => undefined,
      enter: (arena) => pulumiTrial(arena, { pulumi, program: "naive", words: whole }),
    },
  ];
}

/** All jobs in one resource. */
function arrayContestant(pulumi: Pulumi, cpuProf: string | undefined): Contestant {
  return {
    name: "pulumi-skaha array",
    scenarios: all,
    phases: phasesOfOurs,
    parallel: arrayRemovals,
    unfit: async () => reasonAgainst(cliOf(checkout)),
    enter: (arena) =>
      pulumiTrial(arena, {
        pulumi,
        program: "array",
        file: process.execPath,
        words: (scenario) =>
          scenario === "preview"
            ? [cliOf(checkout), "preview"]
            : [cliOf(checkout), commands[scenario], "--yes", "--skip-preview"],
        env: profiled(cpuProf),
      }),
  };
}

/** @param root a copy of this checkout with the oldest SDK */
export function oldestContestants(pulumi: Pulumi, root: string, cpuProf?: string): Contestant[] {
  return oursAndFloor({ pulumi, root, suffix: " oldest" }, cpuProf);
}

function oursAndFloor(
  {
    pulumi,
    root,
    suffix,
  }: { readonly pulumi: Pulumi; readonly root: string; readonly suffix: "" | " oldest" },
  cpuProf: string | undefined,
): Contestant[] {
  const cli = cliOf(root);
  const ours = {
    scenarios,
    phases: phasesOfOurs,
    parallel: Number(safeEnvironment({}).PULUMI_PARALLEL),
    unfit: async () => reasonAgainst(cli),
  };
  const trial = {
    pulumi,
    root,
    program: "ours",
    file: process.execPath,
    words: (scenario: Scenario) => [cli, commands[scenario], "--yes", "--skip-preview"],
    env: profiled(cpuProf),
  };
  return [
    ...(suffix === "" ? [nativeOf({ ...ours, name: "pulumi-skaha native" }, trial)] : []),
    { ...ours, name: `pulumi-skaha${suffix}`, enter: (arena) => pulumiTrial(arena, trial) },
    {
      ...ours,
      name: `pulumi-skaha 1000${suffix}`,
      // Where waiting for the server takes longest, and is all that the floor does not bound.
      takesPart: ({ jobs, latencyMs, scenario }) =>
        jobs === 1_000 && latencyMs > 0 && scenario === "destroy",
      enter: (arena) => pulumiTrial(arena, { ...trial, config: { "skaha:concurrency": "1000" } }),
    },
    {
      name: `floor${suffix}`,
      scenarios,
      unfit: async () => undefined,
      enter: (arena) =>
        pulumiTrial(arena, {
          pulumi,
          root,
          program: "floor",
          words: (scenario) => [commands[scenario], "--yes", "--skip-preview", ...quiet],
          env: safeEnvironment({}),
        }),
    },
  ];
}

/** The same program, through the native provider. */
function nativeOf(ours: Omit<Contestant, "enter">, trial: PulumiTrialOptions): Contestant {
  const env = { ...trial.env, [doorVariable]: "native" };
  return {
    ...ours,
    takesPart: ({ jobs }) => jobs <= largeFleet,
    enter: (arena) => pulumiTrial(arena, { ...trial, program: "native", env }),
  };
}

function reasonAgainst(cli: string): string | undefined {
  if (!existsSync(cli)) return `there is no ${path.relative(checkout, cli)}`;
  const { status } = spawnSync(process.execPath, [cli, "up", "--help"], { stdio: "ignore" });
  return status === 0 ? undefined : `${path.relative(checkout, cli)} does not know \`up\``;
}
