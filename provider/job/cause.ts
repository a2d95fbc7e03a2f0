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
  "NotStarted",
] as const;

/**
 * `Failed` is any failure, `Lost` an end that nobody saw, `Deadline` the server's own limit. The others
 * are known of recorded jobs: `Timeout` is `maxRunSeconds`, `Killed` an end from outside.
 */
export type Cause = (typeof causes)[number];
