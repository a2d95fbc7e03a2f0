// All that `pulumi-skaha` understands; docs/cli.md is made from this. What a command does is loaded when it is
// called.
import path from "node:path";
import { Command } from "commander";
import { checkout } from "../toolchain/checkout";
import { defineJobs } from "./words/jobs";
import { defineResults } from "./words/results";
import { defineSettingUp } from "./words/settingUp";
import { defineUpdating } from "./words/updating";
import { defineWatching } from "./words/watching";

export function program(): Command {
  const skaha = new Command("pulumi-skaha")
    .description("Runs and watches the jobs of a Pulumi stack on a Skaha server, such as CANFAR.")
    .version(versionOf(), "-v, --version")
    .helpCommand("help [command]", "explains a command")
    .showHelpAfterError("(pulumi-skaha --help shows what there is)")
    .enablePositionalOptions();
  defineUpdating(skaha);
  defineSettingUp(skaha);
  defineWatching(skaha);
  defineJobs(skaha);
  defineResults(skaha);
  return skaha;
}

function versionOf(): string {
  return require(path.join(checkout, "package.json")).version;
}
