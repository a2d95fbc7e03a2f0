// What one attempt of a job asks the server for, from what is declared. Pure.
import type { Context } from "../api";
import { membersName } from "../files/members";
import { withFolder } from "../files/place";
import type { Size } from "../job/attempts";
import { needingCommand } from "../job/catalogue";
import { argvOf } from "../job/command";
import { nonEmpty, wasGiven } from "../job/digests";
import { noRecord } from "../job/fields";
import { attemptName, placeOf } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import type { JobState } from "../job/state";
import type { PackableLaunch, PackLaunch } from "../packs/packer";
import { packBase } from "../packs/places";
import { outputWords } from "../record/outputs";
import { type Recording, wrapped } from "../record/wrapper";
import type { Launch, RegistryAuth } from "../skaha/client";

/** One attempt of a job. */
export interface JobAttempt {
  readonly id: string;
  /** Counted from 1. */
  readonly attempt: number;
}

export interface DeclaredAttempt extends JobAttempt {
  readonly inputs: JobInputs;
}

/** What is not declared with the job itself. */
export interface LaunchOptions {
  readonly size: Size;
  /** Where jobs of this one's kind are recorded. */
  readonly record: string | undefined;
  /** For private images of jobs that say nothing themselves. */
  readonly registryAuth: RegistryAuth | undefined;
  /** Which sizes the server has, if that is known: of jobs in packs the session's follows from it. */
  readonly offered?: Context | undefined;
  /** The folder where the job sees its files, if it has any. */
  readonly files?: string | undefined;
}

/** Where a job is recorded; undefined where it is not, or cannot be. */
export function recordOf(
  { record, cmd, script }: Partial<JobInputs>,
  ofStack: string | undefined,
): string | undefined {
  return recordWith(record ?? ofStack, cmd !== undefined || script !== undefined);
}

/** Where a job is recorded by what the stack remembers of it. */
export function recordOfState(state: JobState, ofStack: string | undefined): string | undefined {
  const olds: Readonly<Record<string, unknown>> = { ...state };
  return recordWith(state.record ?? ofStack, wasGiven("cmd", olds) || wasGiven("script", olds));
}

/** An image's own entrypoint is not known here: it cannot be recorded. */
function recordWith(chosen: string | undefined, hasCommand: boolean): string | undefined {
  return chosen === noRecord || !hasCommand ? undefined : chosen;
}

/** What one attempt asks the server for. */
export function launchOf(
  declared: DeclaredAttempt,
  { size, record, registryAuth, offered, files }: LaunchOptions,
): Launch {
  const job = withFiles(declared, files);
  const { id, attempt, inputs } = job;
  const env = {
    SKAHA_JOB_ID: id,
    SKAHA_ATTEMPT: String(attempt),
    ...inputs.untrackedEnv,
    ...inputs.env,
  };
  const launch = {
    name: attemptName(id, attempt),
    image: inputs.image,
    ...size,
    registryAuth: inputs.registryAuth ?? registryAuth,
    secrets: Object.values(inputs.secretEnv ?? {}),
  };
  const pack = inputs.pack && packLaunchOf(job, inputs.pack, record);
  if (pack === undefined) {
    const command = commandOf(job, record, size);
    return { ...launch, ...command, env: { ...env, ...inputs.secretEnv } };
  }
  // What is secret is no word of a command, which others may read: it is the session's.
  const own = { ...threadsAlone(size.cores, inputs), ...env };
  const session = { command: undefined, args: [], env: { ...inputs.secretEnv } };
  const inPack = { ...pack, env: own, offered };
  const packable: PackableLaunch = { ...launch, ...session, pack: inPack };
  return packable;
}

/** An attempt, with what its command names in place of it. */
interface PlacedAttempt extends DeclaredAttempt {
  readonly files?: string;
}

/** With the folder of its files where its command names it; it starts there unless it says where. */
function withFiles(job: DeclaredAttempt, folder: string | undefined): PlacedAttempt {
  if (folder === undefined) return job;
  const { filesDigest, members } = job.inputs;
  const files = filesDigest === undefined ? undefined : folder;
  const names = { files, members: members ? `${folder}/${membersName}` : undefined };
  const text = (one: string) => withFolder(one, names);
  const values = (map: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, text(value)]));
  const { cmd, script, args, resumeArgs, env, untrackedEnv, secretEnv, cwd } = job.inputs;
  const inputs = {
    ...job.inputs,
    ...(cmd !== undefined && { cmd: text(cmd) }),
    ...(script !== undefined && { script: text(script) }),
    ...(args && { args: args.map(text) }),
    ...(resumeArgs && { resumeArgs: resumeArgs.map(text) }),
    ...(env && { env: values(env) }),
    ...(untrackedEnv && { untrackedEnv: values(untrackedEnv) }),
    ...(secretEnv && { secretEnv: values(secretEnv) }),
    ...(cwd === undefined ? files && { cwd: files } : { cwd: text(cwd) }),
  };
  return { ...job, inputs, files: folder };
}

/** How the job is launched in a pack, but for its variables. */
function packLaunchOf(
  job: PlacedAttempt,
  { name, jobs, parallel }: NonNullable<JobInputs["pack"]>,
  record: string | undefined,
): Omit<PackLaunch, "env"> | undefined {
  const argv = argvOfAttempt(job);
  if (argv === undefined || record === undefined) return undefined;
  const recording = { ...recordingOf(job, record), record };
  return { argv, recording, base: packBase(name, job.id), jobs, parallel };
}

/** Alone a job would see how many cores it has; a pack's session has those of several. */
function threadsAlone(cores: number | undefined, { threads }: JobInputs): Record<string, string> {
  if (threads !== undefined) return {};
  return { OMP_NUM_THREADS: String(Math.max(1, Math.trunc(cores ?? 1))) };
}

/** Whether `/bin/sh` runs the command, to record it or for what only a wrapper can do. */
export function isWrapped(inputs: Partial<JobInputs>, record: string | undefined): boolean {
  if (inputs.cmd === undefined && inputs.script === undefined) return false;
  const isAsked = (key: keyof JobInputs) => nonEmpty(inputs[key] || undefined) !== undefined;
  return record !== undefined || needingCommand.some((key) => key !== "record" && isAsked(key));
}

/** The user's words, in the wrapper if anything is asked that only it can do. */
function commandOf(job: PlacedAttempt, record: string | undefined, size: Size) {
  const argv = argvOfAttempt(job);
  if (argv !== undefined && isWrapped(job.inputs, record)) {
    const declared = { name: placeOf(job.inputs.identity).logicalName, ...size };
    return wrapped(argv, { ...recordingOf(job, record), declared });
  }
  return { command: argv?.[0], args: argv?.slice(1) ?? argsOf(job) };
}

/** The words after the command, or after the image's own entrypoint. */
function argsOf({ attempt, inputs }: DeclaredAttempt): readonly string[] {
  const { args } = argvOf(inputs);
  return attempt > 1 ? [...args, ...(inputs.resumeArgs ?? [])] : args;
}

/** @returns undefined for the image's own entrypoint */
function argvOfAttempt(job: DeclaredAttempt): readonly string[] | undefined {
  const { command } = argvOf(job.inputs);
  return command === undefined ? undefined : [command, ...argsOf(job)];
}

function recordingOf(
  { id, attempt, inputs, files }: PlacedAttempt,
  record: string | undefined,
): Recording {
  const { image, outputs = [], cwd, maxRunSeconds, skipIfOutputs, threads } = inputs;
  return {
    id,
    attempt,
    image,
    outputs: outputWords(outputs),
    ...(record !== undefined && { record }),
    ...(cwd !== undefined && { cwd }),
    ...(files !== undefined && { files }),
    ...(maxRunSeconds !== undefined && { maxRunSeconds }),
    ...(skipIfOutputs !== undefined && { skipIfOutputs }),
    ...(threads !== undefined && { variables: threadVariables(threads, inputs) }),
  };
}

/** What numerical libraries read: the server sets the first in each session, so that only the command can set it anew. */
const threadCounts = [
  "OMP_NUM_THREADS",
  "MKL_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "NUMEXPR_NUM_THREADS",
  "JULIA_NUM_THREADS",
];

function threadVariables(
  threads: number,
  { env, secretEnv, untrackedEnv }: JobInputs,
): Record<string, string> {
  const own = { ...untrackedEnv, ...env, ...secretEnv };
  const names = threadCounts.filter((name) => !Object.hasOwn(own, name));
  return Object.fromEntries(names.map((name) => [name, String(threads)]));
}
