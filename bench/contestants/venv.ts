// A virtual environment of Python with one package from PyPI, made once, below dist/.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";

const run = promisify(execFile);

export interface Venv {
  /** The command of its Python. */
  readonly python: string;
  /** @returns a sentence if it cannot be had */
  install(say: (line: string) => void): Promise<string | undefined>;
}

export function venvWith(name: string, version: string): Venv {
  const folder = path.join(checkout, "dist/bench-venv", `${name}-${version}`);
  const python = path.join(folder, "bin/python");
  let ready: Promise<string | undefined> | undefined;
  return {
    python,
    install(say) {
      ready ??= installed(say);
      return ready;
    },
  };

  async function installed(say: (line: string) => void): Promise<string | undefined> {
    const whole = path.join(folder, ".whole");
    if (existsSync(whole)) return undefined;
    try {
      await run("python3", ["--version"]);
    } catch {
      return "there is no python3 on PATH";
    }
    say(`Installing ${name} ${version} from PyPI into ${path.relative(checkout, folder)} ...`);
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(path.dirname(folder), { recursive: true });
      await run("python3", ["-m", "venv", folder]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
      await run(python, [...pip, `${name}==${version}`]);
      await writeFile(whole, "");
      return undefined;
    } catch (error) {
      const [line = ""] = String(error instanceof Error ? error.message : error)
        .split("\n")
        .slice(-2);
      return `${name} ${version} cannot be installed: ${line}`;
    }
  }
}
