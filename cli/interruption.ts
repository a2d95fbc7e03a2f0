// Ctrl-C and its like for commands that repeat something: what is under way ends in good order, and nothing
// new is begun.
import { exitStatusOf, onEndingSignal } from "../machine/signals";
import { CommandError } from "./commandError";

export class Interruption implements Disposable {
  readonly #stop = new AbortController();
  readonly #listening: Disposable;
  #by: NodeJS.Signals | undefined;

  constructor() {
    // A second one ends the process at once, as it would without this.
    this.#listening = onEndingSignal((name) => {
      this.#listening[Symbol.dispose]();
      this.#by = name;
      this.#stop.abort();
    });
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** @throws CommandError with the exit status that shells give a signal, where there was one */
  throwIfInterrupted(): void {
    if (this.#by) throw new CommandError("interrupted; the jobs run on", exitStatusOf(this.#by));
  }

  /**
   * For what goes on until the user has seen enough: Ctrl-C is its regular end.
   * @throws CommandError after any other signal
   */
  throwIfTerminated(): void {
    if (this.#by !== "SIGINT") this.throwIfInterrupted();
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}
