// Asks before anything is done, and once more before what has been running for long is cancelled.
import { confirm, longRunMs } from "../../ask";
import { type JobAction, named } from "../../plan/jobActions";
import type { Operation } from "../../plan/pulumiArgs";
import { duration } from "../../terminal";

export async function isConfirmed(
  operation: Operation,
  actions: readonly JobAction[],
): Promise<boolean> {
  const what = operation === "up" ? "update" : operation;
  if (!(await confirm(`Perform this ${what}?`))) return false;
  const long = actions.filter(
    ({ kind, runningMs = 0 }) => kind === "cancel" && runningMs > longRunMs,
  );
  if (long.length === 0) return true;
  const which = named(
    long.map(({ name, runningMs = 0 }) => ({ name: `${name} (${duration(runningMs)})` })),
  );
  const [job, it] =
    long.length === 1 ? ["A job that has", "it"] : [`${long.length} jobs that have`, "them"];
  return confirm(
    `${job} been running for over an hour would be cancelled: ${which}. Cancel ${it}?`,
  );
}
