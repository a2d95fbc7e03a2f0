// The last words of the demo: what to change, and how to run it oneself.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Pulumi } from "../toolchain/pulumiCli";
import { announce, say } from "./terminal";

const program = "examples/parameter-study/index.ts";

export function whereToGoOn({ pulumi, checkout }: { pulumi: Pulumi; checkout: string }): void {
  const bin = [path.dirname(pulumi.command), path.join(checkout, "node_modules/.bin")];
  announce("Now you");
  say(`The program is ${program}; line ${lineOf(checkout, "const bands")} lists the bands. To run
it as you change it, start a server in one terminal:

  cd ${checkout}
  mkdir -p .pulumi-skaha/state .pulumi-skaha/arc/projects/sunspots
  cp -R examples/parameter-study/. .pulumi-skaha/arc/projects/sunspots
  npm run skaha -- --port 8080 --token demo --data .pulumi-skaha

and run Pulumi in another:

  cd ${checkout}
  export PATH=${bin.join(":")}:$PATH
  export CANFAR_URL=http://127.0.0.1:8080/skaha/v1 CANFAR_TOKEN=demo
  export PULUMI_BACKEND_URL=file://$PWD/.pulumi-skaha/state PULUMI_CONFIG_PASSPHRASE=demo
  pulumi stack init study
  pulumi up`);
}

function lineOf(checkout: string, start: string): number {
  const lines = readFileSync(path.join(checkout, program), "utf8").split("\n");
  return lines.findIndex((line) => line.startsWith(start)) + 1;
}
