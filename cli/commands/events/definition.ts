// How `pulumi-skaha events` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineEvents(program: Command): void {
  jobsCommand(program, "events [job...]")
    .summary("show what the cluster did with a job's session")
    .description(
      `Prints the Kubernetes events of jobs: scheduling, pulling the image, starting, ending. The server forgets them an hour after the end of the session. For Failed jobs with \`logs\` the stack's state keeps the last of them. ${jobNames} Exit status 1: there are no events, and stderr says why.`,
    )
    .option("--json", "print JSON on stdout")
    .addHelpText("after", examples("pulumi-skaha events night-20261122"))
    .action(async (names: string[], options) => {
      const { events } = await import("./action.js");
      process.exitCode = await events(names, options);
    });
}
