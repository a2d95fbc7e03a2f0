// How `pulumi-skaha why` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand, ofRecord } from "../options";

export function defineWhy(program: Command): void {
  jobsCommand(program, "why [job...]")
    .summary("explain what is wrong with a job, and what to do about it")
    .description(
      `Says in one sentence why a job has its status, and in another what to do about it. It looks at the exit status, the memory, missing outputs, the cluster's events and the end of the log; for a job that is Held or Pending, at what it waits for. ${jobNames} Without a name: all jobs that are Failed or Lost.`,
    )
    .option("--json", "print JSON on stdout")
    .addOption(ofRecord())
    .addHelpText("after", examples("pulumi-skaha why", "pulumi-skaha why night-20261122"))
    .action(async (names: string[], options) => {
      const { why } = await import("./action.js");
      await why(names, options);
    });
}
