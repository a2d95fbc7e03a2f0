// How `pulumi-skaha save-logs` is called, and its help.
import type { Command } from "commander";
import { asPath, examples, jobNames, jobsCommand } from "../options";

export function defineSaveLogs(program: Command): void {
  jobsCommand(program, "save-logs [job...]")
    .summary("save logs before the server forgets them, for cron")
    .description(
      `Saves the logs of all jobs, or of the named ones, to each job's \`logs\` folder, or to "logs" beside the program. The log of a job that has ended is saved once, as ID-ATTEMPT.log. The log of a running job is saved as far as it goes, as ID-ATTEMPT.live.log. pulumi-skaha logs and why find both there. If a record keeps a log, it is copied only with --to or if you name the job. A file appears whole or not at all, and two runs at once do no harm. It prints the names of the files that it saved. Exit status 0: also if there was nothing to do. ${jobNames}`,
    )
    .option("--to <folder>", "save all logs in this folder", asPath)
    .addHelpText(
      "after",
      `${examples("pulumi-skaha save-logs")}\n\nA line for crontab -e. Cron reads no profile: set PATH in the crontab, and log in with canfar login or cadc-get-cert.\n  */20 * * * * cd "$HOME/survey" && npx pulumi-skaha save-logs`,
    )
    .action(async (names: string[], options) => {
      const { saveLogs } = await import("./action.js");
      process.exitCode = await saveLogs(names, options);
    });
}
