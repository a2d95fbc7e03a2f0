// Signals and crashes as an AbortSignal, so that they end the demo the way its own end does.
import { exitStatusOf, onEndingSignal } from "../machine/signals";

export class Interruption extends Error {
  override readonly name = "Interruption";
  constructor(readonly by: NodeJS.Signals) {
    super(`Interrupted by ${by}: everything that was started is ended.`);
  }

  /** As a shell reports a program that a signal ended. */
  get exitStatus(): number {
    return exitStatusOf(this.by);
  }
}

export function onInterruption(): AbortController {
  const controller = new AbortController();
  onEndingSignal((name) => controller.abort(new Interruption(name)));
  process.on("uncaughtException", (error) => controller.abort(error));
  // As under `npm run demo | head`: nobody reads on.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => controller.abort(error));
  }
  return controller;
}
