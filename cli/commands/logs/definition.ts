// How `pulumi-skaha logs` is called, and its help.
import { type Command, InvalidArgumentError, Option } from "commander";
import { examples, jobNames, jobsCommand, ofRecord, seconds, wholeNumber } from "../options";

export function defineLogs(program: Command): void {
  jobsCommand(program, "logs [job...]")
    .summary("show what jobs have written")
    .description(
      `Prints the logs of jobs. For a job that has ended it reads the saved file or the record, for a running job it asks the server. ${jobNames} It prints several logs one after another, or mixed with --follow, and each line begins with the name of its job. A terminal gets control characters written out; a pipe or file gets the bytes unchanged. Exit status 1: a log is missing, and stderr says why.`,
    )
    .option("-f, --follow", "also print what the jobs write from now on, until they have ended")
    .addOption(seconds("--every <time>", "with --follow: time between two rounds", 2))
    .addOption(
      new Option(
        "-g, --grep <pattern>",
        "only lines that match this JavaScript regular expression",
      ).argParser(pattern),
    )
    .option("-i, --ignore-case", "with --grep: ignore upper and lower case")
    .addOption(wholeNumber("-n, --tail <lines>", "only this many of the last lines"))
    .addOption(wholeNumber("--attempt <number>", "an earlier attempt (default: the last)"))
    .addOption(ofRecord())
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
