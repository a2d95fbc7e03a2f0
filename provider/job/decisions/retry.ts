// Whether a job that ended badly is launched again, and how large. Pure.
import type { Context } from "../../api";
import type { Attempt } from "../attempts";
import { type Cause, causes } from "../cause";
import type { JobInputs } from "../inputs";
import type { JobState } from "../state";
import { hasFailed } from "../status";

export interface Retry {
  /** How often at most: in all, or for each cause. */
  readonly limit: number | Partial<Record<Cause, number>>;
  /** What is retried, where `limit` is one number. @default ["Failed"] */
  readonly on?: readonly Cause[] | undefined;
  /** Each retry asks for this times the memory of the one before. @default 1 */
  readonly ramFactor?: number | undefined;
  /** The same for cores. @default 1 */
  readonly coresFactor?: number | undefined;
}

/** @returns why the job is to be launched again, in words; undefined if it is not */
export function retryDue(state: JobState, retry: Retry | undefined): string | undefined {
  if (!retry || !hasFailed(state.status)) return undefined;
  const status: Cause = state.status === "Lost" ? "Lost" : "Failed";
  const cause = causeOf(state);
  if (typeof retry.limit === "number") {
    const on = retry.on ?? ["Failed"];
    const matches = on.includes(cause) || on.includes(status);
    if (!matches || state.attempt > retry.limit) return undefined;
    return `${cause}: retry ${state.attempt} of ${retry.limit}`;
  }
  const { limit: limits } = retry;
  // Each attempt counts once: for its special cause if that has a limit, else for its status.
  const countedAs = (attempt: Pick<Attempt, "status" | "cause">) => {
    const special = causeOf(attempt);
    return limits[special] !== undefined ? special : attempt.status;
  };
  const counted = limits[cause] !== undefined ? cause : status;
  const limit = limits[counted] ?? 0;
  const before = (state.attempts ?? []).filter((attempt) => countedAs(attempt) === counted).length;
  return before < limit ? `${cause}: retry ${before + 1} of ${limit} for ${counted}` : undefined;
}

/** The special cause where one is known, else the status. */
export function causeOf({ status, cause }: Pick<Attempt, "status" | "cause">): Cause {
  const special = causes.find((known) => known === cause);
  return special ?? (status === "Lost" ? "Lost" : "Failed");
}

/**
 * The size to launch an attempt with: the declared one, grown by the factors for each retry with it, rounded up to
 * what the server offers and capped at its largest.
 * @param retries how many attempts there were since the size was declared
 * @param context undefined where the server did not say: whole numbers then
 */
export function sizeToLaunch(
  { cores, ram, gpus, retry }: Pick<JobInputs, "cores" | "ram" | "gpus" | "retry">,
  retries: number,
  context: Context | undefined,
): { cores?: number | undefined; ram?: number | undefined; gpus?: number | undefined } {
  const grown = (size: number | undefined, factor = 1, options: readonly number[] | undefined) =>
    size === undefined || factor === 1 || retries <= 0
      ? size
      : // A size between the largest option and the next whole number may have been declared.
        Math.max(size, offered(size * factor ** retries, options));
  return {
    cores: grown(cores, retry?.coresFactor, context?.cores.options),
    ram: grown(ram, retry?.ramFactor, context?.memoryGB.options),
    gpus,
  };
}

/** @returns the next size that the server offers, or its largest; a whole number where it did not say */
export function offered(size: number, options: readonly number[] | undefined): number {
  if (!options || options.length === 0) return Math.ceil(size);
  const sorted = [...options].sort((a, b) => a - b);
  return sorted.find((option) => option >= size) ?? Math.max(...sorted);
}
