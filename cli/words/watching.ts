// The words of the commands that look at jobs and change nothing.
import type { Command } from "commander";
import { aboutStack, examples, seconds } from "./words";

export function defineWatching(skaha: Command): void {
  aboutStack(skaha, "status")
    .summary("how the jobs stand")
    .description(
      "Shows each job of the stack, how many are how, and what to type next. It asks the server for one list, and takes the rest from the stack's state and the jobs' records; nothing is changed.",
    )
    .option("-w, --watch", "look again and again until interrupted")
    .addOption(seconds("--every <seconds>", "with --watch: seconds between two looks", 5))
    .option("--failed", "only jobs that failed or are lost")
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha status", "pulumi-skaha status --watch --failed"))
    .action(async (options) => {
      const { status } = await import("../commands/status.js");
      await status(options);
    });
}
