// How `pulumi-skaha renew` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineRenew(program: Command): void {
  jobsCommand(program, "renew [job...]")
    .summary("extend the time that the server gives a session")
    .description(
      `The server ends each session at its expiry time. This extends it for Running jobs, by as much as the server grants from now, and shows the new time. The server may grant less than at first; a session that has more time left keeps it. ${jobNames} With \`renew: true\` each up or refresh extends the time by itself.`,
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
