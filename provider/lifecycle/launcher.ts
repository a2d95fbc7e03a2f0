// One launch, exactly once: a POST whose answer is not clear is followed by a look before another POST.
import type { Announcer } from "../engine/announce";
import type { EngineWatch } from "../engine/engineWatch";
import { JobNotAsDeclaredError, messageOf, UnclearAnswerError } from "../errors";
import { needingCommand } from "../job/catalogue";
import { argvOf } from "../job/command";
import { nonEmpty, wasGiven } from "../job/digests";
import { noRecord } from "../job/fields";
import { attemptName, lastAttempt } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import type { JobState } from "../job/state";
import { type Sighting, standing } from "../job/status";
import { wrapped } from "../record/wrapper";
import type { Launch, RegistryAuth } from "../skaha/client";
import type { Clock } from "./clock";
import type { SessionList, View } from "./sessionList";

/** After an answer that was lost: when to look whether the launch took place nevertheless. */
const looksAfterMs = [1_000, 3_000];
const mostPosts = 3;
const longestRetryAfterMs = 30_000;

/** The session that a POST made, or that was found to stand for the job. */
export type Launched = { readonly sessionId: string } | { readonly sighting: Sighting };

export class Launcher {
  constructor(
    private readonly sessions: SessionList,
    private readonly clock: Clock,
    private readonly engine: EngineWatch,
    private readonly announce: Announcer,
  ) {}

  /**
   * @param state what the stack remembers if it stays unclear whether the job was launched
   * @throws JobNotAsDeclaredError then; other errors where it certainly was not
   */
  async launch(id: string, attempt: number, launch: Launch, state: JobState): Promise<Launched> {
    if (attempt > lastAttempt) {
      throw new Error(`${id} has run ${lastAttempt} times: remove it and declare it anew`);
    }
    for (let posts = 1; ; posts += 1) {
      await this.engine.assertAlive();
      try {
        return { sessionId: await this.engine.finishing(this.sessions.launch(launch)) };
      } catch (error) {
        if (!(error instanceof UnclearAnswerError)) throw error;
        const sighting = await this.#lookAfter(id, attempt, state, error);
        if (sighting) return { sighting };
        if (!error.worthRepeating) throw error;
        if (posts === mostPosts) throw notLaunched(id, state, error, "it was not seen since");
      }
    }
  }

  /** Whether a launch without a clear answer took place. */
  async #lookAfter(
    id: string,
    attempt: number,
    state: JobState,
    unclear: UnclearAnswerError,
  ): Promise<Sighting | undefined> {
    await this.clock.sleep(Math.min(unclear.retryAfterMs ?? 0, longestRetryAfterMs));
    for (const waitMs of looksAfterMs) {
      await this.clock.sleep(waitMs);
      let view: View;
      try {
        view = await this.sessions.fresh();
      } catch (error) {
        const why = `whether it was launched could not be seen: ${messageOf(error)}`;
        throw notLaunched(id, state, unclear, why);
      }
      const { job } = standing(view.family(id), attempt);
      if (job && job.attempt >= attempt) {
        this.announce.say(
          "unclear",
          `${id}: the answer to its launch was lost; it runs as session ${job.session.id}`,
        );
        return job;
      }
      if (!unclear.worthRepeating) return undefined;
    }
    return undefined;
  }
}

/** In the stack as Held, so that the next `up` looks for the session, and a removal finds it: no orphan. */
function notLaunched(
  id: string,
  state: JobState,
  unclear: UnclearAnswerError,
  why: string,
): JobNotAsDeclaredError {
  const reason = `${unclear.message}; ${why}. The next \`pulumi up\` looks again before it launches anything`;
  const unlaunched = { ...state, status: "Held", heldBy: "unclear", reason };
  return new JobNotAsDeclaredError(id, unlaunched, reason, { cause: unclear });
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
  id: string,
  attempt: number,
  inputs: JobInputs,
  size: { cores?: number | undefined; ram?: number | undefined; gpus?: number | undefined },
  record: string | undefined,
  registryAuth: RegistryAuth | undefined,
): Launch {
  return {
    name: attemptName(id, attempt),
    image: inputs.image,
    ...commandOf(id, attempt, inputs, record),
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
function commandOf(id: string, attempt: number, inputs: JobInputs, record: string | undefined) {
  const { command, args: declared } = argvOf(inputs);
  const args = attempt > 1 ? [...declared, ...(inputs.resumeArgs ?? [])] : declared;
  const { image, outputs = [], cwd, maxRunSeconds, skipIfOutputs } = inputs;
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
  });
}
