// Cancels jobs outside any stack: at once, or by a process that goes on alone.
import type { Run } from "../../../provider/assemble";
import { messageOf } from "../../../provider/errors";
import { baseOf } from "../../../provider/job/identity";
import { startedName } from "../../../provider/record/record";
import { type SubmittedId, textOf } from "../../../provider/submitted/submittedId";
import { plain, say } from "../../terminal";
import { endHandedOver, startApart } from "./handedOver";
import type { SubmitOptions } from "./options";
import { submittedIds, tellOfNoIds } from "./places";

/** @returns the exit status: 1 where a word names no job, though the others are cancelled */
export function handOver(words: readonly string[], options: SubmitOptions): number {
  const { ids, status } = meant(words, options);
  if (ids.length > 0) startApart(["submit", "--cancel", "--wait", "--", ...ids.map(textOf)], ids);
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
  const { ids, status } = meant(words, options);
  const failed = await failuresOf(ids);
  for (const [why, some] of Map.groupBy(failed, (one) => one.why)) {
    const named = some.map(({ id, name }) => `${name} (${textOf(id)})`).join(", ");
    const again = `pulumi-skaha submit --cancel --wait ${some.map(({ id }) => textOf(id)).join(" ")}`;
    const it = some.length === 1 ? "it may go on running" : "they may go on running";
    say(plain(`not cancelled: ${named}: ${why}; ${it}. To try again: ${again}`));
  }
  endHandedOver(failed.length === 0);
  return failed.length === 0 ? status : 1;
}

function meant(words: readonly string[], options: SubmitOptions) {
  const named = submittedIds(words, options, "--cancel");
  tellOfNoIds(words, named, "nothing was cancelled for it");
  const ids = named.filter((id) => id !== undefined);
  return { ids, status: ids.length === named.length ? 0 : 1 };
}

interface Failure {
  readonly id: SubmittedId;
  /** What its user calls it, as far as that is known. */
  readonly name: string;
  readonly why: string;
}

async function failuresOf(ids: readonly SubmittedId[]): Promise<Failure[]> {
  const failed: Failure[] = [];
  try {
    const { runOutsideStacks } = await import("./run.js");
    const { lifecycle, announce, arc } = runOutsideStacks(undefined);
    const withdrawn = ids.map((id) => lifecycle.withdraw(id));
    await announce.during(async () => {
      for (const [index, outcome] of (await Promise.allSettled(withdrawn)).entries()) {
        const id = ids[index];
        if (id === undefined) continue;
        if (outcome.status === "rejected") {
          failed.push({ id, name: await nameOf(id, arc), why: messageOf(outcome.reason) });
        } else if (!outcome.value) {
          say(plain(`${textOf(id)}: nothing of it waits or runs, so nothing was cancelled`));
        }
      }
    });
    return failed;
  } catch (error) {
    // Without a server or credentials none of them was.
    return ids.map((id) => ({ id, name: baseOf(id.id), why: messageOf(error) }));
  }
}

async function nameOf({ record, id, attempt = 1 }: SubmittedId, arc: Run["arc"]): Promise<string> {
  try {
    return (await startedName(arc, record, id, attempt)) ?? baseOf(id);
  } catch {
    return baseOf(id); // the failure itself is what is told
  }
}
