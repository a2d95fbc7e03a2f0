// Why an attempt ended badly, as far as it is known.

export const causes = [
  "Failed",
  "Lost",
  "Deadline",
  "OutOfMemory",
  "ExitCode",
  "Signal",
  "Timeout",
  "MissingOutputs",
  "Killed",
  "Preempted",
  "NotStarted",
] as const;

/**
 * `Failed` is any failure, `Lost` an end that nobody saw, `Deadline` the server's own limit. The others
 * are known of recorded jobs: `Timeout` is `maxRunSeconds`, `Killed` an end from outside. `Preempted` is known where the
 * cluster's events of the session say it.
 */
export type Cause = (typeof causes)[number];

/** The cause of a job outside any stack that its user cancelled. No retry names it: nobody launches such a job again unasked. */
export const cancelledCause = "Cancelled";
