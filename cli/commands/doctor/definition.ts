// How `pulumi-skaha doctor` is called, and its help.
import type { Command } from "commander";
import { examples, stackCommand } from "../options";

export function defineDoctor(program: Command): void {
  stackCommand(program, "doctor")
    .summary("whether all is there that jobs need")
    .description(
      "Checks Node and the Pulumi CLI, the project and its packages, the backend of its state, the passphrase, the credentials and their expiry, the server, its sizes and its clock, /arc, and sessions that the stack has lost sight of; each is ok, a warning or a fault with what to do about it. No secret is printed. Exit status: 1 where there is a fault.",
    )
    .option("--json", "machine-readable, on stdout")
    .addHelpText("after", examples("pulumi-skaha doctor", "pulumi-skaha doctor --stack dev --json"))
    .action(async (options) => {
      const { doctor } = await import("./action.js");
      process.exitCode = await doctor(options);
    });
}
