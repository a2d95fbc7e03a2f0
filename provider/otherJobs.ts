// The jobs of the program that `check` would refuse as it refuses one: the engine asks about no other then, so all are
// named at once.
import type { Run } from "./assemble";
import { locationIn, type PendingJob } from "./engine/pendingJobs";
import { type PlacedFailure, type Refused, refusedInAll } from "./job/decisions/others";
import { type CheckFailure, checkInputs } from "./job/inputs";

/** @param pending jobs that the engine has not answered about */
export async function refusedAmong(
  run: Run,
  pending: readonly PendingJob[],
): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const entry of pending) {
    const { inputs, failures } = checkInputs({}, entry.inputs, run.files);
    const all = refusedInAll(failures, await run.preflight.refusals(inputs));
    if (all.length > 0) refused.push({ name: entry.name, failures: placed(all, entry) });
  }
  return refused;
}

/** With their places in fleet.yaml, if they are known. */
export function placed(
  failures: readonly CheckFailure[],
  entry: PendingJob | undefined,
): readonly PlacedFailure[] {
  return failures.map((one) => ({ ...one, place: locationIn(entry?.places, one.property) }));
}
