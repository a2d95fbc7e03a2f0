// What each input may be, one schema for each: the single source of their types, of what `check` refuses, and
// of the JSON Schema of fleet.yaml.
import { z } from "zod";
import { memberSchema } from "../files/members";
import { recordPath } from "../record/arcPath";
import { outputSchema } from "../record/outputs";
import { isEncodingVariable, whyUnsendable, whyUnsendableName } from "../skaha/encoding";
import { sendable } from "../skaha/sendable";
import { isUncertain, uncertain } from "../sweep/scalar";
import type { InputName } from "./catalogue";
import { causes } from "./cause";
import { splitCommand } from "./command";
import { faultOfStop } from "./decisions/stop";
import { always, parseWindow } from "./decisions/window";
import { baseLength, lastAttempt } from "./identity";

/** Variables that the server sets itself, after and above the user's (skaha's headless template). */
const serversVariables = [
  "skaha_hostname",
  "skaha_username",
  "skaha_sessionid",
  "HOME",
  "PWD",
  "OMP_NUM_THREADS",
];
/** Says no to the stack's `skaha:record`. */
export const noRecord = "none";
/** Variables that this provider sets for every job. */
const ownVariables = ["SKAHA_JOB_ID", "SKAHA_ATTEMPT"];

const word = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "must be a string, a number or a boolean",
  })
  .superRefine((value, context) => {
    if (typeof value !== "number" || !isUncertain(value)) return;
    context.addIssue({ code: "custom", message: `is ${uncertain(value)}` });
  })
  .transform(String)
  .superRefine(sendable);

const variableName = z.string().superRefine((name, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if (name === "OMP_NUM_THREADS") {
    refuse("is set by Skaha itself, which ignores any other value: write `threads` for the job");
  } else if (serversVariables.includes(name)) {
    refuse(
      `is set by Skaha itself, which ignores any other value: use another name, or set ${name} in the command (script: "export ${name}=...")`,
    );
  } else if (ownVariables.includes(name) || isEncodingVariable(name)) {
    refuse("is set by pulumi-skaha for every job: use another name");
  } else {
    const reason = whyUnsendableName(name);
    if (reason) refuse(reason);
  }
});

const variables = z.record(variableName, word, "must be a map of variables, like {SURVEY: dr5}");

const image = z
  .string({ error: (issue) => (issue.input === undefined ? "is required" : "must be a string") })
  .regex(
    /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[a-f0-9]{64})?$/,
    'must name the registry, the project and the image, like "images.canfar.net/skaha/astroml:24.07"',
  );

const name = z
  .string()
  .max(
    baseLength,
    `must have at most ${baseLength} characters: the job's id adds 15 to it, and an attempt's number up to 4`,
  )
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    "may have only lower-case letters, digits and -, and must start and end with a letter or digit",
  );

const commandLine = z
  .string()
  .min(
    1,
    'is empty: leave it out to run the image\'s own entrypoint, or name a program, like "python"',
  )
  .superRefine((line, context) => {
    const { words, problem } = splitCommand(line);
    const reason =
      problem !== undefined
        ? `is split into words, but no shell runs it, and ${problem} needs one: use script: ${JSON.stringify(line)}`
        : words.map(whyUnsendable).find((why) => why !== undefined);
    if (reason) context.addIssue({ code: "custom", message: reason });
  });

const size = (unit: string) =>
  z
    .number({ error: `must be a number of ${unit}` })
    .min(1, `must be at least 1; leave it out and the server chooses`);

const window = z
  .string('must be text, like "20:00-06:00 America/Vancouver, weekends"')
  .superRefine((text, context) => {
    if (text === always) return;
    const parsed = parseWindow(text);
    if ("problem" in parsed) {
      const example = '"20:00-06:00 America/Vancouver, weekends"';
      context.addIssue({ code: "custom", message: `${parsed.problem}: write it like ${example}` });
    }
  });

const limit = z
  .number("must be a whole number of retries")
  .int("must be a whole number of retries")
  .min(0, "must be 0 or more")
  .max(lastAttempt - 1, `must be at most ${lastAttempt - 1}`);
const factor = z
  .number("must be a number")
  .min(1, "must be 1 or more")
  .max(100, "must be at most 100");

export const retrySchema = z.strictObject({
  limit: z.union([limit, z.partialRecord(z.enum(causes), limit)], {
    error: `must be a whole number of retries, or such a number for each of ${causes.join(", ")}`,
  }),
  on: z
    .array(
      z.enum(causes, { error: `must be one of ${causes.join(", ")}` }),
      "must be a list of causes, like [OutOfMemory]",
    )
    .min(1, "is empty: leave it out to retry failures")
    .optional(),
  ramFactor: factor.optional(),
  coresFactor: factor.optional(),
});

export const stopLimits = {
  failed: z
    .number("must be a whole number of jobs")
    .int("must be a whole number of jobs")
    .min(1, "must be at least 1")
    .optional(),
  share: z
    .number("must be a number between 0 and 1")
    .gt(0, "must be more than 0, like 0.1 for a tenth")
    .max(1, "must be at most 1, which is all")
    .optional(),
  atLeast: z
    .number("must be a whole number of jobs")
    .int("must be a whole number of jobs")
    .min(1, "must be at least 1")
    .optional(),
};

const stopSchema = z
  .strictObject({ name: z.string("must be text").min(1, "is empty"), ...stopLimits })
  .superRefine((rule, context) => {
    const fault = faultOfStop(rule);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });

/** Or "none", against the stack's `skaha:record`. */
const record = z.string("must be a path").superRefine((text, context) => {
  const parsed = text === noRecord ? undefined : recordPath.safeParse(text);
  const message = parsed?.error?.issues[0]?.message;
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** One schema for each input; a property is left alone while a preview does not know it. */
export const fields = {
  identity: z.string().min(1),
  name: name.optional(),
  image,
  cmd: commandLine.optional(),
  script: word.refine((text) => text.trim() !== "", "is empty").optional(),
  args: z.array(word, 'must be a list of words, like ["--band", 2]').optional(),
  env: variables.optional(),
  secretEnv: variables.optional(),
  cores: size("cores").optional(),
  ram: size("GiB").optional(),
  gpus: z
    .number({ error: "must be a whole number of GPUs" })
    .int("must be a whole number of GPUs")
    .min(0, "must be 0 or more")
    .optional(),
  registryAuth: z
    .object({
      username: z
        .string()
        .min(1, "is empty")
        .regex(/^[^:]*$/, "cannot hold a colon"),
      // The server splits `username:secret` at every colon, and wants two pieces.
      secret: z
        .string()
        .min(1, "is empty")
        .regex(/^[^:]*$/, "cannot hold a colon"),
    })
    .optional(),
  triggers: z.array(z.unknown(), "must be a list, like [2]").optional(),
  after: z.array(z.string()).optional(),
  afterStatus: z.array(z.string()).optional(),
  staleAfter: z.enum(["rerun", "keep"], { error: 'must be "rerun" or "keep"' }).optional(),
  window: window.optional(),
  retry: retrySchema.optional(),
  renew: z.boolean("must be true or false").optional(),
  logs: z.string("must be the path of a folder").min(1, "is empty").optional(),
  resumeArgs: z.array(word, 'must be a list of words, like ["--resume"]').optional(),
  record: record.optional(),
  files: z
    .array(
      z.string("must be a path").min(1, "is empty"),
      'must be a list of files and folders, like ["search.py", "lib/"]',
    )
    .optional(),
  filesDigest: z.string().optional(),
  members: z.boolean("must be true or false").optional(),
  memberList: z.array(memberSchema).optional(),
  membersDigest: z.string().optional(),
  outputs: z
    .array(outputSchema, "must be a list of files, like [/arc/projects/survey/m31.fits]")
    .optional(),
  cwd: z
    .string("must be a path")
    .regex(
      /^(\/|\{files\}(\/|$))/,
      "must be an absolute path of the job's machine, like /arc/projects/survey",
    )
    .superRefine(sendable)
    .optional(),
  maxRunSeconds: z
    .number("must be a number of seconds")
    .int("must be a whole number of seconds")
    .min(1, "must be at least 1")
    .optional(),
  threads: z
    .number("must be a whole number of threads")
    .int("must be a whole number of threads")
    .min(1, "must be at least 1")
    .optional(),
  skipIfOutputs: z.boolean("must be true or false").optional(),
  adopt: z
    .string("must be the id of a session")
    .regex(/^[A-Za-z0-9-]+$/, "must be the id of a session, like abcd1234")
    .optional(),
  canary: z.array(z.string()).optional(),
  canaryStatus: z.array(z.string()).optional(),
  group: z
    .strictObject({
      name: z.string("must be text").min(1, "is empty"),
      maxInFlight: z
        .number("must be a whole number of sessions")
        .int("must be a whole number of sessions")
        .min(1, "must be at least 1"),
    })
    .optional(),
  stopAfter: stopSchema.optional(),
  pack: z
    .strictObject({
      name: z.string().min(1),
      jobs: z.int("must be a whole number of jobs").min(1, "must be at least 1"),
      parallel: z.int("must be a whole number of jobs").min(1, "must be at least 1"),
    })
    .optional(),
  untrackedEnv: variables.optional(),
  onRemove: z.enum(["cancel", "leave"], { error: 'must be "cancel" or "leave"' }).default("cancel"),
} satisfies Record<InputName, z.ZodType>;

/** The names of all inputs, also of those that only the resource class writes. */
export const inputNames: readonly string[] = Object.keys(fields);

/** Checks one input. */
export type FieldParser = (
  key: string,
  schema: z.ZodType,
  value: unknown,
) => z.ZodSafeParseResult<unknown>;

export const parsedField: FieldParser = (_, schema, value) => schema.safeParse(value);
