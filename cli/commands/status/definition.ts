// How `pulumi-skaha status` is called, and its help.
import type { Command } from "commander";
import { examples, jobsCommand, offline, ofRecord, seconds } from "../options";

export function defineStatus(program: Command): void {
  jobsCommand(program, "status [job...]")
    .summary("list the jobs and their statuses")
    .description(
      "Lists the stack's jobs, counts them by status and suggests the next command. It asks the server for one list, and for a second one where a job is missing in the first; the rest it takes from the stack's state and the jobs' records. It changes nothing.",
    )
    .option("-w, --watch", "repeat until you press Ctrl-C")
    .addOption(seconds("--every <time>", "with --watch: time between two rounds", 5))
    .option("--failed", "only jobs that are Failed or Lost")
    .addOption(offline())
    .option("--json", "print JSON on stdout")
    .addOption(ofRecord())
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
