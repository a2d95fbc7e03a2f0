// How the server says no. Two shapes, as the real one has them (docs/skaha-api.md 3.1): what an action
// refuses ends in a newline, what the servlet around it refuses (bad tokens, every 500) does not.

/** A request that is answered with an error; `body` is the exact text of the answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.trimEnd());
    this.name = "Refusal";
  }
}

/** An action's own refusal (`RestAction`): the message and a newline. */
export function refuse(status: number, message: string, headers?: Record<string, string>): Refusal {
  return new Refusal(status, `${message}\n`, headers);
}

/** An exception nobody expected: 500, no newline at the end. */
export function unexpected(message: string): Refusal {
  return new Refusal(500, `unexpected exception: ${message}`);
}
