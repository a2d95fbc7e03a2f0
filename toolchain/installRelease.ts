// node installRelease.js FOLDER VERSION: installs a release of the Pulumi CLI, or says in a sentence on
// stderr why it cannot. It fails within seconds where get.pulumi.com cannot be reached.

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

const address = "https://get.pulumi.com/install.sh";
const reachableWithinMs = 5_000;

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});

async function main([folder, version]: readonly string[]): Promise<void> {
  if (!folder || !version) throw new Error("usage: node installRelease.js FOLDER VERSION");
  await reach();
  await PulumiCommand.install({ root: folder, version: new SemVer(version) });
}

async function reach(): Promise<void> {
  let status: number;
  try {
    const signal = AbortSignal.timeout(reachableWithinMs);
    ({ status } = await fetch(address, { method: "HEAD", signal }));
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`${address} cannot be reached (${why}).`, { cause: error });
  }
  if (status >= 400) throw new Error(`${address} answers with status ${status}.`);
}
