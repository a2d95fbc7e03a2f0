// The first question to the server, asked while Pulumi starts: the run's provider waits for its answer, what Pulumi
// prints is held until then, and a question that fails ends the run before it began.
import path from "node:path";
import { exitStatusOf } from "../../machine/signals";
import { awaitingAnswer, leaveAnswer } from "../../provider/run/answerFile";
import { type FirstList, firstListFile, leaveFirstList } from "../../provider/run/firstList";
import { CommandError } from "../commandError";
import type { Elsewhere } from "../pulumiProcess";
import { HeldOutput } from "./heldOutput";

export interface AskedMeanwhileOptions {
  /** Where what Pulumi prints to stdout goes at once; else it is held, too. */
  readonly stdout?: Elsewhere | undefined;
  /**
   * Whether Pulumi locks the stack. Told to stop at the wrong moment, it would leave it locked; but then there is no
   * program, and with the provider's refusal the run ends by itself.
   */
  readonly isLocked: boolean;
  /** Called when the answer was handed over, before the wait for Pulumi. */
  readonly onAnswered?: (() => void) | undefined;
}

export class AskedMeanwhile {
  /** For the run. */
  readonly env: NodeJS.ProcessEnv;
  readonly #answerPath: string;
  readonly #listPath: string;
  readonly #held: HeldOutput;
  readonly #interrupted = Promise.withResolvers<never>();
  readonly #stop = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  #isAnswered = false;

  /** @param folder the run's own */
  constructor(
    folder: string,
    private readonly question: () => Promise<FirstList | undefined>,
    private readonly options: AskedMeanwhileOptions,
  ) {
    this.#answerPath = path.join(folder, "answer");
    this.#listPath = path.join(folder, "first.json");
    this.env = { ...awaitingAnswer(this.#answerPath), [firstListFile]: this.#listPath };
    this.#held = new HeldOutput(folder, options);
    this.#interrupted.promise.catch(() => {}); // told to who asks, if anybody does
  }

  /** Where Pulumi prints. */
  get output(): HeldOutput["stdio"] {
    return this.#held.stdio;
  }

  /** Resolves when the question is answered, or has failed: what can wait should not keep it from being asked. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Aborted when Pulumi is to stop because the question failed. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether the question has no answer yet: nothing was begun. */
  get isOpen(): boolean {
    return !this.#isAnswered;
  }

  /**
   * @param running until Pulumi has ended
   * @returns when both are over, and all that is to be shown is shown
   * @throws what the question failed with
   */
  async ask(running: Promise<unknown>): Promise<void> {
    const over = running.then(
      () => {},
      () => {}, // told to who runs it
    );
    try {
      await this.#answered().finally(() => this.#over.resolve());
      this.#held.show();
      this.options.onAnswered?.();
      await over;
    } catch (error) {
      await this.#end(over);
      throw error;
    } finally {
      await this.#held.end();
    }
  }

  /** While the question is open, this is its end: nothing was begun, and nothing will be. */
  interrupt(name: NodeJS.Signals): void {
    if (this.#isAnswered) return;
    const error = new CommandError("interrupted; nothing was done", exitStatusOf(name));
    this.#interrupted.reject(error);
  }

  async #answered(): Promise<void> {
    await Promise.race([this.#listHandedOver(), this.#interrupted.promise]);
    leaveAnswer(this.#answerPath, "act");
    this.#isAnswered = true;
  }

  /** Resolves with nothing: a race keeps each result for as long as any of its promises is open, here until Pulumi has ended. */
  async #listHandedOver(): Promise<void> {
    const list = await this.question();
    if (list && !this.#isAnswered) leaveFirstList(this.#listPath, list);
  }

  async #end(over: Promise<void>): Promise<void> {
    this.#isAnswered = true;
    if (!this.options.isLocked) this.#stop.abort();
    leaveAnswer(this.#answerPath, "stop"); // where that fails the run ends with this process
    await over;
  }
}
