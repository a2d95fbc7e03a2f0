// How `pulumi-skaha pulumi` is called, and its help.
import type { Command } from "commander";
import { asPath, examples } from "../options";

export function definePulumi(program: Command): void {
  program
    .command("pulumi [words...]")
    .summary("run any other Pulumi command, like config or stack")
    .usage("[-C <folder>] [pulumi's arguments...]")
    .description(
      "Runs Pulumi with these arguments in the project's folder. It uses the same Pulumi CLI as the other commands, which need not be on the PATH, and the passphrase that init wrote. The exit status is Pulumi's.",
    )
    .option(
      "-C, --cwd <folder>",
      "before Pulumi's arguments: run as if started in this folder",
      asPath,
    )
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha pulumi config set skaha:maxInFlight 50",
        "pulumi-skaha pulumi config set --secret skaha:token TOKEN",
        "pulumi-skaha pulumi stack ls",
        "pulumi-skaha pulumi cancel --yes",
      ),
    )
    .action(async (words: string[], options) => {
      const { runPulumi } = await import("./action.js");
      process.exitCode = await runPulumi(words, options);
    });
}
