// How `pulumi-skaha logs` is called, and its help.
import { type Command, InvalidArgumentError, Option } from "commander";
import { examples, jobNames, jobsCommand, seconds, wholeNumber } from "../options";

export function defineLogs(program: Command): void {
  jobsCommand(program, "logs [job...]")
    .summary("what jobs have written")
    .description(
      `Prints the logs of jobs: the saved file or the record of those that have ended, the server's of those that run. ${jobNames} Several logs come one after another, or with --follow mixed, each line after its job's name. On a terminal control characters are shown, not obeyed; into a pipe or file the bytes go as they are. Exit status 1: a log is missing, and stderr says why.`,
    )
    .option("-f, --follow", "go on with what is written from now on, until the jobs have ended")
    .addOption(seconds("--every <time>", "with --follow: time between two looks", 2))
    .addOption(
      new Option(
        "-g, --grep <pattern>",
        "only lines in which this JavaScript regular expression is found",
      ).argParser(pattern),
    )
    .option("-i, --ignore-case", "with --grep: capitals and small letters are alike")
    .addOption(wholeNumber("-n, --tail <lines>", "only so many of the last lines"))
    .addOption(wholeNumber("--attempt <number>", "an earlier attempt than the last"))
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha logs night-20261122 --follow",
        "pulumi-skaha logs 'night-*' -i --grep 'error|warn' --tail 3",
      ),
    )
    .action(async (names: string[], options) => {
      const { logs } = await import("./action.js");
      process.exitCode = await logs(names, options);
    });
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    const [, reason = "it is not whole"] = /: ([^:]+)$/.exec((error as Error).message) ?? [];
    throw new InvalidArgumentError(`It must be a JavaScript regular expression: ${reason}.`);
  }
}
