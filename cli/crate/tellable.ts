// What of a job's inputs may be read by anybody. What a stack keeps as a secret is encrypted in its state, and stays out, and so
// does what its name calls a secret though it is kept as plain text. Nothing is decrypted for it. Pure.
import { argvOf } from "../../provider/job/command";
import { nonEmpty } from "../../provider/job/digests";
import { digest } from "../../provider/job/identity";
import { type JobInputs, whatRuns } from "../../provider/job/inputs";
import { isWrappedSecret } from "../../provider/native/wire";
import { isPattern } from "./matches";

/** Stands where something was left out. */
export const leftOut = "[secret]";

/** What a job runs, as far as it may be told. */
export interface Tellable {
  /** The words that its process gets; none where the image's own entrypoint runs. */
  readonly command?: readonly string[];
  /** Where the command starts. */
  readonly cwd?: string;
  /** Of what is secret only the names. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files that it has to write. */
  readonly outputs?: readonly string[];
  /** The same, where it is told by a pattern which ones. */
  readonly patterns?: readonly string[];
}

/** Names of variables and settings whose values are nobody else's to read. */
const secretName = /token|passw|passphrase|secret|credential|api_?key|private_?key|cookie|auth$/i;

export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** @param inputs as state has them: what is secret is encrypted */
export function tellableOf(inputs: Partial<JobInputs>): Tellable {
  const { cwd, outputs } = inputs;
  const command = commandOf(inputs);
  const env = variablesOf(inputs);
  return {
    ...(command !== undefined && { command }),
    ...(cwd !== undefined && { cwd: told(cwd) }),
    ...(Object.keys(env).length > 0 && { env }),
    ...(outputs !== undefined && !hasSecret(outputs) && outputsOf(outputs)),
  };
}

/** Only where more is asked of an output may its path be a pattern (`record/outputs.ts`). */
function outputsOf(
  declared: NonNullable<JobInputs["outputs"]>,
): Pick<Tellable, "outputs" | "patterns"> {
  const hasPattern = (one: (typeof declared)[number]) =>
    typeof one !== "string" && isPattern(one.path);
  const pathOf = (one: (typeof declared)[number]) => (typeof one === "string" ? one : one.path);
  const patterns = declared.filter(hasPattern).map(pathOf);
  const outputs = declared.filter((one) => !hasPattern(one)).map(pathOf);
  return { outputs, ...(patterns.length > 0 && { patterns }) };
}

/** Whether a value, or anything inside it, is a secret of the stack. */
export function hasSecret(value: unknown): boolean {
  if (isWrappedSecret(value)) return true;
  if (Array.isArray(value)) return value.some(hasSecret);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasSecret);
}

/** Where a part of it is secret, what is told is that. */
function commandOf({ cmd, script, args = [] }: Partial<JobInputs>): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(args) ? args : [leftOut];
  const words = list.map(told);
  if (hasSecret(cmd) || hasSecret(script)) return [leftOut, ...words];
  if (cmd === undefined && script === undefined) return words.length > 0 ? words : undefined;
  const argv = argvOf({ cmd, script, args: words });
  return [argv.command ?? "", ...argv.args];
}

function variablesOf({ env, untrackedEnv, secretEnv }: Partial<JobInputs>): Record<string, string> {
  const all = [untrackedEnv, env, secretEnv].filter((one) => !isWrappedSecret(one));
  const entries = all.flatMap((map) => Object.entries({ ...map }));
  const secret = isWrappedSecret(secretEnv) ? {} : { ...secretEnv };
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      isSecretName(name) || Object.hasOwn(secret, name) ? leftOut : told(value),
    ]),
  );
}

/** Shorter ones stand in too many files by chance. */
const shortestMasked = 6;

/** Variables that are plain text, and are left out because of their names: values by name. */
export function maskedVariables({ env, untrackedEnv }: Partial<JobInputs>): Map<string, string> {
  const all = [env, untrackedEnv].filter((one) => !isWrappedSecret(one));
  const plain = all.flatMap((map) => Object.entries({ ...map }));
  const masked = plain.filter(([name, value]) => isSecretName(name) && !hasSecret(value));
  const known = masked.map(([name, value]) => [name, String(value)] as const);
  return new Map(known.filter(([, value]) => value.length >= shortestMasked && !isMasked(value)));
}

function told(value: unknown): string {
  return hasSecret(value) ? leftOut : String(value);
}

const digestLength = 8;

/**
 * A digest of each input that makes the job another one, so that two declarations can be compared without their values.
 * @returns by the input's name; nothing of what is secret, because a short secret can be guessed by its digest
 */
export function digestsByInput(
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const runs = Object.entries(whatRuns(inputs)).filter(
    ([name, value]) => nonEmpty(value) !== undefined && name !== "secretEnvNames",
  );
  const plain = runs.filter(([, value]) => !hasSecret(value) && !isMasked(value));
  return Object.fromEntries(
    plain.map(([name, value]) => [
      name === "filesDigest" ? "files" : name, // as users write it
      digest(value, digestLength),
    ]),
  );
}

/** As Pulumi's own events have what is secret. */
function isMasked(value: unknown): boolean {
  if (value === leftOut) return true;
  if (Array.isArray(value)) return value.some(isMasked);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isMasked);
}
