// How `pulumi-skaha why` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineWhy(program: Command): void {
  jobsCommand(program, "why [job...]")
    .summary("what is wrong with a job, and what to do about it")
    .description(
      `Says in one sentence why a job is as it is, and in another what to do about it: from its exit status, its memory, its missing outputs, the cluster's events and the end of its log, or for a job that is held or waits from what it waits for. ${jobNames} Without any: all that failed or are lost.`,
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha why", "pulumi-skaha why night-20261122"))
    .action(async (names: string[], options) => {
      const { why } = await import("./action.js");
      await why(names, options);
    });
}
