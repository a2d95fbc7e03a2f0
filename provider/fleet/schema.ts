// What fleet.yaml may say. The one source: errors come from it, and so does schema/fleet.schema.json, by
// which editors complete the file. A job's inputs are checked by the schemas of `job/inputs.ts`.
import { z } from "zod";
import { setBySweep, textOf, type UserInputName, userInputs } from "../job/catalogue";
import { counterpartOf } from "../job/decisions/counterparts";
import { fields } from "../job/fields";
import { nearest } from "../text/nearest";

/** An object without other keys; its message has one line for each unknown key. */
function closed<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, what, Object.keys(shape))).join("\n")
        : undefined,
  });
}

function unknownKey(key: string, what: string, known: readonly string[]): string {
  const here = known.includes("image") ? counterpartOf(key, true) : undefined;
  const close = nearest(key, known);
  const hint =
    here !== undefined
      ? `write ${here}`
      : close === undefined
        ? `it knows ${known.join(", ")}`
        : `did you mean ${close}?`;
  return `${what} knows no ${JSON.stringify(key)}: ${hint}`;
}

const text = z.string("must be text");

const fromConfig = closed("a value from the stack's configuration", {
  fromConfig: text
    .min(1, "is empty: name a key of the stack's configuration")
    .describe(
      "A key of the stack's configuration, set by `pulumi config set --secret KEY`; the value is a secret.",
    ),
});

const secretText = (plain: z.ZodType) =>
  z.union([plain, fromConfig], "must be text, or {fromConfig: KEY}");

const predecessor = z.union(
  [
    text.describe("A job, a whole sweep, or one job of a sweep, as `study/band=2`."),
    closed("a session outside this file", {
      sessionId: text.describe("Skaha's id of another headless session of the same user."),
    }),
  ],
  "must be the name of a job or a sweep, or {sessionId: ID}",
);

const word = fields.args.unwrap().element;
const { username, secret } = fields.registryAuth.unwrap().shape;

/** Inputs that the file says in another form than a program. */
const ofTheFile = {
  image: fields.image.optional(),
  env: z
    .record(
      z.string(),
      z.union([word, fromConfig], "must be a string, a number, a boolean, or {fromConfig: KEY}"),
      "must be a map of variables",
    )
    .optional(),
  registryAuth: closed("registryAuth", {
    username: secretText(username),
    secret: secretText(secret),
  }).optional(),
  after: z.array(predecessor).optional(),
  canary: z.array(text).optional(),
  retry: closed("retry", fields.retry.unwrap().shape).optional(),
  group: closed("group", fields.group.unwrap().shape).optional(),
  onRemove: fields.onRemove.optional(),
};
type OfTheFile = typeof ofTheFile;

type Inputs = {
  [Name in UserInputName]: Name extends keyof OfTheFile ? OfTheFile[Name] : (typeof fields)[Name];
};
type SetBySweep = (typeof setBySweep)[number];

/** What a job can be given, each with its text. */
const jobInputs = Object.fromEntries(
  userInputs.map((name) => {
    const schema: z.ZodType = name in ofTheFile ? ofTheFile[name as keyof OfTheFile] : fields[name];
    return [name, schema.describe(textOf(name))];
  }),
) as unknown as Inputs;

/** The same without what a sweep sets itself. */
const inputs = Object.fromEntries(
  Object.entries(jobInputs).filter(([name]) => !setBySweep.includes(name as SetBySweep)),
) as unknown as Omit<Inputs, SetBySweep>;

const job = closed("a job", jobInputs);

const value = z.union(
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
    "must be a map of parameters, each with its values",
  )
  .refine((one) => Object.keys(one).length > 0, "is empty: name at least one parameter");

const columnNames = z.union(
  [text, z.array(text).min(1, "is empty")],
  "must be the name of a column, or a list of them",
);

const columnType = z.enum(
  ["string", "number", "boolean", "string?", "number?", "boolean?"],
  "must be string, number or boolean, with a ? where an empty field or a missing value is null",
);

/** Of `csv` and `table` alike. */
const chosenColumns = z
  .union(
    [z.array(text).min(1, "is empty: leave it out"), z.record(z.string(), columnType)],
    "must be a list of columns, or a map of columns to string, number or boolean",
  )
  .optional();

const instead = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()], "must be a value"))
  .optional();

const csv = closed("csv", {
  path: text
    .min(1, "is empty")
    .describe("The table, from the folder of fleet.yaml or `~/` for the home."),
  key: columnNames.describe("The column, or columns, that tell the rows apart."),
  columns: chosenColumns.describe(
    "The columns that jobs are about, beside the key: a list, or each with what it holds; with a ? an empty field is null. Default: all, each field a number if one is written exactly so, else text.",
  ),
  default: instead.describe("What stands for an empty field, by column, like `{z: -1}`."),
  delimiter: text.length(1, "must be one character").optional(),
});

const day = z.union([z.string(), z.number()], "must be a date, like 2026-11-01 or 20261101");

const table = closed("table", {
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
});

const nights = closed("nights", {
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
    .describe("How a night is written, as by strftime: `%Y%m%d` is 20261101. Default: `%Y-%m-%d`."),
});

const list = z
  .array(
    z
      .record(z.string(), value, "must be a map of parameters, like {galaxy: M31, ram: 16}")
      .refine((row) => Object.keys(row).length > 0, "is empty: a row needs a parameter"),
    "must be a list of rows, like [{galaxy: M31, ram: 16}]",
  )
  .min(1, "is empty: no jobs would come of it");

const count = (what: string, least: number) =>
  z
    .number(`must be a whole number of ${what}`)
    .int(`must be a whole number of ${what}`)
    .min(least, `must be at least ${least}`);

const kinds = {
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
const oneOf = `one of ${sourceKinds.join(", ")}`;

const source = closed("a set of rows", kinds).refine(
  (one) => Object.keys(one).length === 1,
  `must have one of ${Object.keys(kinds).join(", ")}`,
);

const sweepOnly = {
  ...kinds,
  concat: z
    .array(source, "must be a list of sets, like [{grid: ...}, {list: ...}]")
    .min(1, "is empty: no jobs would come of it")
    .optional()
    .describe("The rows of several sets, one after the other."),
  exclude: z
    .array(z.record(z.string(), value, "must be a map of parameters, like {band: 2}"))
    .min(1, "is empty: leave it out")
    .optional()
    .describe("Leaves out rows that have all the values of one of these."),
  key: z
    .union(
      [text.min(1, "is empty"), z.array(text).min(1, "is empty")],
      'must be a list of parameters, or text like "{galaxy}"',
    )
    .optional()
    .describe(
      "What a job is named by: parameters, or text with placeholders. Default: all parameters; of a table, its key.",
    ),
  canary: count("jobs", 0)
    .optional()
    .describe("All jobs but the first so many are held until those are Completed."),
  maxInFlight: count("jobs", 1)
    .optional()
    .describe("How many jobs of this sweep may run or wait to run at a time."),
  paramsInEnv: z
    .union([z.boolean(), z.array(text)], "must be true, false or a list of parameters")
    .optional()
    .describe("Gives each job its parameters as variables: `band` is SWEEP_PARAM_BAND."),
  replicaEnv: z
    .boolean("must be true or false")
    .optional()
    .describe("Sets REPLICA_ID and REPLICA_COUNT, as the canfar client does."),
  allowEmpty: z
    .boolean("must be true or false")
    .optional()
    .describe("Whether there may be no rows at all, as before the first of `nights`."),
};

/** The keys of a sweep that are not a job's inputs. */
export const sweepKeys = Object.keys(sweepOnly);

/** What the other possibility of {@link templated} says; it explains nothing. */
export const noPlaceholder = "has no placeholder";

const placeholder = z
  .string(noPlaceholder)
  .regex(/\{/, { error: noPlaceholder, abort: true }) // else a union takes it for the one that was meant
  .describe('Text with placeholders: "{band}" is the value of the parameter `band`.');

/** The same, with text that has placeholders in any place of a value. */
function templated(schema: z.ZodType): z.ZodType {
  const described = (made: z.ZodType) =>
    schema.description === undefined ? made : made.describe(schema.description);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return described(templated(schema.unwrap() as z.ZodType).optional());
  }
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape as Record<string, z.ZodType>);
    const inner = Object.fromEntries(shape.map(([key, one]) => [key, templated(one)]));
    return described(schema.clone({ ...schema.def, shape: inner }));
  }
  if (schema instanceof z.ZodArray) {
    const inner = templated(schema.element as z.ZodType);
    return described(schema.clone({ ...schema.def, element: inner }));
  }
  if (schema instanceof z.ZodRecord) {
    const inner = templated(schema.valueType as z.ZodType);
    return described(schema.clone({ ...schema.def, valueType: inner }));
  }
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as z.ZodType[]).map(templated);
    return described(schema.clone({ ...schema.def, options }));
  }
  if (schema instanceof z.ZodUnknown) return schema;
  return described(z.union([schema, placeholder]));
}

const sweepInputs = Object.fromEntries(
  Object.entries(inputs).map(([key, schema]) => [key, templated(schema)]),
) as { [Key in keyof typeof inputs]: z.ZodType<z.input<(typeof inputs)[Key]> | undefined> };

const sweep = closed("a sweep", { ...sweepOnly, ...sweepInputs }).refine(
  // Also when something else is wrong: all faults are told at once.
  (one) => !isObject(one) || sourceKinds.filter((kind) => one[kind] !== undefined).length === 1,
  { error: `must have ${oneOf}`, when: () => true },
);

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const logicalName = z
  .string()
  .min(1, "a name must not be empty")
  .regex(/^[^*]+$/, "a name must not hold *, a wildcard of --target")
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), "a name must not hold control characters");

export const fleetSchema = closed("fleet.yaml", {
  defaults: closed("defaults", inputs)
    .nullish()
    .describe("Inputs of all jobs, those of sweeps too, that say nothing else."),
  jobs: z
    .record(logicalName, job, "must be a map of jobs by name")
    .nullish()
    .describe("Single jobs by name."),
  sweeps: z
    .record(logicalName, sweep, "must be a map of sweeps by name")
    .nullish()
    .describe("Sets of jobs by name, one job for each row of parameters."),
});

export type JobSpec = z.input<typeof job>;
export type SweepSpec = z.input<typeof sweep>;
export type SourceSpec = z.input<typeof source>;
export type ValuesSpec = z.input<typeof lists>[string];
export type PredecessorSpec = z.input<typeof predecessor>;

/** What editors read. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(fleetSchema, { io: "input", target: "draft-7" });
  const own = {
    "^x-": { description: "Your own: a place for YAML anchors. Nothing is read from it." },
  };
  return { ...schema, patternProperties: own, title: "fleet.yaml of pulumi-skaha" };
}
