// How the jobs of a run stand, in one line: how many have each status, and which of them failed. Pure.
import { countByStatus, hasFailed, type Status } from "./status";

const mostNames = 5;

/**
 * `jobs: 2 Running, 7 Completed, 6 Failed (a, b, c, d, e and 1 more)`
 * @param statuses by job
 */
export function tallyOf(statuses: ReadonlyMap<string, Status>): string {
  const counts = countByStatus([...statuses.values()].map((status) => ({ status })));
  const parts = Object.entries(counts).map(([status, count]) => {
    if (!hasFailed(status)) return `${count} ${status}`;
    const ids = [...statuses].flatMap(([id, one]) => (one === status ? [id] : []));
    ids.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const more = ids.length > mostNames ? ` and ${ids.length - mostNames} more` : "";
    return `${count} ${status} (${ids.slice(0, mostNames).join(", ")}${more})`;
  });
  return `jobs: ${parts.join(", ")}`;
}
