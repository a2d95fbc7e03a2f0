// Cancels jobs outside any stack: at once, or by a process that goes on alone.
import { renameSync, rmSync } from "node:fs";
import { messageOf } from "../../../provider/errors";
import { recordFolder } from "../../../provider/record/record";
import { textOf } from "../../../provider/submitted/submittedId";
import { plain, say } from "../../terminal";
import { failedName, logVariable, startApart } from "./handedOver";
import type { SubmitOptions } from "./options";
import { submittedIds, tellOfNoIds } from "./places";

/** @returns the exit status: 1 where a word names no job, though the others are cancelled */
export async function handOver(words: readonly string[], options: SubmitOptions): Promise<number> {
  const { ids, status } = meant(words, options);
  if (ids.length > 0) startApart(["submit", "--cancel", "--wait", "--", ...ids.map(textOf)]);
  return status;
}

/**
 * Cancels what lives of them, and sees that it is gone.
 * @returns the exit status: 1 where one is left, or a word names no job
 */
export async function cancelAndWait(
  words: readonly string[],
  options: SubmitOptions,
): Promise<number> {
  const { ids, ...named } = meant(words, options);
  const log = process.env[logVariable];
  const { runOutsideStacks } = await import("./run.js");
  const { lifecycle, announce } = runOutsideStacks(undefined);
  const cancelled = ids.map(({ record, id, attempt }) =>
    lifecycle.withdraw(id, (one) => recordFolder(record, id, one), attempt),
  );
  let { status } = named;
  let isGood = true;
  await announce.during(async () => {
    for (const outcome of await Promise.allSettled(cancelled)) {
      if (outcome.status === "fulfilled") continue;
      say(plain(`not cancelled: ${messageOf(outcome.reason)}`));
      status = 1;
      isGood = false;
    }
  });
  if (log !== undefined) {
    if (isGood) rmSync(log, { force: true });
    else renameSync(log, failedName(log));
  }
  return status;
}

function meant(words: readonly string[], options: SubmitOptions) {
  const named = submittedIds(words, options, "--cancel");
  tellOfNoIds(words, named, "nothing was cancelled for it");
  const ids = named.filter((id) => id !== undefined);
  return { ids, status: ids.length === named.length ? 0 : 1 };
}
