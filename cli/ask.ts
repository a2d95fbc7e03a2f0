// Asks the person at the terminal. What is no clear yes is a no.
import { createInterface } from "node:readline";
import { say } from "./terminal";

/** Cancelling what has been running for longer than this is asked for by itself. */
export const longRunMs = 3_600_000;

/** Whether there is someone to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export function confirm(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    asking.once("close", () => resolve(false)); // also Ctrl-C and the end of the input
    asking.once("SIGINT", () => {
      say();
      asking.close();
    });
    asking.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      asking.close();
    });
  });
}
