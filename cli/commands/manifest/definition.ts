// How `pulumi-skaha manifest` is called, and its help.
import { type Command, Option } from "commander";
import { examples, jobsCommand, offline, ofRecord } from "../options";

const typesInCsv = `
CSV has no types. pandas, astropy, polars, pyarrow and STILTS guess them, and quotes do not prevent that:
"0123" is read as 123, and pandas rounds identifiers of 19 digits in a column with an empty cell. Use
--ecsv or --votable, or name the type: pandas.read_csv(file, dtype={"source_id": "Int64"}).
`;

export function defineManifest(program: Command): void {
  jobsCommand(program, "manifest [job...]")
    .summary("print the parameters and outcome of each job, as a table")
    .description(
      "Prints one row for each job: the sweep and its parameters, then id, session, status, attempt, times, exit code, usage, log, image digest and commit. You can name jobs by name, id, session, sweep, the values of their parameters, or a pattern with *.",
    )
    .addOption(
      new Option("--csv", "comma-separated values, on stdout (the default)").conflicts([
        ...["ecsv", "votable", "json"],
      ]),
    )
    .addOption(
      new Option(
        "--ecsv",
        "CSV with types and units in its header, for astropy; long identifiers keep all digits",
      ).conflicts(["votable", "json"]),
    )
    .addOption(
      new Option(
        "--votable",
        "a VOTable, for TOPCAT, STILTS and astropy; it also keeps blanks around text",
      ).conflicts("json"),
    )
    .option("--json", "print JSON on stdout")
    .addOption(offline())
    .addOption(ofRecord())
    .addHelpText(
      "after",
      `${typesInCsv}${examples(
        "pulumi-skaha manifest > manifest.csv",
        "pulumi-skaha manifest --ecsv > manifest.ecsv",
        "pulumi-skaha manifest study --json",
      )}`,
    )
    .action(async (jobs: string[], options) => {
      const { manifest } = await import("./action.js");
      await manifest(jobs, options);
    });
}
