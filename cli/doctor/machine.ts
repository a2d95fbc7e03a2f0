// What the machine has: Node and the Pulumi CLI.
import { readFileSync } from "node:fs";
import path from "node:path";
import semver from "semver";
import { z } from "zod";
import { checkout } from "../../toolchain/checkout";
import { getPulumi, type Pulumi } from "../../toolchain/pulumiCli";
import { say } from "../terminal";
import { type Finding, fault, ok } from "./finding";

const manifest = z.looseObject({ engines: z.looseObject({ node: z.string() }) });

export function nodeFinding(version: string = process.versions.node): Finding {
  const { engines } = manifest.parse(
    JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")),
  );
  return semver.satisfies(version, engines.node)
    ? ok("Node", version)
    : fault("Node", `${version} is not ${engines.node}`, "install a newer one: https://nodejs.org");
}

export async function pulumiFinding(): Promise<Finding> {
  const { command, version, origin } = await getPulumi({ say });
  return ok("Pulumi CLI", `${version}, ${origins[origin]}: ${command}`);
}

const origins: Readonly<Record<Pulumi["origin"], string>> = {
  path: "on PATH",
  installed: "installed before",
  release: "installed now",
  go: "built now",
};
