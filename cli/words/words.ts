// What the definitions of subcommands share: the options of all that are about a stack, the forms of values,
// examples at the end of a help text.
import { type Command, InvalidArgumentError, Option } from "commander";

/** A subcommand about the jobs of a stack, with the options that all of these have. */
export function aboutStack(skaha: Command, nameAndArguments: string): Command {
  return skaha
    .command(nameAndArguments)
    .option("-s, --stack <name>", "the stack to use (default: the one that is selected)")
    .option("-C, --cwd <folder>", "run as if started in this folder")
    .option("--debug", "show where an error comes from");
}

export function seconds(flags: string, text: string, usual: number): Option {
  return new Option(flags, text).default(usual).argParser((value) => {
    const number = Number(value);
    if (Number.isFinite(number) && number > 0) return number;
    throw new InvalidArgumentError("It must be a number of seconds above 0.");
  });
}

export function examples(...lines: readonly string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  $ ${line}`)].join("\n");
}
