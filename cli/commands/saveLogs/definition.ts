// How `pulumi-skaha save-logs` is called, and its help.
import type { Command } from "commander";
import { asPath, examples, jobNames, jobsCommand } from "../options";

export function defineSaveLogs(program: Command): void {
  jobsCommand(program, "save-logs [job...]")
    .summary("save logs before the server forgets them, for cron")
    .description(
      `Saves the logs of all jobs, or of those that are named, to each job's \`logs\` folder, or to "logs" beside the program: as ID-ATTEMPT.log of those that have ended, once, and as ID-ATTEMPT.live.log of those that run, as far as they are. pulumi-skaha logs and why find them there. Logs that a record keeps are copied only with --to or for jobs that are named. Files appear whole or not at all, and two runs at once do no harm. The files that were saved are printed; exit status 0 also where there was nothing to do. ${jobNames}`,
    )
    .option("--to <folder>", "save all of them there", asPath)
    .addHelpText(
      "after",
      `${examples("pulumi-skaha save-logs")}\n\nA line for crontab -e. Cron reads no profile: set PATH there, and log in with canfar login or cadc-get-cert.\n  */20 * * * * cd "$HOME/survey" && npx pulumi-skaha save-logs`,
    )
    .action(async (names: string[], options) => {
      const { saveLogs } = await import("./action.js");
      process.exitCode = await saveLogs(names, options);
    });
}
