// Cancels jobs outside any stack: at once, or by a process that goes on alone.
import { renameSync, rmSync } from "node:fs";
import { messageOf } from "../../../provider/errors";
import { recordFolder } from "../../../provider/record/record";
import { plain, say } from "../../terminal";
import { failedName, logVariable, startApart } from "./handedOver";
import type { SubmitOptions } from "./options";
import { submittedIds } from "./places";

/** @returns the exit status */
export async function handOver(words: readonly string[], options: SubmitOptions): Promise<number> {
  submittedIds(words, options); // what is no id is refused now
  const { record } = options;
  const place = record === undefined ? [] : ["--record", record];
  startApart(["submit", "--cancel", "--wait", ...place, "--", ...words]);
  return 0;
}

/**
 * Cancels what lives of them, and sees that it is gone.
 * @returns the exit status: 1 where one is left
 */
export async function cancelAndWait(
  words: readonly string[],
  options: SubmitOptions,
): Promise<number> {
  const ids = submittedIds(words, options);
  const log = process.env[logVariable];
  const { runOutsideStacks } = await import("./run.js");
  const { lifecycle, announce } = runOutsideStacks(undefined);
  const cancelled = ids.map(({ record, id, attempt }) =>
    lifecycle.withdraw(id, (one) => recordFolder(record, id, one), attempt),
  );
  let status = 0;
  await announce.during(async () => {
    for (const outcome of await Promise.allSettled(cancelled)) {
      if (outcome.status === "fulfilled") continue;
      say(plain(`not cancelled: ${messageOf(outcome.reason)}`));
      status = 1;
    }
  });
  if (log !== undefined) {
    if (status === 0) rmSync(log, { force: true });
    else renameSync(log, failedName(log));
  }
  return status;
}
