// How `pulumi-skaha rerun` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineRerun(program: Command): void {
  jobsCommand(program, "rerun [job...]")
    .summary("run jobs again whose script has changed")
    .description(
      `Runs jobs again that the program declares as before: because the script on /arc was set right, say. It is an up that replaces these jobs and touches nothing else; it shows what it would do and asks. Their records are voided, their files stay. A job that still lives has to be named by its own name: it is cancelled first. ${jobNames}`,
    )
    .option("--failed", "all jobs that are Failed")
    .option("--lost", "all jobs that are Lost")
    .option("--dependents", "also run again what comes after them")
    .option("-y, --yes", "ask nothing")
    .addHelpText(
      "after",
      examples("pulumi-skaha rerun night-20261122", "pulumi-skaha rerun --failed --yes"),
    )
    .action(async (names: string[], options) => {
      const { rerun } = await import("./action.js");
      process.exitCode = await rerun(names, options);
    });
}
