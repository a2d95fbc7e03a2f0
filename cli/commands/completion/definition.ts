// How `pulumi-skaha completion` is called, and its help.
import { Argument, type Command } from "commander";
import { shells } from "../../completion/scripts";
import { examples } from "../options";

export function defineCompletion(program: Command): void {
  program
    .command("completion")
    .summary("print a script that completes commands, options and jobs in a shell")
    .description(
      "Prints a script for the shell. With it, the Tab key completes commands, options, stacks and the names of jobs.",
    )
    .addArgument(new Argument("<shell>").choices(shells))
    .addHelpText(
      "after",
      examples(
        `echo 'eval "$(pulumi-skaha completion bash)"' >> ~/.bashrc`,
        "pulumi-skaha completion zsh > ~/.zfunc/_pulumi-skaha",
        "pulumi-skaha completion fish > ~/.config/fish/completions/pulumi-skaha.fish",
      ),
    )
    .action(async (shell) => {
      const { completion } = await import("./action.js");
      completion(shell);
    });

  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .option("--line <line>")
    .action(async (words: string[], { line }: { line?: string }) => {
      const { complete } = await import("./action.js");
      await complete(program, words, line);
    });
}
