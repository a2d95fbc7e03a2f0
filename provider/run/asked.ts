// What `pulumi-skaha` asks of the provider for one run, by the environment: what no setting of the stack says.

import { type Choice, choiceIn } from "../array/choice";

export interface AskedOfProvider {
  /** Which jobs the run is about. @default all */
  readonly choice: Choice | undefined;
  /** Whether a job stays what it is while the ids of its predecessors are not known. */
  readonly keepsSuccessors: boolean;
  /** Whether jobs of an array that are refused keep no other from being launched. */
  readonly goesOnPastRefused: boolean;
}

/** Set to "true" by `pulumi-skaha rerun`: a job that runs again as it is declared replaces no successor. */
export const keepSuccessors = "PULUMI_SKAHA_KEEP_SUCCESSORS";

/**
 * Set to "true" for an update whose other jobs are launched whatever is refused: the engine itself would refuse a whole
 * array for one of its jobs. Never set for a preview, which refuses it.
 */
export const goOnPastRefused = "PULUMI_SKAHA_GO_ON";

export function askedIn(env: Readonly<Record<string, string | undefined>>): AskedOfProvider {
  return {
    choice: choiceIn(env),
    keepsSuccessors: env[keepSuccessors] === "true",
    goesOnPastRefused: env[goOnPastRefused] === "true",
  };
}
