// What the machine has: Node and the Pulumi CLI.
import { getPulumi, type Pulumi } from "../../toolchain/pulumiCli";
import { nodeProblem } from "../nodeVersion";
import { say } from "../terminal";
import { type Finding, fault, ok } from "./finding";

export function nodeFinding(version: string = process.versions.node): Finding {
  const problem = nodeProblem(version);
  if (problem === undefined) return ok("Node", version);
  return fault("Node", problem, "install a newer one: https://nodejs.org");
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
