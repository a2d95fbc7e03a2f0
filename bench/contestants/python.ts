// The Python client `canfar`, plain and async, in a virtual environment that is made once; and a Pulumi program in Python,
// through the native provider.
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import type { Pulumi } from "../../toolchain/pulumiCli";
import type { Contestant } from "../contestant";
import { type ContestantName, largeFleet, type Scenario } from "../scenario";
import { pulumiTrial } from "./pulumiTrial";
import { venvWith } from "./venv";

export const canfarVersion = "1.5.2";
export const pythonSdkVersion = "3.272.0";

const canfar = venvWith("canfar", canfarVersion);
const sdk = venvWith("pulumi", pythonSdkVersion);

export function pythonContestants(say: (line: string) => void): Contestant[] {
  const unfit = () => canfar.install(say);
  return [
    { ...contestant("canfar", "plain.py", unfit), isSequential: true },
    contestant("canfar async", "async.py", unfit),
  ];
}

function contestant(name: ContestantName, script: string, unfit: Contestant["unfit"]): Contestant {
  return {
    name,
    scenarios: ["up", "refresh", "replace all", "destroy"],
    unfit,
    enter: async ({ jobs, stub, folder }) => ({
      command: async (scenario) => ({
        file: canfar.python,
        words: [path.join(checkout, "bench/python", script), scenario],
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder, // its configuration file is the user's own
          CANFAR_URL: stub.url,
          CANFAR_TOKEN: stub.token,
          BENCH_JOBS: String(jobs),
        },
      }),
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/** What of the Automation API each scenario is. */
const calls: Readonly<Partial<Record<Scenario, string>>> = {
  up: "up",
  "no change": "up",
  refresh: "refresh",
  "replace all": "up",
  destroy: "destroy",
};

/** A program in Python, with the engine's settings of `inline_stack`; no process of Node but the provider's. */
export function pythonProgram(pulumi: Pulumi, say: (line: string) => void): Contestant {
  return {
    name: "pulumi-skaha python",
    scenarios: ["up", "no change", "refresh", "replace all", "destroy"],
    takesPart: ({ jobs }) => jobs <= largeFleet,
    unfit: () => sdk.install(say),
    enter: (arena) =>
      pulumiTrial(arena, {
        pulumi,
        program: "python",
        file: sdk.python,
        words: (scenario) => ["fleet.py", calls[scenario] ?? scenario],
        env: {
          PYTHONPATH: path.join(checkout, "python/src"),
          PYTHONDONTWRITEBYTECODE: "1",
        },
      }),
  };
}
