// Whether a project's packages are there: where they are not, Pulumi shows Node's "Cannot find module", with its stack.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { CommandError } from "../commandError";

const needed = ["pulumi-skaha", "@pulumi/pulumi"];

/**
 * @param folder the project's
 * @throws CommandError where its package.json names what is not installed
 */
export function assertInstalled(folder: string): void {
  const { resolve } = createRequire(path.join(folder, "_.js"));
  const missing = dependenciesIn(folder).filter((name) => {
    if (!needed.includes(name)) return false;
    try {
      resolve(`${name}/package.json`);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  throw new CommandError(
    `the project's packages are not installed (${folder} has no ${missing.join(" and no ")}): run npm install there`,
  );
}

function dependenciesIn(folder: string): string[] {
  try {
    const text = readFileSync(path.join(folder, "package.json"), "utf8");
    const { dependencies, devDependencies } = JSON.parse(text) ?? {};
    return Object.keys({ ...dependencies, ...devDependencies });
  } catch {
    return []; // there is none, or npm and Pulumi say what is wrong with it
  }
}
