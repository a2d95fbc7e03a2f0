// How `pulumi-skaha stats` is called, and its help.
import type { Command } from "commander";
import { examples, stackCommand } from "../options";

export function defineStats(program: Command): void {
  stackCommand(program, "stats")
    .summary("how loaded the server is")
    .description(
      "Shows what the sessions of all users ask for of the server's cores and memory, where the server tells it, and what your own headless sessions ask for, by status.",
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha stats"))
    .action(async (options) => {
      const { stats } = await import("./action.js");
      await stats(options);
    });
}
