// How `pulumi-skaha stats` is called, and its help.
import type { Command } from "commander";
import { examples, stackCommand } from "../options";

export function defineStats(program: Command): void {
  stackCommand(program, "stats")
    .summary("show how busy the server is")
    .description(
      "Shows how much of the server's cores and memory the sessions of all users request, if the server tells it, and what your own headless sessions request, by status.",
    )
    .option("--json", "print JSON on stdout")
    .addHelpText("after", examples("pulumi-skaha stats"))
    .action(async (options) => {
      const { stats } = await import("./action.js");
      await stats(options);
    });
}
