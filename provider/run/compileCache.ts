// To be loaded before anything else: what Node compiles of the native provider is kept for the next one, in the folder that the command
// uses too, for they have modules in common. A fifth of the time that loading takes.
import nodeModule from "node:module";
import path from "node:path";
import { ownTemporaryFolder } from "./temporaryFolder";

/** The engine may kill this process, and Node would write at its end: so it is told to, now and then. */
const writeAfterMs = [1_000, 5_000];

try {
  // An older Node has no such function.
  nodeModule.enableCompileCache?.(path.join(ownTemporaryFolder(), "compile-cache"));
  // Only what was not kept yet is written: nothing, as a rule.
  for (const ms of writeAfterMs) setTimeout(() => nodeModule.flushCompileCache?.(), ms).unref();
} catch {
  // Without a folder of the user's own nothing is kept.
}
