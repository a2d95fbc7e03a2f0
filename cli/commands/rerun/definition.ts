// How `pulumi-skaha rerun` is called, and its help.
import type { Command } from "commander";
import { examples, jobNames, jobsCommand } from "../options";

export function defineRerun(program: Command): void {
  jobsCommand(program, "rerun [job...]")
    .summary("run jobs again")
    .description(
      `Runs jobs again that have not changed in the program, for example because you have corrected their script on /arc. It is an up that replaces these jobs, and those that merge them (\`members: true\`), and touches nothing else. It shows what it would do, and asks. It marks their records as void: the new run writes its own record and log in their place, so save a log that you want to keep with \`pulumi-skaha save-logs\` first. A job that is still running is cancelled first, so you must give its own name. ${jobNames}`,
    )
    .option("--failed", "all jobs that are Failed")
    .option("--lost", "all jobs that are Lost")
    .option("--dependents", "also run the jobs again that come after them")
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      examples("pulumi-skaha rerun night-20261122", "pulumi-skaha rerun --failed --yes"),
    )
    .action(async (names: string[], options) => {
      const { rerun } = await import("./action.js");
      process.exitCode = await rerun(names, options);
    });
}
