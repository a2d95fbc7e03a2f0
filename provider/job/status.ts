// What a session's status means. Pure.

/**
 * A job's status. `Held`: declared, not launched yet. `Lost`: vanished before its end was seen.
 * The others are Skaha's; a word that is not known is kept as it is, and taken for unfinished.
 */
export type Status =
  | "Held"
  | "Pending"
  | "Running"
  | "Terminating"
  | "Completed"
  | "Failed"
  | "Lost"
  | (string & {});

/** Brings the words of all Skaha versions (docs/skaha-api.md, "History") to one. */
export function statusOf(word: string): Status {
  if (word === "Succeeded") return "Completed";
  if (word === "Error" || word === "Terminated" || /^Failed\b/.test(word)) return "Failed";
  // Words for what only this provider knows of a job: from a server they mean something else.
  return ["Held", "Lost", "Unseen"].includes(word) ? `unknown (${word})` : word;
}

/** Ended with an outcome: final, whatever a server says or forgets later. */
export function isFinished(status: Status): boolean {
  return status === "Completed" || status === "Failed";
}

/** Ended badly: with an outcome that is none of success, or unseen. */
export function hasFailed(status: Status | undefined): boolean {
  return status === "Failed" || status === "Lost";
}

/** Nothing more comes of it by itself. */
export function hasEnded(status: Status): boolean {
  return isFinished(status) || status === "Lost";
}

/** As a job goes through them. */
export const statusOrder: readonly Status[] = [
  "Held",
  "Pending",
  "Running",
  "Terminating",
  "Completed",
  "Failed",
  "Lost",
];

/** Orders statuses as a job goes through them; words that are not known come last. */
export function byStatus(a: Status, b: Status): number {
  const rank = (status: Status) => {
    const index = statusOrder.indexOf(status);
    return index === -1 ? statusOrder.length : index;
  };
  return rank(a) - rank(b);
}

/** How many jobs have each status, in the order in which a job goes through them. */
export function countByStatus(jobs: Iterable<{ readonly status: Status }>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of jobs) counts[status] = (counts[status] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => byStatus(a, b)));
}

/** Runs, or will: a word that is not known counts as alive, because an end is never guessed. */
export function isAlive(status: Status): boolean {
  return !hasEnded(status) && status !== "Held" && status !== "Terminating";
}

/** Whether the server should have a session of a job of this status. */
export function isExpected(status: Status): boolean {
  return !hasEnded(status) && status !== "Held";
}
