// Notices a run of the engine that would never end. With PULUMI_CONTINUE_ON_ERROR, where a resource that is to be
// deleted and made anew cannot be deleted, the engine (3.250: `executeChain` of step_executor.go) never answers the
// program about the new one: both wait until somebody ends them, and a nightly run stands there in the morning.
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { eventsIn } from "./eventLog";

/** So long nothing may have happened: a program may think between two resources. */
const quietMs = 20_000;
const lookEveryMs = 1_000;
/** Without a step of that kind nothing is stuck. */
const failing = "delete-replaced";

/** Whether a deletion for the sake of a replacement has failed, and nothing is under way any more. Pure. */
export function isStuck(log: string): boolean {
  const underWay = new Set<string>();
  let hasFailed = false;
  for (const event of eventsIn(log)) {
    const { resourcePreEvent: started, resOutputsEvent, resOpFailedEvent: failed } = event;
    const ended = (resOutputsEvent ?? failed)?.metadata;
    if (started && (started.metadata.new ?? started.metadata.old)?.custom) {
      underWay.add(started.metadata.urn);
    }
    if (ended) underWay.delete(ended.urn);
    // One that was replaced by an earlier run is deleted by itself, and nothing waits for that.
    if (failed?.metadata.op === failing && !failed.metadata.old?.delete) hasFailed = true;
  }
  return hasFailed && underWay.size === 0;
}

/**
 * Watches a run's event log.
 * @param isOver the run has ended
 * @returns whether it would never end; false as soon as it has
 */
export async function willNeverEnd(log: string, isOver: AbortSignal): Promise<boolean> {
  let size = -1;
  let grewAt = Date.now();
  while (!isOver.aborted) {
    await sleep(lookEveryMs, undefined, { signal: isOver }).catch(() => {});
    const now = await sizeOf(log);
    if (now !== size) {
      size = now;
      grewAt = Date.now();
    }
    if (isOver.aborted || Date.now() - grewAt < quietMs) continue;
    if (await tellsOf(log, failing)) {
      if (isStuck(await readFile(log, "utf8").catch(() => ""))) return true;
    }
    grewAt = Date.now(); // what it is about takes its time
  }
  return false;
}

/** Whether a file has a text in it, without all of it at once: of an array of 100,000 jobs it has 60 MB. */
export async function tellsOf(file: string, text: string): Promise<boolean> {
  try {
    let end = "";
    for await (const piece of createReadStream(file, "latin1")) {
      if (`${end}${piece}`.includes(text)) return true;
      end = String(piece).slice(-text.length);
    }
  } catch {
    // not begun
  }
  return false;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0; // not begun
  }
}
