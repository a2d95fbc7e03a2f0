// The statuses of jobs, as the page needs them. It has no module but its own: a test holds these to those of
// `provider/job/status.ts`.

/** As a job goes through them. */
export const statusOrder: readonly string[] = [
  "Held",
  "Pending",
  "Running",
  "Terminating",
  "Completed",
  "Failed",
  "Lost",
];

export function hasFailed(status: string): boolean {
  return ["Failed", "Lost"].includes(status);
}
