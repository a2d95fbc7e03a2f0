// The words of the commands about what came out: tables for papers, sizes for the next run, the report.
import { type Command, Option } from "commander";
import { aboutJobs, asPath, examples } from "./words";

const offline = "ask nobody: show the jobs as the last up or refresh left them";

const typesInCsv = `
CSV has no types. pandas, astropy, polars, pyarrow and STILTS guess them, and quotes do not stop them:
"0123" is read as 123, and pandas rounds identifiers of 19 digits in a column with an empty cell. Either
take --ecsv or --votable, or name the type: pandas.read_csv(file, dtype={"source_id": "Int64"}).
`;

export function defineResults(skaha: Command): void {
  aboutJobs(skaha, "manifest [job...]")
    .summary("parameters and outcome of each job, as a table")
    .description(
      "Prints one row for each job: the sweep and its parameters, then id, session, status, attempt, times, exit code, use, log, image digest and commit. Jobs are named by name, id, session, sweep, the values of their parameters, or a pattern with *.",
    )
    .addOption(
      new Option("--csv", "comma-separated values, on stdout (the default)").conflicts([
        ...["ecsv", "votable", "json"],
      ]),
    )
    .addOption(
      new Option(
        "--ecsv",
        "CSV with types and units in its header, for astropy: long identifiers keep all digits",
      ).conflicts(["votable", "json"]),
    )
    .addOption(
      new Option(
        "--votable",
        "the same as a VOTable, for TOPCAT, STILTS and astropy; blanks around text are kept too",
      ).conflicts("json"),
    )
    .option("--json", "machine-readable, on stdout")
    .option("--offline", offline)
    .addHelpText(
      "after",
      `${typesInCsv}${examples(
        "pulumi-skaha manifest > manifest.csv",
        "pulumi-skaha manifest --ecsv > manifest.ecsv",
        "pulumi-skaha manifest study --json",
      )}`,
    )
    .action(async (jobs: string[], options) => {
      const { manifest } = await import("../commands/manifest.js");
      await manifest(jobs, options);
    });

  aboutJobs(skaha, "size [job...]")
    .summary("what sweeps asked for, what they used, and what would do")
    .description(
      "Compares for each sweep, and for each size in it, the cores and memory that were asked for with what the jobs' records say they used, and suggests one of the server's sizes. Retried attempts count as well.",
    )
    .option("--json", "machine-readable, on stdout")
    .option("--offline", offline)
    .addHelpText("after", examples("pulumi-skaha size", "pulumi-skaha size study --json"))
    .action(async (jobs: string[], options) => {
      const { size } = await import("../commands/size.js");
      await size(jobs, options);
    });

  aboutJobs(skaha, "report [job...]")
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
    .option("--offline", offline)
    .addHelpText(
      "after",
      examples("pulumi-skaha report", "pulumi-skaha report study -o study.html --results fits.csv"),
    )
    .action(async (jobs: string[], options) => {
      const { report } = await import("../commands/report.js");
      await report(jobs, { ...options, version: skaha.version() });
    });
}
