// Keeps the memory of a process that has thousands of jobs near what it uses.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Versions of V8 that know the flags, as Node 22 and 24 have them: of one that does not it would say so on stderr. */
const knowing = /^1[2-4]\./;

/**
 * Node lets a heap grow to several times of what is in use before it collects garbage, in each of the five processes
 * that an `up` consists of. From here on it is a third more. Costs some processor time. Code that Node has kept compiled
 * is refused under other flags: not for a process that loads much afterwards.
 */
export function keepHeapSmall(): void {
  if (!knowing.test(process.versions.v8)) return;
  setFlagsFromString("--semi-space-growth-factor=1"); // what is new is collected by the megabyte
  setFlagsFromString("--heap-growing-percent=30");
}

/**
 * Gives back to the system what this process does not use any more. For one that has had thousands of jobs in hand and now
 * waits for another process: while it waits nothing else would make Node do so, and it holds hundreds of megabytes.
 */
export function giveMemoryBack(): void {
  if (!knowing.test(process.versions.v8)) return;
  setFlagsFromString("--expose-gc");
  const collect: (how: object) => void = runInNewContext("gc"); // the flag shows in contexts that are made after it
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
