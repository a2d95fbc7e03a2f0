// Whether Pulumi may be begun before the server has answered: where nothing but our provider, which waits for the answer,
// can do anything, and where what Pulumi shows can be held until then.
import type { PulumiProcess } from "../pulumiProcess";
import { readState } from "../stack/ownState";
import { isPreview } from "./pulumiArgs";
import { hasOnlyJobs, isOrdinary, knownFromStates } from "./statesSuffice";

/** @param args Pulumi's, with the operation first */
export function mayBeginUnasked({ folder, env }: PulumiProcess, args: readonly string[]): boolean {
  // On a terminal Pulumi draws, and must have it for itself.
  if (process.stdout.isTTY) return false;
  if (isPreview(args) || args.includes("--preview-only")) return true;
  const known = knownFromStates(args);
  const state = known && readState({ folder, env, stack: known.stack })?.text;
  return state !== undefined && isOrdinary(state) && hasOnlyJobs(state);
}
