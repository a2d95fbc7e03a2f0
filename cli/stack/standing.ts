// The jobs that a command is about, as a look finds them now or, without the server, as the last `up` left
// them.
import { messageOf } from "../../provider/errors";
import { CommandError } from "../commandError";
import { look, type Seen } from "./look";
import { jobsNamed } from "./select";
import type { Stack } from "./stack";

export interface StandingOptions {
  /** Names, ids, sweeps or patterns; none means all. */
  readonly wanted: readonly string[];
  /** From state alone: nobody is asked. */
  readonly offline?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Standing {
  readonly jobs: readonly Seen[];
  /** What could not be found out, as sentences. */
  readonly problems: readonly string[];
}

/** @throws CommandError where a name fits no job, or the server cannot be asked */
export async function standingOf(
  stack: Stack,
  { wanted, offline, now }: StandingOptions,
): Promise<Standing> {
  const all = await stack.jobs();
  const jobs = wanted.length === 0 ? all : jobsNamed(all, wanted);
  if (offline) return { jobs: jobs.map((job) => ({ ...job, isKnown: true })), problems: [] };
  try {
    return await look(jobs, stack.connection(), now);
  } catch (error) {
    const advice = "; with --offline the jobs are shown as the last up or refresh left them";
    throw new CommandError(`${messageOf(error)}${advice}`, 1, { cause: error });
  }
}
