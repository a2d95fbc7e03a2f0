// How `pulumi-skaha init` is called, and its help.
import type { Command } from "commander";
import { asPath, examples } from "../options";

export function defineInit(program: Command): void {
  program
    .command("init")
    .summary("turn a folder into a project that launches jobs")
    .description(
      "Writes Pulumi.yaml, a program (fleet.yaml, or TypeScript), package.json, a random passphrase that git ignores, and .gitignore. Then it installs the packages, makes the stack and a folder for its state, runs doctor, has jobs recorded in your home if /arc can be written, launches one job of ten seconds, and removes that job again. It overwrites no file.",
    )
    .option("--typescript", "write a program in TypeScript instead of fleet.yaml")
    .option("--no-launch", "launch nothing")
    .option("-y, --yes", "launch the first job without asking")
    .option("-s, --stack <name>", "the stack to make (default: dev)")
    .option(
      "-C, --cwd <folder>",
      "the project's folder; it is made if it does not exist (default: this one)",
      asPath,
    )
    .option("--debug", "show where an error comes from")
    .addHelpText(
      "after",
      examples(
        "mkdir my-study && cd my-study && pulumi-skaha init",
        "pulumi-skaha init --typescript --cwd my-study --no-launch",
      ),
    )
    .action(async (options) => {
      const { init } = await import("./action.js");
      process.exitCode = await init(options);
    });
}
