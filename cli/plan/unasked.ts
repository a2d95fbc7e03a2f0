// Whether Pulumi may be begun before the server has answered: where nothing but our provider, which waits for the answer,
// can do anything, and where what Pulumi shows can be held until then. A program waits, too (`heldProgram.ts`).
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { withPreload } from "../nodeOptions";
import { runtimeOf } from "../project";
import type { PulumiProcess } from "../pulumiProcess";
import { readState } from "../stack/ownState";
import { isPreview } from "./pulumiArgs";
import { hasOnlyJobs, isOrdinary, plainlyInEarnest } from "./statesSuffice";

/** @param args Pulumi's, with the operation first */
export function mayBeginUnasked({ folder, env }: PulumiProcess, args: readonly string[]): boolean {
  // On a terminal Pulumi draws, and must have it for itself.
  if (process.stdout.isTTY) return false;
  if (isPreview(args) || args.includes("--preview-only")) return true;
  const known = plainlyInEarnest(args);
  if (known === undefined || (hasProgram(args) && !canHold(folder))) return false;
  const state = readState({ folder, env, stack: known.stack })?.text;
  return state !== undefined && isOrdinary(state) && hasOnlyJobs(state);
}

/**
 * Holds the program of such an `up` until the answer is there; a preview's may run.
 * @param env what Pulumi gets, with all other NODE_OPTIONS
 */
export function holdingProgram(
  args: readonly string[],
  { NODE_OPTIONS = "" }: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return hasProgram(args) ? { NODE_OPTIONS: withPreload(NODE_OPTIONS, preload) } : {};
}

const preload = path.join(checkout, "dist/cli/plan/heldProgram.js");

function hasProgram([operation]: readonly string[]): boolean {
  return operation === "up";
}

/** Other languages have nothing that is loaded before a program. */
function canHold(folder: string): boolean {
  return runtimeOf(folder) === "nodejs";
}
