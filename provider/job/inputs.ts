// The users' door: what a job may be asked for, refused here with a reason or trusted from here on.
// The engine's `check` calls `checkInputs`; what it returns is what state holds as the job's inputs.
import { z } from "zod";
import { hasUnknown, unknownValue } from "../engine/unknown";
import {
  emptyVariable,
  encodeCommand,
  formBytes,
  largestFormBytes,
  whyUnsendable,
} from "../skaha/encoding";
import { causes } from "./cause";
import { argvOf, splitCommand } from "./command";
import { baseLength, baseOf, jobName, lastAttempt } from "./identity";
import { always, parseWindow } from "./window";

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
const ownVariables = ["SKAHA_JOB_ID", "SKAHA_ATTEMPT", emptyVariable];

const word = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "must be a string, a number or a boolean",
  })
  .transform(String)
  .superRefine((text, context) => {
    const reason = whyUnsendable(text);
    if (reason) context.addIssue({ code: "custom", message: reason });
  });

const variableName = z.string().superRefine((name, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if (serversVariables.includes(name)) {
    refuse(
      `is set by Skaha itself, which ignores any other value: use another name, or set ${name} in the command (script: "export ${name}=...")`,
    );
  } else if (ownVariables.includes(name)) {
    refuse("is set by pulumi-skaha for every job: use another name");
  } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    refuse(
      "is not a name that a variable can have: use letters, digits and _, and start with a letter or _",
    );
  } else if (/^([yYnN]|null|Null|NULL)$/.test(name)) {
    refuse("is a name that Skaha's YAML takes for a boolean or nothing: use a longer name");
  }
});

const variables = z.record(variableName, word);

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
    "may hold lower-case letters, digits and - only, and starts and ends with a letter or digit",
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
        ? `is split into words but run by no shell, and ${problem} needs one: use script: ${JSON.stringify(line)}`
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
    .array(z.enum(causes, { error: `must be one of ${causes.join(", ")}` }))
    .min(1, "is empty: leave it out to retry failures")
    .optional(),
  ramFactor: factor.optional(),
  coresFactor: factor.optional(),
});

/** A path as jobs see it; `..` would lead out of where it seems to be. */
const arcPath = z
  .string("must be a path")
  .regex(/^\/arc\/[^\n]+$/, "must be a path under /arc, like /arc/projects/survey/.jobs")
  .refine((path) => !path.split("/").includes(".."), "must not hold `..`");

/** Or "none", against the stack's `skaha:record`. */
const record = z.string("must be a path").superRefine((text, context) => {
  const parsed = text === noRecord ? undefined : arcPath.safeParse(text);
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
  args: z.array(word).optional(),
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
  triggers: z.array(z.unknown()).optional(),
  after: z.array(z.string()).optional(),
  afterStatus: z.array(z.string()).optional(),
  staleAfter: z.enum(["rerun", "keep"], { error: 'must be "rerun" or "keep"' }).optional(),
  window: window.optional(),
  retry: retrySchema.optional(),
  renew: z.boolean("must be true or false").optional(),
  logs: z.string("must be the path of a folder").min(1, "is empty").optional(),
  resumeArgs: z.array(word).optional(),
  record: record.optional(),
  outputs: z.array(arcPath).optional(),
  cwd: z
    .string("must be a path")
    .regex(/^\//, "must be an absolute path of the job's machine, like /arc/projects/survey")
    .optional(),
  maxRunSeconds: z
    .number("must be a number of seconds")
    .int("must be a whole number of seconds")
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
  envAside: variables.optional(),
  onRemove: z.enum(["cancel", "leave"], { error: 'must be "cancel" or "leave"' }).default("cancel"),
};

/** The names of all inputs, also of those that only the resource class writes. */
export const inputNames: readonly string[] = Object.keys(fields);

type Fields = { [Key in keyof typeof fields]: z.infer<(typeof fields)[Key]> };

/** A job's inputs as they are stored: checked, words as text, defaults filled in, named. */
export type JobInputs = Fields & {
  /** The job's id: see `identity.ts`. */
  readonly jobName: string;
};

/** What runs: a change of any of these is another job. */
export type WhatRuns = Partial<
  Record<
    "image" | "cmd" | "script" | "args" | "cwd" | "env" | "secretEnvNames" | "triggers" | "after",
    unknown
  >
>;

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/**
 * Checks all inputs at once.
 * @param olds the inputs as they were stored before; empty for a new job and for a replacement
 * @param news the program's inputs; what a preview does not know yet is {@link unknownValue}
 */
export function checkInputs(
  olds: Readonly<Record<string, unknown>>,
  news: Readonly<Record<string, unknown>>,
): { inputs: Record<string, unknown>; failures: CheckFailure[] } {
  const inputs: Record<string, unknown> = {};
  const failures: CheckFailure[] = [];
  for (const [key, schema] of Object.entries(fields)) {
    if (news[key] === unknownValue) {
      inputs[key] = unknownValue;
      continue;
    }
    const parsed = schema.safeParse(news[key] ?? undefined);
    if (parsed.success) {
      if (parsed.data !== undefined) inputs[key] = parsed.data;
    } else {
      failures.push(...parsed.error.issues.map((issue) => failureOf([key, ...issue.path], issue)));
    }
  }
  failures.push(...unknownKeys(news), ...conflicts(news));
  if (failures.length === 0) failures.push(...tooLarge(inputs));
  if (failures.length > 0) return { inputs: { ...news }, failures };
  return { inputs: { ...inputs, jobName: nameOf(olds, inputs) }, failures };
}

/** Reads inputs that `check` made, out of state or from the engine. */
export function trustedInputs(props: Readonly<Record<string, unknown>>): JobInputs {
  return props as unknown as JobInputs; // made by `checkInputs`, held by the engine
}

/**
 * @param staleAfter as declared now: with "keep" it does not matter which predecessors there are
 */
export function whatRuns(
  inputs: Readonly<Record<string, unknown>>,
  staleAfter: unknown = inputs.staleAfter,
): WhatRuns {
  const { image, cmd, script, args, cwd, env, secretEnv, triggers, after } = inputs;
  return {
    image,
    cmd,
    script,
    args: nonEmpty(args),
    cwd,
    env: nonEmpty(env),
    // A secret's value may be rotated without running anything again: only its name counts.
    secretEnvNames:
      typeof secretEnv === "object" && secretEnv !== null
        ? nonEmpty(Object.keys(secretEnv).sort())
        : secretEnv,
    triggers: nonEmpty(triggers),
    after:
      staleAfter === "keep"
        ? undefined
        : nonEmpty(Array.isArray(after) ? [...after].sort() : after),
  };
}

/** An empty list or map says the same as none. */
function nonEmpty(value: unknown): unknown {
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return empty ? undefined : value;
}

/**
 * A job keeps its name while what it runs is unchanged, so that renames, moves, aliases and new releases
 * of this package launch nothing.
 */
function nameOf(
  olds: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, unknown>>,
): string {
  const runs = whatRuns(inputs);
  if (hasUnknown(runs) || hasUnknown(inputs.name) || hasUnknown(inputs.identity))
    return unknownValue;
  const base = inputs.name as string | undefined;
  const oldName = olds.jobName;
  if (typeof oldName === "string" && oldName !== unknownValue) {
    const fresh = (of: WhatRuns) => jobName("/", of, "x");
    const sameBase = base === undefined || base === baseOf(oldName);
    if (sameBase && fresh(whatRuns(olds, inputs.staleAfter)) === fresh(runs)) return oldName;
  }
  return jobName(inputs.identity as string, runs, base);
}

function unknownKeys(news: Readonly<Record<string, unknown>>): CheckFailure[] {
  const known = [...inputNames, "__provider", "jobName"];
  return Object.keys(news)
    .filter((key) => !known.includes(key) && news[key] !== undefined && news[key] !== null)
    .map((key) => ({
      property: key,
      reason: "is not an input of a HeadlessSession: is it misspelt?",
    }));
}

function conflicts(news: Readonly<Record<string, unknown>>): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (news.cmd !== undefined && news.script !== undefined) {
    failures.push({
      property: "script",
      reason: "and cmd exclude each other: a job runs one of them",
    });
  }
  const { env, secretEnv, retry, after, afterStatus } = news;
  if (news.cmd === undefined && news.script === undefined) {
    for (const property of ["record", "outputs", "cwd", "maxRunSeconds", "skipIfOutputs"]) {
      if (news[property] === undefined || news[property] === noRecord) continue;
      failures.push({
        property,
        reason: "needs cmd or script: what the image's own entrypoint runs is not known here",
      });
    }
  }
  if (news.skipIfOutputs === true && news.outputs === undefined) {
    failures.push({ property: "skipIfOutputs", reason: "needs outputs, to have what to look for" });
  }
  for (const size of ["ram", "cores"] as const) {
    const factor = `${size}Factor`;
    if (typeof retry === "object" && retry && factor in retry && news[size] === undefined) {
      failures.push({ property: `retry.${factor}`, reason: `needs ${size}, to have what to grow` });
    }
  }
  if (Array.isArray(after) && Array.isArray(afterStatus) && after.length !== afterStatus.length) {
    failures.push({ property: "after", reason: "and afterStatus differ in length" });
  }
  const { canary, canaryStatus } = news;
  if (
    Array.isArray(canary) &&
    Array.isArray(canaryStatus) &&
    canary.length !== canaryStatus.length
  ) {
    failures.push({ property: "canary", reason: "and canaryStatus differ in length" });
  }
  const maps = [env, secretEnv, news.envAside].filter((map) => typeof map === "object" && map);
  const variables = maps.flatMap((map) => Object.keys(map as object));
  for (const key of new Set(variables.filter((one, index) => variables.indexOf(one) < index))) {
    failures.push({ property: path(["env", key]), reason: "is given twice" });
  }
  return failures;
}

/** Room for what the form holds besides the command: name, image, sizes, and our own variables. */
const restOfFormBytes = 4_096;

function tooLarge(inputs: Readonly<Record<string, unknown>>): CheckFailure[] {
  const { cmd, script, args, env, secretEnv, envAside, resumeArgs } = inputs;
  if (hasUnknown([cmd, script, args, env, secretEnv, envAside, resumeArgs])) return [];
  const job = trustedInputs(inputs);
  const words = { ...job, args: [...(job.args ?? []), ...(job.resumeArgs ?? [])] };
  const { command, args: argv } = argvOf(words);
  const encoded = encodeCommand(command, argv, { ...job.env, ...job.secretEnv, ...job.envAside });
  const bytes = formBytes(encoded) + restOfFormBytes;
  if (bytes <= largestFormBytes) return [];
  const property = ["args", "env", "secretEnv", "script"].find((key) => inputs[key]) ?? "cmd";
  return [
    {
      property: property === "secretEnv" ? "env" : property,
      reason: `and the rest of the command take ${bytes} bytes as Skaha needs them, and it accepts ${largestFormBytes}: put the large ones into a file on /arc`,
    },
  ];
}

function failureOf(keys: readonly PropertyKey[], issue: z.core.$ZodIssue): CheckFailure {
  const property = path(keys.map((key) => (key === "secretEnv" ? "env" : key)));
  if (issue.code === "invalid_key") {
    return { property, reason: issue.issues.map((inner) => inner.message).join("; ") };
  }
  return { property, reason: issue.message };
}

/** `["env", "1A"]` is `env["1A"]`, `["args", 0]` is `args[0]`: Pulumi's property paths. */
function path(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      const text = String(key);
      if (!/^[A-Za-z_]\w*$/.test(text)) return `[${JSON.stringify(text)}]`;
      return index === 0 ? text : `.${text}`;
    })
    .join("");
}
