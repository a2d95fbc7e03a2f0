// What a refresh found, in words: "3 Running -> Completed, 1 Running -> Failed (job-7), 280 as before". Pure.
import { byStatus, hasFailed } from "../../provider/job/status";
import { plain } from "../terminal";
import { named } from "./jobActions";
import type { RefreshedJob } from "./runEffects";

export function describeRefresh(jobs: readonly RefreshedJob[]): string {
  if (jobs.length === 0) return "there are no jobs";
  const moves = new Map<string, RefreshedJob[]>();
  const changed = jobs.filter(({ before, after }) => before.status !== after.status);
  const same = jobs.length - changed.length;
  // The engine reads jobs in parallel, in no order.
  const inOrder = changed.sort(
    (a, b) => byStatus(a.after.status, b.after.status) || a.name.localeCompare(b.name, "en"),
  );
  for (const job of inOrder) {
    const move = plain(`${job.before.status} -> ${job.after.status}`);
    moves.set(move, [...(moves.get(move) ?? []), job]);
  }
  const parts = [...moves].map(([move, moved]) => {
    const isBad = moved.some(({ after }) => hasFailed(after.status));
    return `${moved.length} ${move}${isBad ? ` (${named(moved)})` : ""}`;
  });
  return [...parts, ...(same > 0 ? [`${same} as before`] : [])].join(", ");
}
