// Launches a job outside any stack, or finds it.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { exitStatusOf, onEndingSignal } from "../../../machine/signals";
import type { Run } from "../../../provider/assemble";
import { InterruptedError, messageOf } from "../../../provider/errors";
import { offered } from "../../../provider/job/decisions/retry";
import { type CheckFailure, trustedInputs } from "../../../provider/job/inputs";
import type { JobState } from "../../../provider/job/state";
import { hasEnded, hasFailed } from "../../../provider/job/status";
import { isAcknowledged } from "../../../provider/record/record";
import { submittedJob } from "../../../provider/submitted/submission";
import { textOf } from "../../../provider/submitted/submittedId";
import { CommandError } from "../../commandError";
import { plain, print, say, shellWord } from "../../terminal";
import { handOver } from "./cancel";
import { isLeftToCompanion, noteForCompanion } from "./companion";
import { isBeingCancelled, tellOfFailures } from "./handedOver";
import { inGiB } from "./memory";
import type { SubmitOptions } from "./options";
import { arcFolder, recordOf } from "./places";
import { runOutsideStacks } from "./run";

/** How often it looks whether a cancel is over. Milliseconds. */
const napMs = 100;

/** @returns the exit status */
export async function launch(words: readonly string[], options: SubmitOptions): Promise<number> {
  const record = recordOf(options);
  const name = nameOf(words, options);
  let signal: NodeJS.Signals | undefined;
  const run = runOutsideStacks(record, { isInterrupted: () => signal !== undefined });
  const { key } = options;
  const inputs = { ...commandOf(words, options), ...(await sizeOf(options, run)) };
  const checked = submittedJob({ name, key, record, inputs });
  const job = trustedInputs(checked.inputs);
  const failures =
    checked.failures.length > 0 ? checked.failures : await run.preflight.check(job, false);
  if (failures.length > 0) throw new CommandError(refusal(failures));
  const id = job.jobName;
  run.announce.names.know(id, name);
  await untilCancelled(id, name);
  const { companionOf } = options;
  if (companionOf !== undefined) noteForCompanion(companionOf, textOf({ record, id }));
  using _ = onEndingSignal((by) => {
    signal ??= by; // a launch that is under way is brought to its end, so that it is known
  });
  let state: JobState;
  try {
    state = await run.lifecycle.submit(job, (ended) => isDueAgain(ended, options, run));
  } catch (error) {
    if (signal === undefined || !(error instanceof InterruptedError)) throw error;
    say(plain(`interrupted: ${name} was not launched`));
    return exitStatusOf(signal);
  }
  const text = textOf({ record, id, attempt: state.attempt });
  if (signal !== undefined) return interrupted(signal, state, text);
  if (hasEnded(state.status)) tellOfEnd(state, name, options);
  if (options.json) print(JSON.stringify(shown(text, name, state)));
  else print(text);
  return 0;
}

/** What the job is called: by default its command. */
function nameOf(words: readonly string[], options: SubmitOptions): string {
  if (options.name === undefined) return [options.script ?? [], words].flat().join(" ");
  // A rule of Snakemake's without wildcards has nothing after the slash.
  const name = options.name.replace(/\/$/, "");
  if (name.trim() !== "") return name;
  throw new CommandError(
    `--name ${shellWord(options.name)} is empty: write what the job is called, like --name m31, or leave --name out, and its command is its name`,
  );
}

/** Waits while a process of this machine cancels what ran under that name: it would be found, and gone a moment later. */
async function untilCancelled(id: string, name: string): Promise<void> {
  const isGoingOn = () => isBeingCancelled(id) || isLeftToCompanion(id);
  if (!isGoingOn()) return;
  say(plain(`${name} is being cancelled: waiting for that`));
  while (isGoingOn()) await sleep(napMs);
  tellOfFailures();
}

function shown(id: string, name: string, { sessionId, status, attempt }: JobState): object {
  return { id, name, session: sessionId, status, attempt };
}

/** Whoever interrupts it does not learn the id: nobody else could cancel what was launched. */
function interrupted(signal: NodeJS.Signals, { launchTime, status }: JobState, id: string): number {
  if (launchTime !== undefined && !hasEnded(status)) {
    say(plain(`interrupted: cancelling ${id}`));
    handOver([id], {});
  }
  return exitStatusOf(signal);
}

async function isDueAgain(
  { status, recordedIn }: JobState,
  { rerun }: SubmitOptions,
  { arc }: Run,
): Promise<boolean> {
  if (rerun === undefined) return false;
  if (hasFailed(status)) return true;
  return rerun === "known" && recordedIn !== undefined && isAcknowledged(arc, recordedIn);
}

function tellOfEnd({ status, cause, exitCode }: JobState, name: string, options: SubmitOptions) {
  const why = [cause, exitCode === undefined ? undefined : `exit status ${exitCode}`];
  const known = why.filter((one) => one !== undefined).join(", ");
  const is = `${name} is ${status}${known === "" || status === "Completed" ? "" : ` (${known})`}`;
  const again =
    options.rerun === undefined && hasFailed(status) ? "; --rerun failed launches it again" : "";
  say(plain(`${is}: nothing was launched${again}`));
}

function commandOf(words: readonly string[], options: SubmitOptions): Record<string, unknown> {
  const { image, script, env = [], output, maxRun, cwd = arcFolder() } = options;
  const [program, ...args] = words;
  if (script === undefined && !program?.trim()) {
    throw new CommandError(
      "there is no command: write it after --, like pulumi-skaha submit --image IMAGE -- python3 fit.py, or give --script FILE",
    );
  }
  const command =
    script === undefined
      ? { cmd: shellWord(program ?? ""), args }
      : { script: textOfScript(script), args: words };
  return {
    ...command,
    ...{ image, env: variablesOf(env), cwd },
    ...(output !== undefined && { outputs: output }),
    ...(maxRun !== undefined && { maxRunSeconds: Math.ceil(maxRun) }),
  };
}

function textOfScript(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`could not read the script ${file}: ${messageOf(error)}`);
  }
}

function variablesOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new CommandError(`--env ${word}: write it like NAME=VALUE`);
    }),
  );
}

async function sizeOf(
  { cores, ram: text, gpus, roundUp }: SubmitOptions,
  { facts }: Run,
): Promise<Record<string, unknown>> {
  const ram = text === undefined ? undefined : inGiB(text);
  const context = roundUp ? (await facts.get())?.context : undefined;
  const next = (size: number | undefined, options: readonly number[] | undefined) =>
    size === undefined || !roundUp ? size : Math.max(size, offered(size, options));
  return {
    cores: next(cores, context?.cores.options),
    ram: next(ram, context?.memoryGB.options),
    gpus,
  };
}

/** By option, as users write them here. */
const optionOf: Readonly<Record<string, string>> = {
  ...{ image: "--image", cores: "--cores", ram: "--ram", gpus: "--gpus", script: "--script" },
  ...{ cmd: "the command", args: "the command", cwd: "--cwd", env: "--env", outputs: "--output" },
  ...{ maxRunSeconds: "--max-run", record: "--record", name: "--name" },
};

function refusal(failures: readonly CheckFailure[]): string {
  const told = failures.map(({ property, reason }) => {
    const [, input = "", rest = ""] = /^(\w*)(.*)$/s.exec(property) ?? [];
    return `${optionOf[input] ?? input}${rest} ${reason}`;
  });
  return `nothing was launched: ${told.join("; ")}`;
}
