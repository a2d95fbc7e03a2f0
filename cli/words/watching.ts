// The words of the commands that look at jobs and change nothing.
import type { Command } from "commander";
import { aboutJobs, examples, seconds } from "./words";

export function defineWatching(skaha: Command): void {
  aboutJobs(skaha, "status [job...]")
    .summary("how the jobs stand")
    .description(
      "Shows each job of the stack, how many are how, and what to type next. It asks the server for one list, and takes the rest from the stack's state and the jobs' records; nothing is changed.",
    )
    .option("-w, --watch", "look again and again until interrupted")
    .addOption(seconds("--every <time>", "with --watch: time between two looks", 5))
    .option("--failed", "only jobs that failed or are lost")
    .option("--offline", "ask nobody: show the jobs as the last up or refresh left them")
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
      const { status } = await import("../commands/status.js");
      await status(names, options);
    });

  aboutJobs(skaha, "wait [job...]")
    .summary("until the sessions have ended")
    .description(
      "Waits until no session of the stack's jobs runs or waits to run, with bars on a terminal and lines elsewhere. It only looks: jobs that are held are launched by an up, so wait ends when only those are left. Exit status: 0 all completed, 1 some did not, 2 the time was over.",
    )
    .addOption(seconds("--timeout <time>", "give up after this time (default: never)"))
    .addOption(seconds("--every <time>", "time between two looks", 10))
    .addHelpText(
      "after",
      examples("pulumi-skaha wait", "pulumi-skaha wait --timeout 2h && python collect.py"),
    )
    .action(async (names: string[], options) => {
      const { wait } = await import("../commands/wait.js");
      process.exitCode = await wait(names, options);
    });
}
