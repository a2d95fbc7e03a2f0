// How `pulumi-skaha doctor` is called, and its help.
import type { Command } from "commander";
import { examples, stackCommand } from "../options";

export function defineDoctor(program: Command): void {
  stackCommand(program, "doctor")
    .summary("check that everything jobs need is in place")
    .description(
      "Checks Node and the Pulumi CLI, the project and its packages, the backend of its state, the passphrase, the credentials and their expiry, the server, its sizes and its clock, /arc, and sessions that are missing from the state. Ends processes of this project that a killed Pulumi has left. Each result is ok, a warning or a fault, and says what to do about it. It prints no secret. Exit status 1: there is a fault.",
    )
    .option("--json", "print JSON on stdout")
    .addHelpText("after", examples("pulumi-skaha doctor", "pulumi-skaha doctor --stack dev --json"))
    .action(async (options) => {
      const { doctor } = await import("./action.js");
      process.exitCode = await doctor(options);
    });
}
