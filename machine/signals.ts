// The signals that ask a process to end, and the exit status that stands for one.
import { constants } from "node:os";

const ending = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls the listener for each of them, until it is disposed of: then they end the process again. */
export function onEndingSignal(listener: (name: NodeJS.Signals) => void): Disposable {
  for (const name of ending) process.on(name, listener);
  return {
    [Symbol.dispose]() {
      for (const name of ending) process.off(name, listener);
    },
  };
}

/** As a shell reports a process that a signal ended: 128 and the signal's number. */
export function exitStatusOf(name: NodeJS.Signals): number {
  return 128 + constants.signals[name];
}
