// What one attempt of a job asks the server for, from what is declared. Pure.
import type { Size } from "../job/attempts";
import { needingCommand } from "../job/catalogue";
import { argvOf } from "../job/command";
import { nonEmpty, wasGiven } from "../job/digests";
import { noRecord } from "../job/fields";
import { attemptName } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import type { JobState } from "../job/state";
import { wrapped } from "../record/wrapper";
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
  job: DeclaredAttempt,
  { size, record, registryAuth }: LaunchOptions,
): Launch {
  const { id, attempt, inputs } = job;
  return {
    name: attemptName(id, attempt),
    image: inputs.image,
    ...commandOf(job, record),
    env: {
      SKAHA_JOB_ID: id,
      SKAHA_ATTEMPT: String(attempt),
      ...inputs.untrackedEnv,
      ...inputs.env,
      ...inputs.secretEnv,
    },
    ...size,
    registryAuth: inputs.registryAuth ?? registryAuth,
    secrets: Object.values(inputs.secretEnv ?? {}),
  };
}

/** Whether `/bin/sh` runs the command, to record it or for what only a wrapper can do. */
export function isWrapped(inputs: Partial<JobInputs>, record: string | undefined): boolean {
  if (inputs.cmd === undefined && inputs.script === undefined) return false;
  const isAsked = (key: keyof JobInputs) => nonEmpty(inputs[key] || undefined) !== undefined;
  return record !== undefined || needingCommand.some((key) => key !== "record" && isAsked(key));
}

/** The user's words, in the wrapper if anything is asked that only it can do. */
function commandOf({ id, attempt, inputs }: DeclaredAttempt, record: string | undefined) {
  const { command, args: declared } = argvOf(inputs);
  const args = attempt > 1 ? [...declared, ...(inputs.resumeArgs ?? [])] : declared;
  const { image, outputs = [], cwd, maxRunSeconds, skipIfOutputs, threads } = inputs;
  if (command === undefined || !isWrapped(inputs, record)) return { command, args };
  return wrapped([command, ...args], {
    id,
    attempt,
    image,
    outputs,
    ...(record !== undefined && { record }),
    ...(cwd !== undefined && { cwd }),
    ...(maxRunSeconds !== undefined && { maxRunSeconds }),
    ...(skipIfOutputs !== undefined && { skipIfOutputs }),
    ...(threads !== undefined && { variables: threadVariables(threads, inputs) }),
  });
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
