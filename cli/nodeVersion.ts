// Whether the Node that runs this will do, as package.json says. It is asked before anything that an older one
// could not even load.
import { readFileSync } from "node:fs";
import path from "node:path";
import satisfies from "semver/functions/satisfies";
import { checkout } from "../toolchain/checkout";

/** @returns undefined where it will */
export function nodeProblem(version: string = process.versions.node): string | undefined {
  const { engines } = JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8"));
  return satisfies(version, engines.node) ? undefined : `${version} is not ${engines.node}`;
}
