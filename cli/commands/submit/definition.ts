// How `pulumi-skaha submit` is called, and its help.
import { type Command, InvalidArgumentError, Option } from "commander";
import { asPath, examples, seconds } from "../options";

export function defineSubmit(program: Command): void {
  program
    .command("submit [word...]")
    .summary("launch one job outside any stack, for Snakemake, Prefect and scripts")
    .description(
      "Launches one recorded job that belongs to no stack, and prints its id: the folder of its record. The command follows after --. Called again with the same --name and command it launches nothing: it finds the job that is there, whatever became of it, and prints its id. Another command under the name of a job that runs or waits is refused. With --status it says of each id running, success or failed, with --cancel it cancels. A workflow manager may call it as often as it likes: all its processes share one list of the server's for some seconds.",
    )
    .optionsGroup("To launch:")
    .option("--image <image>", "registry, project, name and tag of the container image")
    .addOption(number("--cores <n>", "CPU cores (default: the server's choice)"))
    .option(
      "--ram <size>",
      "memory in GiB, or with a unit, like 5000MB (default: the server's choice)",
    )
    .addOption(number("--gpus <n>", "whole GPUs (default: none)"))
    .option("--round-up", "take the next size that the server offers")
    .option(
      "--name <text>",
      "what the job is called; fit/m31 is of the sweep fit (default: its command)",
    )
    .option(
      "--key <text>",
      "tells jobs of one name apart in place of their commands: what lives under name and key is found, whatever it runs",
    )
    .option("--script <file>", "run the text of this bash script; words after -- are its arguments")
    .option(
      "--cwd <folder>",
      "where the command starts (default: this folder, if it is below /arc)",
    )
    .option("--env <name=value>", "a variable; may be given several times", several)
    .option(
      "--output <file>",
      "a file below /arc that the job has to write; several times",
      several,
    )
    .addOption(seconds("--max-run <time>", "end the command after this time"))
    .addOption(
      new Option(
        "--rerun <which>",
        "launch the next attempt of a job that has ended. failed: if it failed. known: also if it is Completed and --acknowledge noted that you know",
      ).choices(["failed", "known"]),
    )
    .optionsGroup("About jobs that were launched:")
    .option("--status", "say how jobs stand: one word, and for several ids one line each")
    .option(
      "--acknowledge",
      "with --status: note in the record of each success that you know of it",
    )
    .option("--cancel", "cancel jobs. It hands that over and returns at once")
    .option("--wait", "with --cancel: return when they are gone")
    .addOption(
      number(
        "--companion-of <pid>",
        "to launch: for Snakemake, whose pid it is. When Ctrl-C has ended it, what its jobs left is cancelled",
      ),
    )
    .addOption(number("--companion <pid>", "wait for that process to end, as above").hideHelp())
    .optionsGroup("For all of these:")
    .option(
      "--record <folder>",
      "the folder below /arc for the records of jobs (default: PULUMI_SKAHA_RECORD, else .skaha-jobs in this folder, if it is below /arc)",
      asPath,
    )
    .option("--json", "print JSON on stdout")
    .option("--debug", "show where an error comes from")
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha submit --image images.canfar.net/skaha/astroml:24.07 --ram 4 --name m31 -- python3 fit.py m31.fits",
        "pulumi-skaha submit --status /arc/projects/survey/.skaha-jobs/m31-0f4t9c1k2j3h4g/1",
        "pulumi-skaha status --record /arc/projects/survey/.skaha-jobs",
      ),
    )
    .action(async (words: string[], options) => {
      const { submit } = await import("./action.js");
      process.exitCode = await submit(words, options);
    });
}

function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function number(flags: string, text: string): Option {
  return new Option(flags, text).argParser((value) => {
    if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
    throw new InvalidArgumentError("It must be a number.");
  });
}
