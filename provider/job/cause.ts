// Why an attempt ended badly, as far as it is known.

export const causes = ["Failed", "Lost", "Deadline", "OutOfMemory"] as const;

/** `Deadline` is the server's own limit, `Lost` an end that nobody saw. */
export type Cause = (typeof causes)[number];
