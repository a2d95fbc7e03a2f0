// How `pulumi-skaha publish` is called, and its help.
import { type Command, InvalidArgumentError, Option } from "commander";
import { asPath, examples, jobsCommand, offline, ofRecord } from "../options";

export function definePublish(program: Command): void {
  jobsCommand(program, "publish <dir> [job...]")
    .summary("write a folder about all jobs that can get a DOI, as an RO-Crate")
    .description(
      "Writes a folder that tells what ran, for a repository like Zenodo: the program, the images by digest, the commit, the parameters, commands and records of all jobs, the checksums of their outputs, and a README. It is an RO-Crate 1.2 with the profile Process Run Crate. Outputs stay where they are. No secret of the stack is in it. pulumi-skaha replay tells later whether the same jobs would be launched. Jobs that have not ended are refused, unless --unfinished is given.",
    )
    .option("--title <text>", "what the crate is called (default: the project and the stack)")
    .option("--description <text>", "what it is about, in a sentence or two")
    .option(
      "--author <name=orcid>",
      "an author, like 'Ada Lovelace=0000-0002-1825-0097', or the name alone; several times",
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option(
      "--license <license>",
      "a name of spdx.org, like CC-BY-4.0, or a URL (default: it says that none is chosen yet)",
    )
    .addOption(
      new Option(
        "--checksums-up-to <gib>",
        "read outputs up to this size for their checksums; 0 reads none",
      )
        .argParser(gib)
        .default(1),
    )
    .option("--unfinished", "publish jobs that have not ended, too")
    .option("--force", "replace the crate that is in the folder")
    .option("--json", "print JSON on stdout")
    .addOption(offline())
    .addOption(ofRecord())
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha publish crate --license CC-BY-4.0 --author 'Ada Lovelace=0000-0002-1825-0097'",
        "pulumi-skaha publish crate study --force",
        "pulumi-skaha publish crate --record /arc/projects/survey/.skaha-jobs",
      ),
    )
    .action(async (dir: string, jobs: string[], options) => {
      const { publish } = await import("./action.js");
      await publish(asPath(dir), jobs, { ...options, version: program.version() });
    });
}

function gib(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("It must be a number of GiB, like 2 or 0.5.");
}
