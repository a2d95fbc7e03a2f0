// How `pulumi-skaha report` is called, and its help.
import type { Command } from "commander";
import { asPath, examples, jobsCommand, offline } from "../options";

export function defineReport(program: Command): void {
  jobsCommand(program, "report [job...]")
    .summary("one page about all jobs, to keep or send")
    .description(
      "Writes one HTML file that needs no network: counts, a timeline of all attempts, a heat map of any number over two parameters, what failed with the end of its log, asked against used, and a table of all jobs with a filter. Open it in a browser.",
    )
    .option("-o, --output <file>", "where to write it", asPath, "report.html")
    .option(
      "--results <file>",
      "a table (CSV) with numbers of your own for each job, found by a column id or job, or by the parameters' columns",
      asPath,
    )
    .addOption(offline())
    .addHelpText(
      "after",
      examples("pulumi-skaha report", "pulumi-skaha report study -o study.html --results fits.csv"),
    )
    .action(async (jobs: string[], options) => {
      const { report } = await import("./action.js");
      await report(jobs, { ...options, version: program.version() });
    });
}
