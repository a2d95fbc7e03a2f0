// How `pulumi-skaha pulumi` is called, and its help.
import type { Command } from "commander";
import { asPath, examples } from "../options";

export function definePulumi(program: Command): void {
  program
    .command("pulumi [words...]")
    .summary("any other command of Pulumi's, like config or stack")
    .usage("[-C <folder>] [pulumi's words...]")
    .description(
      "Runs Pulumi itself with these words, in the project's folder: with the Pulumi CLI that the other commands use, wherever it is, and with the passphrase that init wrote. So no CLI has to be on the PATH. Its exit status is Pulumi's.",
    )
    .option("-C, --cwd <folder>", "before Pulumi's words: run as if started in this folder", asPath)
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
