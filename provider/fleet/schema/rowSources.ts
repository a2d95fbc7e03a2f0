// What a sweep of fleet.yaml may take its rows from: combinations of values, lists, tables, nights, replicas.
import { z } from "zod";
import { closed, text } from "./closed";

export const value = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  "must be a string, a number, true, false or null",
);
const numbers = (least: number, most: number, what: string) =>
  z
    .array(z.number("must be a number"), `must be ${what}`)
    .min(least, `must be ${what}`)
    .max(most, `must be ${what}`);

const spread = closed("a set of numbers", {
  range: numbers(1, 3, "[end], [start, end] or [start, end, step]")
    .optional()
    .describe("[start, end, step]: numbers from start to end, which is not among them."),
  linspace: numbers(3, 3, "[start, end, count]")
    .optional()
    .describe("[start, end, count]: numbers at equal distances, both ends among them."),
  logspace: numbers(3, 3, "[start, end, count]")
    .optional()
    .describe("[start, end, count]: from 10^start to 10^end at equal ratios, both among them."),
}).refine((one) => Object.keys(one).length === 1, "must have one of range, linspace, logspace");

const lists = z
  .record(
    z.string(),
    z.union(
      [z.array(value).min(1, "is empty: a parameter needs at least one value"), spread],
      "must be a list of values, like [1, 2], or {range: [0, 10, 2]}, {linspace: ...}, {logspace: ...}",
    ),
    "must be a map of parameters, each with its values, like {band: [1, 2]}",
  )
  .refine((one) => Object.keys(one).length > 0, "is empty: name at least one parameter");

const columnNames = z.union(
  [text, z.array(text).min(1, "is empty")],
  "must be the name of the column whose values tell the rows apart, like name, or a list of such columns, like [ra, dec]",
);

const columnType = z.enum(
  ["string", "number", "boolean", "string?", "number?", "boolean?"],
  "must be string, number or boolean, with a ? where an empty field or a missing value is null",
);

/** Of `csv` and `table` alike. */
const chosenColumns = z
  .union(
    [z.array(text).min(1, "is empty: leave it out"), z.record(z.string(), columnType)],
    "must be a list of columns, like [ra], or a map of columns to string, number or boolean, like {ra: number}",
  )
  .optional();

const instead = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()], "must be a value"),
    "must be a map of columns to values, like {z: -1}",
  )
  .optional();

const csv = closed(
  "csv",
  {
    path: text
      .min(1, "is empty")
      .describe("The table, from the folder of fleet.yaml or `~/` for the home."),
    key: columnNames.describe("The column, or columns, that tell the rows apart."),
    columns: chosenColumns.describe(
      "The columns that jobs are about, beside the key: a list, or each with what it holds; with a ? an empty field is null. Default: all, each field a number if one is written exactly so, else text.",
    ),
    default: instead.describe("What stands for an empty field, by column, like `{z: -1}`."),
    delimiter: text.length(1, "must be one character").optional(),
  },
  "{path: galaxies.csv, key: galaxy}",
);

const day = z.union([z.string(), z.number()], "must be a date, like 2026-11-01 or 20261101");

const table = closed(
  "table",
  {
    path: text
      .min(1, "is empty")
      .describe(
        "The file: FITS, VOTable, ECSV or Parquet; from the folder of fleet.yaml or `~/` for the home.",
      ),
    key: columnNames.describe("The column, or columns, that tell the rows apart."),
    columns: chosenColumns.describe(
      "The columns that are parameters, beside the key: a list, or each with the type it is to have; with a ? a missing value is null. Default: all that hold one value in each cell.",
    ),
    default: instead.describe("What stands for a missing value, by column, like `{z: -1}`."),
    allowOverflow: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Takes a VOTable that its service cut off at its limit of rows for what is wanted. Default: false, it is an error.",
      ),
  },
  "{path: tiles.fits, key: TILEID}",
);

const nights = closed(
  "nights",
  {
    from: day.describe("The first night, like 2026-11-01 or 20261101."),
    to: day.describe("The last night, a date, `yesterday` or `today`; it is among them."),
    timeZone: text.describe("Whose calendar counts, like America/Vancouver."),
    keep: z
      .number("must be a whole number")
      .int("must be a whole number")
      .min(1, "must be at least 1")
      .optional()
      .describe("Only the last so many nights. Default: all."),
    format: text
      .optional()
      .describe(
        "How a night is written, as by strftime: `%Y%m%d` is 20261101. Default: `%Y-%m-%d`.",
      ),
  },
  "{from: 2026-11-01, to: yesterday, timeZone: America/Vancouver}",
);

const list = z
  .array(
    z
      .record(z.string(), value, "must be a map of parameters, like {galaxy: M31, ram: 16}")
      .refine((row) => Object.keys(row).length > 0, "is empty: a row needs a parameter"),
    "must be a list of rows, like [{galaxy: M31, ram: 16}]",
  )
  .min(1, "is empty: no jobs would come of it");

export const count = (what: string, least: number) =>
  z
    .number(`must be a whole number of ${what}`)
    .int(`must be a whole number of ${what}`)
    .min(least, `must be at least ${least}`);

export const kinds = {
  grid: lists.optional().describe("Every combination of the values: `grid` of TypeScript."),
  zip: lists.optional().describe("The first values of all lists, then the second, and so on."),
  list: list.optional().describe("Rows as they are."),
  csv: csv.optional().describe("The rows of a table whose first line names the columns."),
  table: table
    .optional()
    .describe("The rows of a FITS, VOTable, ECSV or Parquet file, with the types it has."),
  nights: nights.optional().describe("One row for each night: the parameter `night`."),
  replicas: count("replicas", 1)
    .optional()
    .describe("So many equal jobs: the parameter `replica`."),
};

export const sourceKinds = [...Object.keys(kinds), "concat"] as (keyof typeof kinds | "concat")[];
export const oneOf = `one of ${sourceKinds.join(", ")}`;

export const source = closed("a set of rows", kinds, "{grid: {band: [1, 2]}}").refine(
  (one) => Object.keys(one).length === 1,
  `must have one of ${Object.keys(kinds).join(", ")}`,
);

export type SourceSpec = z.input<typeof source>;
export type ValuesSpec = z.input<typeof lists>[string];
