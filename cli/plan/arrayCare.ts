// How a run of Pulumi is fitted to a stack with an array: one resource that is thousands of jobs. Pure.
import { arrayType, nativeArrayType } from "../../provider/job/identity";
import type { Care } from "./environment";
import { hasOnlyJobs, knownFromStates } from "./statesSuffice";

/** Some 20,000 jobs. With fewer, a run without a program is done a quarter sooner where memory is not looked after. */
const smallState = 5_000_000;

/**
 * @param args Pulumi's, with the operation first
 * @param state the text of the stack's file; undefined where it is kept elsewhere: what it has is not known
 */
export function careFor(args: readonly string[], state: string | undefined): Care {
  if (state === undefined || !hasArray(state)) return {};
  const [operation = ""] = args;
  const hasProgram = !["refresh", "destroy"].includes(operation);
  return {
    ...((hasProgram || !isSmall(state)) && { garbage: isSmall(state) ? "50" : "25" }),
    ...(!isSmall(state) && { youngHeapMB: 4 }),
    comparesRefreshed: !isPlain(args, state),
  };
}

/** Whether a refresh is only looked at by who asked for it; what Pulumi prints as JSON stays as it is. */
function isPlain(args: readonly string[], state: string): boolean {
  return knownFromStates(args) !== undefined && !args.includes("--json") && hasOnlyJobs(state);
}

/** Whether time counts for more than memory. */
export function isSmall(state: string): boolean {
  return state.length < smallState;
}

function hasArray(state: string): boolean {
  return [arrayType, `"${nativeArrayType}"`].some((type) => state.includes(type));
}
