// How `pulumi-skaha size` is called, and its help.
import { type Command, Option } from "commander";
import { examples, jobsCommand, offline, ofRecord } from "../options";

export function defineSize(program: Command): void {
  jobsCommand(program, "size [job...]")
    .summary("compare requested with used cores and memory, and recommend sizes")
    .description(
      "Compares the requested cores and memory with what the jobs used according to their records, for each sweep and each size in it. It recommends one of the server's sizes. Retried attempts count too.",
    )
    .addOption(new Option("--json", "print JSON on stdout").conflicts("apply"))
    .addOption(
      new Option(
        "--apply",
        "write the recommended sizes into fleet.yaml: comments, order and style stay",
      ).conflicts("record"),
    )
    .addOption(offline())
    .addOption(ofRecord())
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha size",
        "pulumi-skaha size study --json",
        "pulumi-skaha size study --apply",
      ),
    )
    .action(async (jobs: string[], options) => {
      const { size } = await import("./action.js");
      await size(jobs, options);
    });
}
