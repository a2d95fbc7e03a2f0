// The jobs that a command is about, as a look finds them now or, without the server, as the last `up` left
// them.
import { messageOf } from "../../provider/errors";
import { CommandError } from "../commandError";
import { look, type Seen } from "./look";
import { jobsChosen } from "./select";
import type { Stack } from "./stack";

export interface StandingOptions {
  /** Names, ids, sweeps or patterns; none means all. */
  readonly wanted: readonly string[];
  /** Conditions like `sigma=5`. */
  readonly where?: readonly string[] | undefined;
  /** From state alone: nobody is asked. */
  readonly offline?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface StatusLine {
  readonly jobs: readonly Seen[];
  /** What could not be found out, as sentences. */
  readonly problems: readonly string[];
}

/** @throws CommandError where a name fits no job, or the server cannot be asked */
export async function standingOf(
  stack: Stack,
  { wanted, where, offline, now }: StandingOptions,
): Promise<StatusLine> {
  const all = await stack.jobs();
  const jobs = jobsChosen(all, wanted, where);
  if (offline) return { jobs: jobs.map((job) => ({ ...job, isKnown: true })), problems: [] };
  try {
    return await look(jobs, stack.connection(), now);
  } catch (error) {
    const advice = "; with --offline the jobs are shown as the last up or refresh left them";
    throw new CommandError(`${messageOf(error)}${advice}`, 1, { cause: error });
  }
}
