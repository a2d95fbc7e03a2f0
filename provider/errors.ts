// The errors a user can meet. Each is a sentence: what was tried, on what, what came back, what to do;
// Pulumi shows the message only. They are told apart by class and field, never by text.

/** Skaha refused, or could not be reached. */
export class SkahaError extends Error {
  override readonly name = "SkahaError";
  constructor(
    message: string,
    /** The HTTP status; undefined where no answer came. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An answer that is not the service's: nothing of it is at that address. It says nothing of what was asked for. */
export class NothingServedError extends SkahaError {}

/** Whoever asked counted as nobody: the credential is not accepted (any more). */
export class NotLoggedInError extends SkahaError {}

/**
 * A request that may have been carried out although no clear answer came: a time-out, a broken
 * connection, a 5xx. Whoever sent it has to look before sending it again.
 */
export class UnclearAnswerError extends SkahaError {
  constructor(
    message: string,
    /** False where the server said in so many words that it failed on this request: the same would come back. */
    readonly worthRepeating: boolean,
    /** How long the server asks to be left alone, in milliseconds. */
    readonly retryAfterMs: number | undefined,
    status?: number,
    options?: ErrorOptions,
  ) {
    super(message, status, options);
  }
}

/**
 * Nothing was sent: a session is there that an earlier run launched for the same, which no list had shown to be so.
 * Whoever would have launched it has to look.
 */
export class AlreadyLaunchedError extends Error {
  override readonly name = "AlreadyLaunchedError";
}

/** The stack belongs to another server or user than the one it is used with. */
export class WrongOwnerError extends Error {
  override readonly name = "WrongOwnerError";
}

/**
 * The job is in the stack, but not as declared. Thrown by create and update: the host reads `id`,
 * `properties` and `reasons`, keeps the resource as "failed to initialize", and prints the reasons.
 */
export class JobNotAsDeclaredError extends Error {
  override readonly name = "JobNotAsDeclaredError";
  readonly reasons: readonly string[];
  constructor(
    readonly id: string,
    readonly properties: Readonly<Record<string, unknown>>,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.reasons = [reason];
  }
}

/** The user ended the run: what had not begun yet is left to the next one. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** What went wrong, as text for a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
