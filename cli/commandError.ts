// What ends a command: a sentence for the user, and an exit status for scripts.

export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly exitStatus = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A server does not answer, and a request to it may still be under way. */
export class UnansweredError extends CommandError {}

/** Pulumi failed, perhaps for want of a backend that is far away: it may be asked again. */
export class PulumiError extends CommandError {}

/** There is no such stack, or it cannot be read: no command about it can do anything. */
export class StackError extends CommandError {}
