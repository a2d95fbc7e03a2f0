// How a job ended for good, which is what counts for `stopAfter` of its sweep. Pure.
import type { Cause } from "../cause";
import { retrySchema } from "../fields";
import type { JobState } from "../state";
import { hasFailed } from "../status";
import { causeOf, retryDue } from "./retry";

/** Nothing launches the job again by itself. */
export type FinalEnd = Cause | "Completed";

/** @returns undefined for a job that may still become anything else, and for a failure that counts no longer */
export function finalEndOf(state: JobState): FinalEnd | undefined {
  if (state.status === "Completed") return "Completed";
  if (!hasFailed(state.status) || state.isForgiven) return undefined;
  // As a secret it is not to be read by the command.
  const retry = retrySchema.safeParse(state.retry).data;
  return retryDue(state, retry) === undefined ? causeOf(state) : undefined;
}
