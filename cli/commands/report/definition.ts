// How `pulumi-skaha report` is called, and its help.
import type { Command } from "commander";
import { asPath, examples, jobsCommand, offline, ofRecord } from "../options";

export function defineReport(program: Command): void {
  jobsCommand(program, "report [job...]")
    .summary("write one page about all jobs, to keep or send")
    .description(
      "Writes one HTML file that needs no network. It has counts, a timeline of all attempts, a heat map of any number over two parameters, the failed jobs with the end of their logs, requested and used sizes, and a table of all jobs with a filter. Open it in a browser.",
    )
    .option("-o, --output <file>", "the file to write", asPath, "report.html")
    .option(
      "--results <file>",
      "a table (CSV) with your own numbers for each job; the column id or job, or the parameters' columns, say which job a row is about",
      asPath,
    )
    .addOption(offline())
    .addOption(ofRecord())
    .addHelpText(
      "after",
      examples("pulumi-skaha report", "pulumi-skaha report study -o study.html --results fits.csv"),
    )
    .action(async (jobs: string[], options) => {
      const { report } = await import("./action.js");
      await report(jobs, { ...options, version: program.version() });
    });
}
