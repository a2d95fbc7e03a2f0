// A Python for the tests of the package in python/: one on this machine, 3.9 or newer, with nothing installed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";

const commands = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.9"];

/** Its command, or undefined. */
export const python = commands.find((command) => {
  try {
    const isNew = "import sys; sys.exit(sys.version_info < (3, 9))";
    execFileSync(command, ["-c", isNew], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** Left out, by a name that says why, where there is no such Python. */
export const describePython: (about: string, tests: () => void) => void =
  python === undefined
    ? (about, tests) => describe.skip(`${about} (left out: there is no Python 3.9 or newer)`, tests)
    : describe;

/**
 * Runs a program that has `given` as the variable of that name and `skaha` as the package.
 * @returns what it leaves in `answer`
 */
export function inPython(program: string, given: unknown): unknown {
  const folder = mkdtempSync(path.join(tmpdir(), "skaha-python-"));
  try {
    const [input, output] = [path.join(folder, "given.json"), path.join(folder, "answer.json")];
    writeFileSync(input, JSON.stringify(given));
    const whole = `import json, sys\nimport pulumi_skaha as skaha\ngiven = json.load(open(sys.argv[1], encoding="utf-8"))\n${program}\njson.dump(answer, open(sys.argv[2], "w"))\n`;
    execFileSync(python ?? "", ["-c", whole, input, output], {
      env: {
        ...process.env,
        PYTHONPATH: path.join(checkout, "python/src"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
      stdio: ["ignore", "inherit", "pipe"],
    });
    return require(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
