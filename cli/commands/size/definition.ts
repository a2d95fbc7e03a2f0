// How `pulumi-skaha size` is called, and its help.
import type { Command } from "commander";
import { examples, jobsCommand, offline } from "../options";

export function defineSize(program: Command): void {
  jobsCommand(program, "size [job...]")
    .summary("what sweeps asked for, what they used, and what would do")
    .description(
      "Compares for each sweep, and for each size in it, the cores and memory that were asked for with what the jobs' records say they used, and suggests one of the server's sizes. Retried attempts count as well.",
    )
    .option("--json", "machine-readable, on stdout")
    .addOption(offline())
    .addHelpText("after", examples("pulumi-skaha size", "pulumi-skaha size study --json"))
    .action(async (jobs: string[], options) => {
      const { size } = await import("./action.js");
      await size(jobs, options);
    });
}
