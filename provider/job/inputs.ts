// Checks the inputs of a job: each is refused here with a reason, or trusted from here on.
// The engine's `check` calls `checkInputs`; what it returns is what state holds as the job's inputs.
import type { z } from "zod";
import { hasUnknown, unknownValue } from "../engine/unknown";
import { type ContentsOf, digestOfFiles } from "../files/contents";
import { digestOfMembers } from "../files/members";
import { namesFolder } from "../files/place";
import { asksForNew, outputWords } from "../record/outputs";
import { encodeCommand, formBytes, largestFormBytes, longestWordBytes } from "../skaha/encoding";
import { issueText } from "../text/issueText";
import { propertyPath } from "../text/propertyPath";
import { catalogue, type Input, needingCommand, replacing } from "./catalogue";
import { argvOf } from "./command";
import { hintFor } from "./decisions/counterparts";
import { nonEmpty } from "./digests";
import { type FieldParser, fields, inputNames, noRecord, parsedField } from "./fields";
import { baseOf, jobName } from "./identity";

type Fields = { [Key in keyof typeof fields]: z.infer<(typeof fields)[Key]> };

/** A job's inputs as they are stored: checked, words as text, defaults filled in, named. */
export type JobInputs = Fields & {
  /** The job's id: see `identity.ts`. */
  readonly jobName: string;
};

/** What runs: a change of any of these is another job. Its digest is part of the job's id. */
export type WhatRuns = Partial<
  Record<Exclude<(typeof replacing)[number], "name" | "secretEnv"> | "secretEnvNames", unknown>
>;

/** What the class adds by itself is nobody's to write. */
const programInputs = inputNames.filter(
  (name) =>
    !/^(identity|secretEnv|filesDigest|memberList|membersDigest|(after|canary)Status)$/.test(name),
);

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What `checkInputs` leaves to others. */
export interface Checking {
  /** @default as its schema says */
  readonly parse?: FieldParser | undefined;
  /** Reads `files`. @default nobody does, and the job's id is not its final one */
  readonly contentsOf?: ContentsOf | undefined;
}

/**
 * Checks all inputs at once.
 * @param olds the inputs as they were stored before; empty for a new job and for a replacement
 * @param news the program's inputs; what a preview does not know yet is {@link unknownValue}
 */
export function checkInputs(
  olds: Readonly<Record<string, unknown>>,
  news: Readonly<Record<string, unknown>>,
  { parse = parsedField, contentsOf }: Checking = {},
): { inputs: Record<string, unknown>; failures: CheckFailure[] } {
  const inputs: Record<string, unknown> = {};
  const failures: CheckFailure[] = [];
  for (const [key, schema] of Object.entries(fields)) {
    if (news[key] === unknownValue) {
      inputs[key] = unknownValue;
      continue;
    }
    const parsed = parse(key, schema, news[key] ?? undefined);
    if (parsed.success) {
      if (parsed.data !== undefined) inputs[key] = parsed.data;
    } else if (hasUnknown(news[key])) {
      inputs[key] = unknownValue; // what is known of it may be refused when all is
    } else {
      failures.push(...parsed.error.issues.map((issue) => failureOf([key, ...issue.path], issue)));
    }
  }
  failures.push(...unknownKeys(news), ...conflicts(news));
  const { filesDigest: _files, membersDigest: _members, ...others } = inputs;
  const files = digestOfFiles(others.files, failures.length === 0 ? contentsOf : undefined);
  failures.push(...files.failures);
  if (failures.length === 0) failures.push(...tooLarge(inputs));
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const checked = { ...others, ...files.inputs, ...digestOfMembers(others) };
  return { inputs: { ...checked, jobName: nameOf(olds, checked) }, failures };
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
  const runs: Record<string, unknown> = {};
  for (const key of replacing) {
    const value = inputs[key];
    const input: Input = catalogue[key];
    switch (input.effect === "replaces" ? input.comparedBy : undefined) {
      case "value":
      case "digest":
        runs[key] = nonEmpty(value);
        break;
      case "names":
        runs[`${key}Names`] =
          typeof value === "object" && value !== null ? nonEmpty(Object.keys(value).sort()) : value;
        break;
      case "members":
        runs[key] =
          staleAfter === "keep"
            ? undefined
            : nonEmpty(Array.isArray(value) ? [...value].sort() : value);
        break;
    }
  }
  return runs;
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
      property: propertyPath([key]),
      reason: `is not an input of a HeadlessSession: ${hintFor(key, programInputs)}`,
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
  const { env, secretEnv, retry } = news;
  if (news.cmd === undefined && news.script === undefined) {
    for (const property of needingCommand) {
      if (news[property] === undefined || news[property] === noRecord) continue;
      failures.push({
        property,
        reason: "needs cmd or script: what the image's own entrypoint runs is not known here",
      });
    }
  }
  if (typeof news.cwd === "string" && namesFolder(news.cwd) && news.files === undefined) {
    failures.push({ property: "cwd", reason: "needs files: {files} is the folder with them" });
  }
  if (news.members === true && nonEmpty(news.after) === undefined) {
    failures.push({ property: "members", reason: "needs after: the jobs to merge" });
  }
  if (news.skipIfOutputs === true && news.outputs === undefined) {
    failures.push({ property: "skipIfOutputs", reason: "needs outputs: the files to look for" });
  }
  if (news.skipIfOutputs === true && asksForNew(news.outputs)) {
    const reason =
      "and newerThanStart of outputs exclude each other: before the start no file is newer";
    failures.push({ property: "skipIfOutputs", reason });
  }
  for (const size of ["ram", "cores"] as const) {
    const factor = `${size}Factor`;
    if (typeof retry === "object" && retry && factor in retry && news[size] === undefined) {
      failures.push({ property: `retry.${factor}`, reason: `needs ${size}: the size that grows` });
    }
  }
  if (isAtOdds(retry)) {
    failures.push({
      property: "retry.on",
      reason: "and limit name different causes: leave `on` out, what limit names is retried",
    });
  }
  for (const name of ["after", "canary"] as const) {
    const [ids, statuses] = [news[name], news[`${name}Status`]];
    if (Array.isArray(ids) && Array.isArray(statuses) && ids.length !== statuses.length) {
      failures.push({ property: name, reason: `and ${name}Status differ in length` });
    }
  }
  const maps = [env, secretEnv, news.untrackedEnv].filter((map) => typeof map === "object" && map);
  const variables = maps.flatMap((map) => Object.keys(map as object));
  for (const key of new Set(variables.filter((one, index) => variables.indexOf(one) < index))) {
    failures.push({ property: propertyPath(["env", key]), reason: "is given twice" });
  }
  // zod passes over it without a word.
  if (variables.includes("__proto__")) {
    failures.push({
      property: "env.__proto__",
      reason: "is not a name to use: choose another one",
    });
  }
  return failures;
}

/** With a limit for each cause, `on` may only repeat them. */
function isAtOdds(retry: unknown): boolean {
  const { limit, on } = (retry ?? {}) as { limit?: unknown; on?: unknown };
  if (typeof limit !== "object" || limit === null || !Array.isArray(on)) return false;
  const causes = new Set(Object.keys(limit));
  return causes.size !== new Set(on).size || on.some((cause) => !causes.has(cause));
}

/**
 * Room for what the form holds besides the user's words: name, image, sizes, our own variables, and the
 * script around a recorded command.
 */
const restOfFormBytes = 40_960;

/** A character of a word takes no more of the form, with the variable that may stand for it; nor does what is around a word. */
const mostBytesOfCharacter = 200;
const mostBytesAround = 50;

/** All that Linux hands to a process, less room for the variables that Kubernetes adds. */
const largestStartBytes = 2 * 1024 * 1024 - 128 * 1024;

function tooLarge(inputs: Readonly<Record<string, unknown>>): CheckFailure[] {
  const { cmd, script, args, env, secretEnv, untrackedEnv, resumeArgs } = inputs;
  if (hasUnknown([cmd, script, args, env, secretEnv, untrackedEnv, resumeArgs])) return [];
  const job = trustedInputs(inputs);
  const variables = { ...job.env, ...job.secretEnv, ...job.untrackedEnv };
  const largest = longestWordBytes - 1; // with the `=`
  const large = Object.entries(variables).filter(
    ([name, value]) => name.length + Buffer.byteLength(value) > largest,
  );
  if (large.length > 0) {
    return large.map(([name]) => ({
      property: propertyPath(["env", name]),
      reason: `takes more than ${largest} bytes with its name, and Linux starts no process with such a variable: put it into a file on /arc`,
    }));
  }
  const { command, args: argv } = argvOf({
    ...job,
    args: [...(job.args ?? []), ...(job.resumeArgs ?? [])],
  });
  const outputs = hasUnknown(job.outputs) ? [] : outputWords(job.outputs ?? []);
  const words = [...outputs, ...argv];
  const all = [command ?? "", ...words, ...Object.entries(variables).flat()];
  const characters = all.reduce((sum, word) => sum + word.length, 0);
  const most = all.length * mostBytesAround + characters * mostBytesOfCharacter;
  if (most + restOfFormBytes < largestFormBytes) return []; // nearly all, which saves thousands of jobs the encoding
  const encoded = encodeCommand(command, words, variables);
  const sizes = [
    { bytes: formBytes(encoded) + restOfFormBytes, largest: largestFormBytes, who: "Skaha" },
    {
      bytes: startBytes([...words, ...Object.entries(variables).flat()]),
      largest: largestStartBytes,
      who: "Linux",
    },
  ];
  const over = sizes.find(({ bytes, largest }) => bytes > largest);
  if (!over) return [];
  const property = ["args", "env", "secretEnv", "script"].find((key) => inputs[key]) ?? "cmd";
  return [
    {
      property: property === "secretEnv" ? "env" : property,
      reason: `and the rest of the command take ${over.bytes} bytes as ${over.who} needs them, and it accepts ${over.largest}: put the large ones into a file on /arc`,
    },
  ];
}

/** A word ends with a zero, and a pointer leads to it. */
function startBytes(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + Buffer.byteLength(word) + 1 + 8, 0);
}

function failureOf(keys: readonly PropertyKey[], issue: z.core.$ZodIssue): CheckFailure {
  const property = propertyPath(keys.map((key) => (key === "secretEnv" ? "env" : key)));
  if (issue.code === "invalid_key") {
    return { property, reason: issue.issues.map((inner) => inner.message).join("; ") };
  }
  return { property, reason: issueText(issue) };
}
