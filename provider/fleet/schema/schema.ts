// What fleet.yaml may say. The one source: errors come from it, and so does schema/fleet.schema.json, by
// which editors complete the file. A job's inputs are checked by the schemas of `job/inputs.ts`.
import { z } from "zod";
import { setBySweep, textOf, type UserInputName, userInputs } from "../../job/catalogue";
import { fields, stopLimits } from "../../job/fields";
import { closed, text } from "./closed";
import { count, kinds, oneOf, source, sourceKinds, value } from "./rowSources";
import { templated } from "./templated";

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
      "must be a map of variables, like {SURVEY: dr5}",
    )
    .optional(),
  registryAuth: closed(
    "registryAuth",
    { username: secretText(username), secret: secretText(secret) },
    "{username: alice, secret: {fromConfig: registrySecret}}",
  ).optional(),
  after: z.array(predecessor, "must be a list of jobs and sweeps, like [calibrate]").optional(),
  canary: z.array(text, "must be a list of jobs, like [calibrate]").optional(),
  retry: closed("retry", fields.retry.unwrap().shape, "{limit: 2}").optional(),
  group: closed("group", fields.group.unwrap().shape, "{name: nights, maxInFlight: 10}").optional(),
  stopAfter: closed(
    "stopAfter",
    fields.stopAfter.unwrap().shape,
    "{name: nights, failed: 5}",
  ).optional(),
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

const job = closed("a job", jobInputs, "{image: ..., cmd: ...}");

const sweepOnly = {
  ...kinds,
  concat: z
    .array(source, "must be a list of sets, like [{grid: ...}, {list: ...}]")
    .min(1, "is empty: no jobs would come of it")
    .optional()
    .describe("The rows of several sets, one after the other."),
  exclude: z
    .array(
      z.record(z.string(), value, "must be a map of parameters, like {band: 2}"),
      "must be a list of what is left out, like [{method: bls, band: 20}]",
    )
    .min(1, "is empty: leave it out")
    .optional()
    .describe(
      "Leaves out rows that have all the values of one of these, like `[{method: bls, band: 20}]`.",
    ),
  key: z
    .union(
      [text.min(1, "is empty"), z.array(text).min(1, "is empty")],
      'must be a list of parameters, like [galaxy, band], or text like "{galaxy}"',
    )
    .optional()
    .describe(
      "What a job is named by: parameters, or text with placeholders. Default: all parameters; of a table, its key.",
    ),
  canary: count("jobs", 0)
    .optional()
    .describe("All jobs but the first so many are held until those are Completed."),
  array: z
    .boolean("must be true or false")
    .optional()
    .describe(
      "All jobs are one resource of the stack instead of one each: for thousands. They are launched, cancelled and shown one by one all the same. Default: false.",
    ),
  pack: closed(
    "pack",
    { jobs: count("jobs", 1), parallel: count("jobs", 1) },
    "{jobs: 50, parallel: 4}",
  )
    .optional()
    .describe(
      "Jobs share sessions: one runs up to `jobs` of them, `parallel` at a time, and asks for their cores and ram times `parallel`. It needs `array: true`, a record, cores and ram.",
    ),
  maxInFlight: count("jobs", 1)
    .optional()
    .describe("How many jobs of this sweep may run or wait to run at a time."),
  stopAfter: closed("stopAfter", stopLimits, "{failed: 5}")
    .optional()
    .describe(
      "Holds the rest of the sweep, as soon as so many of its jobs have failed for the same cause, or such a part of those that ended: {failed: 5}, {share: 0.1, atLeast: 20}. It goes on with `pulumi-skaha up --release NAME`, and by itself when the jobs that failed are edited.",
    ),
  paramsInEnv: z
    .union([z.boolean(), z.array(text)], "must be true, false or a list of parameters, like [band]")
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

const sweepInputs = Object.fromEntries(
  Object.entries(inputs).map(([key, schema]) => [key, templated(schema)]),
) as { [Key in keyof typeof inputs]: z.ZodType<z.input<(typeof inputs)[Key]> | undefined> };

const sweep = closed(
  "a sweep",
  { ...sweepOnly, ...sweepInputs },
  "{grid: {band: [1, 2]}, image: ..., cmd: ...}",
).refine(
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

export const fleetSchema = closed(
  "fleet.yaml",
  {
    defaults: closed("defaults", inputs, "{image: ..., cores: 2}")
      .nullish()
      .describe("Inputs of all jobs, those of sweeps too, that say nothing else."),
    jobs: z
      .record(
        logicalName,
        job,
        "must be a map of jobs by name, like {reduce: {image: ..., cmd: ...}}",
      )
      .nullish()
      .describe("Single jobs by name."),
    sweeps: z
      .record(
        logicalName,
        sweep,
        "must be a map of sweeps by name, like {fit: {grid: ..., image: ..., cmd: ...}}",
      )
      .nullish()
      .describe("Sets of jobs by name, one job for each row of parameters."),
  },
  "{jobs: {reduce: {image: ..., cmd: ...}}}",
);

export type JobSpec = z.input<typeof job>;
export type SweepSpec = z.input<typeof sweep>;
export type PredecessorSpec = z.input<typeof predecessor>;

/** What editors read. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(fleetSchema, { io: "input", target: "draft-7" });
  const own = {
    "^x-": { description: "Your own: a place for YAML anchors. Nothing is read from it." },
  };
  return { ...schema, patternProperties: own, title: "fleet.yaml of pulumi-skaha" };
}
