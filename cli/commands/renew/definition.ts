// How `pulumi-skaha renew` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineRenew(program: Command): void {
  jobsCommand(program, "renew [job...]")
    .summary("put off the end that the server has set for a session")
    .description(
      `The server ends each session at its expiry time. This puts it off by as much as the server grants from now, which may be less than its first term, for jobs that are Running, and shows the new time; a session that has longer keeps it. ${jobNames} With \`renew: true\` each up or refresh does so by itself.`,
    )
    .addHelpText(
      "after",
      examples("pulumi-skaha renew night-20261122", "pulumi-skaha renew 'night-*'"),
    )
    .action(async (names: string[], options) => {
      const { renew } = await import("./action.js");
      process.exitCode = await renew(names, options);
    });
}
