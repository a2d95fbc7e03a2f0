// Environments of Python with packages from PyPI, in a folder of a test's own; and one with the package `pulumi`, of one
// pinned version, that is made once in the user's cache.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { python } from "./python";

const run = promisify(execFile);

/** The field's libraries that have tables. */
export const tableLibraries = [
  "astropy==8.0.2",
  "pandas==3.1.1",
  "polars==2.1.0",
  "pyarrow==26.0.1",
] as const;

/** @returns the command of a new environment's Python, with these packages; a folder is one, too */
export async function makeVenv(folder: string, packages: readonly string[]): Promise<string> {
  await run("python3", ["-m", "venv", folder]);
  const command = path.join(folder, "bin/python");
  await run(command, ["-m", "pip", "install", "--quiet", ...packages]);
  return command;
}

const release = "pulumi==3.272.0";
const cache = path.join(homedir(), ".cache/pulumi-skaha");
const place = path.join(cache, `venv-${release.replace("==", "-")}`);

/** @returns its command, or why there is none */
export function pythonWithPulumi(): { readonly command: string } | { readonly missing: string } {
  const command = path.join(place, "bin/python");
  if (existsSync(command)) return { command };
  if (python === undefined) return { missing: "there is no Python 3.9 or newer" };
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(path.join(cache, "venv-"));
  try {
    const options = { stdio: "ignore" as const, timeout: 180_000 };
    execFileSync(python, ["-m", "venv", draft], options);
    const words = ["-m", "pip", "install", "--quiet", "--retries", "1", release];
    execFileSync(path.join(draft, "bin/python"), words, options);
    // A venv knows its own place by pyvenv.cfg beside it; only its scripts have the path, and none is used.
    renameSync(draft, place);
    return { command };
  } catch {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(command)) return { command }; // another run made it
    return { missing: `no virtual environment with ${release} could be made` };
  }
}
