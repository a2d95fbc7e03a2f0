// All that `pulumi-skaha` understands; docs/cli.md is made from this. What a command does is loaded when it is
// called.
import { Command } from "commander";
import { defineWatching } from "./words/watching";

export function program(): Command {
  const skaha = new Command("pulumi-skaha")
    .description("Runs and watches the jobs of a Pulumi stack on a Skaha server, such as CANFAR.")
    .version(versionOf(), "-v, --version")
    .helpCommand("help [command]", "explains a command")
    .showHelpAfterError("(pulumi-skaha --help shows what there is)")
    .enablePositionalOptions();
  defineWatching(skaha);
  return skaha;
}

function versionOf(): string {
  return (require("../../package.json") as { version: string }).version;
}
