// Ctrl-C and its like for commands that repeat something: what is under way ends in good order, and nothing
// new is begun.
import { constants } from "node:os";
import { CommandError } from "./commandError";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Interruption implements Disposable {
  readonly #stop = new AbortController();
  #status = 0;

  constructor() {
    for (const name of signals) process.on(name, this.#note);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** @throws CommandError with the exit status that shells give a signal, where there was one */
  throwIfInterrupted(): void {
    if (this.signal.aborted) throw new CommandError("interrupted; the jobs run on", this.#status);
  }

  [Symbol.dispose](): void {
    for (const name of signals) process.off(name, this.#note);
  }

  /** A second one ends the process at once, as it would without this. */
  readonly #note = (name: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    this.#status = 128 + constants.signals[name];
    this.#stop.abort();
  };
}
