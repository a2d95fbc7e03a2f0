// What `pulumi up` needs for a program in Python: a Python with the SDK and this package, and a language host where the CLI
// has none of its own (test/python/languageHost.py).
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { pythonWithPulumi } from "../python/venv";
import type { Bench } from "./harness";

const found = pythonWithPulumi();

/** Left out, by a name that says why, where there is no such Python. */
export const describeWithPulumi: (about: string, tests: () => void) => void =
  "missing" in found
    ? (about, tests) => describe.skip(`${about} (left out: ${found.missing})`, tests)
    : describe;

/** The environment of commands on a stack in Python. */
export async function pythonEnvironment(
  bench: Bench,
): Promise<{ readonly python: string; readonly env: Readonly<Record<string, string>> }> {
  const python = "command" in found ? found.command : "";
  const bin = path.join(bench.folder, "bin");
  if (!existsSync(path.join(path.dirname(bench.command), "pulumi-language-python"))) {
    const host = path.join(checkout, "test/python/languageHost.py");
    const text = `#!/bin/sh\nexec '${python}' '${host}' "$@"\n`;
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, "pulumi-language-python"), text, { mode: 0o755 });
  }
  const folders = [bin, path.dirname(python), bench.env.PATH ?? ""];
  return {
    python,
    env: {
      PATH: folders.join(path.delimiter),
      PYTHONPATH: path.join(checkout, "python/src"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  };
}
