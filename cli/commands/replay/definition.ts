// How `pulumi-skaha replay` is called, and its help.
import type { Command } from "commander";
import { asPath, examples } from "../options";

export function defineReplay(program: Command): void {
  program
    .command("replay <dir>")
    .summary("say whether a crate's jobs would be launched the same today")
    .description(
      "With --check it compares the crate that pulumi-skaha publish wrote into this folder with a clone of the program: whether it is at the same commit, whether the server has the same images by digest, and whether each job would be launched under the same id. It says exactly what differs, launches nothing, and needs neither the state nor the secrets of the stack. Run it in the clone. Where there is none, it takes the copy of the program in the crate, which needs its packages: npm install. Exit status 0: all that can be compared is the same. 1: something differs, or could not be looked at.",
    )
    .option("--check", "compare, and launch nothing")
    .option("--copy", "take the copy of the program in the crate, also in a clone")
    .option("--offline", "do not ask the server which images it has now")
    .option("-C, --cwd <folder>", "run as if started in this folder", asPath)
    .option("--json", "print JSON on stdout")
    .option("--debug", "show where an error comes from")
    .addHelpText(
      "after",
      examples("pulumi-skaha replay ../crate --check", "pulumi-skaha replay crate --check --json"),
    )
    .action(async (dir: string, options) => {
      const { replay } = await import("./action.js");
      process.exitCode = await replay(asPath(dir), options);
    });
}
