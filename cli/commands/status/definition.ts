// How `pulumi-skaha status` is called, and its help.
import type { Command } from "commander";
import { examples, jobsCommand, offline, seconds } from "../options";

export function defineStatus(program: Command): void {
  jobsCommand(program, "status [job...]")
    .summary("how the jobs stand")
    .description(
      "Shows each job of the stack, how many are how, and what to type next. It asks the server for one list, and takes the rest from the stack's state and the jobs' records; nothing is changed.",
    )
    .option("-w, --watch", "look again and again until interrupted")
    .addOption(seconds("--every <time>", "with --watch: time between two looks", 5))
    .option("--failed", "only jobs that failed or are lost")
    .addOption(offline())
    .option("--json", "machine-readable, on stdout")
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha status",
        "pulumi-skaha status --watch --failed",
        "pulumi-skaha status --where sigma=5",
      ),
    )
    .action(async (names: string[], options) => {
      const { status } = await import("./action.js");
      await status(names, options);
    });
}
