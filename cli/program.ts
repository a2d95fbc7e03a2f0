// All that `pulumi-skaha` understands; docs/cli.md is made from this. What a command does is loaded when it is
// called.
import path from "node:path";
import { Command } from "commander";
import { checkout } from "../toolchain/checkout";
import { defineCompletion } from "./commands/completion/definition";
import { defineDev } from "./commands/dev/definition";
import { defineDoctor } from "./commands/doctor/definition";
import { defineEvents } from "./commands/events/definition";
import { defineInit } from "./commands/init/definition";
import { defineLogs } from "./commands/logs/definition";
import { defineManifest } from "./commands/manifest/definition";
import { defineOperations } from "./commands/operations/definition";
import { definePublish } from "./commands/publish/definition";
import { definePulumi } from "./commands/pulumi/definition";
import { defineRenew } from "./commands/renew/definition";
import { defineReplay } from "./commands/replay/definition";
import { defineReport } from "./commands/report/definition";
import { defineRerun } from "./commands/rerun/definition";
import { defineSaveLogs } from "./commands/saveLogs/definition";
import { defineSize } from "./commands/size/definition";
import { defineStats } from "./commands/stats/definition";
import { defineStatus } from "./commands/status/definition";
import { defineSubmit } from "./commands/submit/definition";
import { defineWait } from "./commands/wait/definition";
import { defineWhy } from "./commands/why/definition";
import { runnable } from "./invocation";

/** In the order in which help and documents list them. */
const definitions: readonly ((program: Command) => void)[] = [
  ...[defineOperations, definePulumi],
  ...[defineInit, defineDoctor, defineDev, defineCompletion],
  ...[defineStatus, defineWait],
  ...[defineLogs, defineWhy, defineEvents, defineStats, defineRerun, defineRenew, defineSaveLogs],
  ...[defineManifest, defineSize, defineReport, definePublish, defineReplay],
  defineSubmit,
];

export function createProgram(): Command {
  const program = new Command("pulumi-skaha")
    .description("Runs and watches the jobs of a Pulumi stack on a Skaha server, such as CANFAR.")
    .version(versionOf(), "-v, --version")
    .helpCommand("help [command]", "explain a command")
    .showHelpAfterError("(pulumi-skaha --help lists the commands)")
    .configureOutput({
      writeOut: (text) => process.stdout.write(runnable(text)),
      writeErr: (text) => process.stderr.write(runnable(text)),
    })
    .enablePositionalOptions();
  for (const define of definitions) define(program);
  for (const command of program.commands) {
    command.showHelpAfterError(`(pulumi-skaha ${command.name()} --help explains the command)`);
  }
  return program;
}

function versionOf(): string {
  return require(path.join(checkout, "package.json")).version;
}
