// How `pulumi-skaha events` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineEvents(program: Command): void {
  jobsCommand(program, "events [job...]")
    .summary("what the cluster did with a job's session")
    .description(
      `Prints Kubernetes' events of jobs: scheduling, pulling the image, starting, ending. The server forgets them an hour after the end; for failed jobs with \`logs\` the stack's state keeps the last of them. ${jobNames} Exit status 1: there are none to be had, and stderr says why.`,
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha events night-20261122"))
    .action(async (names: string[], options) => {
      const { events } = await import("./action.js");
      process.exitCode = await events(names, options);
    });
}
