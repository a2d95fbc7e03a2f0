// How `pulumi-skaha wait` is called, and its help.
import type { Command } from "commander";
import { examples, jobsCommand, seconds } from "../options";

export function defineWait(program: Command): void {
  jobsCommand(program, "wait [job...]")
    .summary("wait until the sessions have ended")
    .description(
      "Waits until no session of the stack's jobs is pending or running. It shows bars on a terminal, and lines elsewhere. It launches nothing: only an up launches Held jobs, so wait ends when only those are left. Exit status: 0 all are Completed, 1 some are not, 2 the time is over.",
    )
    .addOption(seconds("--timeout <time>", "give up after this time (default: never)"))
    .addOption(seconds("--every <time>", "time between two rounds", 10))
    .addHelpText(
      "after",
      examples("pulumi-skaha wait", "pulumi-skaha wait --timeout 2h && python collect.py"),
    )
    .action(async (names: string[], options) => {
      const { wait } = await import("./action.js");
      process.exitCode = await wait(names, options);
    });
}
