// The Python client `canfar`, plain and async, in a virtual environment that is made once.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import type { Contestant } from "../contestant";
import type { ContestantName } from "../scenario";

export const canfarVersion = "1.5.2";

const venv = path.join(checkout, "dist/bench-venv", `canfar-${canfarVersion}`);
const python = path.join(venv, "bin/python");
const run = promisify(execFile);

export function pythonContestants(say: (line: string) => void): Contestant[] {
  let ready: Promise<string | undefined> | undefined;
  const unfit = () => {
    ready ??= install(say);
    return ready;
  };
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
        file: python,
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

/** @returns a sentence if it cannot be had */
async function install(say: (line: string) => void): Promise<string | undefined> {
  const whole = path.join(venv, ".whole");
  if (existsSync(whole)) return undefined;
  try {
    await run("python3", ["--version"]);
  } catch {
    return "there is no python3 on PATH";
  }
  say(`Installing canfar ${canfarVersion} from PyPI into ${path.relative(checkout, venv)} ...`);
  try {
    await rm(venv, { recursive: true, force: true });
    await mkdir(path.dirname(venv), { recursive: true });
    await run("python3", ["-m", "venv", venv]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(python, [...pip, `canfar==${canfarVersion}`]);
    await writeFile(whole, "");
    return undefined;
  } catch (error) {
    const [line = ""] = String(error instanceof Error ? error.message : error)
      .split("\n")
      .slice(-2);
    return `canfar ${canfarVersion} cannot be installed: ${line}`;
  }
}
