// What an edit, an end or the clock means for a job, decided from state and inputs alone (README, "How it
// decides"): `diff` announces it, `update` does it. Pure and offline.
import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "../engine/unknown";
import { digestedKeys, isChanged, nonEmpty } from "./digests";
import { type Circumstances, type Hold, heldBySlots, holdOf, unknownHold } from "./hold";
import { baseOf } from "./identity";
import type { JobInputs } from "./inputs";
import { retryDue } from "./retry";
import type { JobState } from "./state";

type Props = Readonly<Record<string, unknown>>;

const sizeKeys = ["cores", "ram", "gpus"] as const;
/** Taken over in place; launches nothing by itself. */
const handlingKeys = [
  "secretEnv",
  "registryAuth",
  "onRemove",
  "staleAfter",
  "window",
  "retry",
  "renew",
  "logs",
  "resumeArgs",
  "record",
  "outputs",
  "maxRunSeconds",
  "skipIfOutputs",
  "group",
] as const;

/**
 * The inputs that make it another job, by the names the engine shows.
 * @param isUnknownAfterKept where predecessors are replaced for their own sake, and are the same jobs after it
 */
export function replacedBy(
  id: string,
  olds: Props,
  news: Props,
  isUnknownAfterKept = false,
): string[] {
  // Another value is another job: the old session is cancelled, a new one launched.
  const replaces: string[] = [
    ...(differs(olds.image, news.image) ? ["image"] : []),
    ...digestedKeys.filter((key) => hasUnknown(news[key]) || isChanged(key, olds, news[key])),
  ];
  if (differs(names(olds.secretEnv), names(news.secretEnv))) replaces.push("secretEnv");
  const keepsAfter = news.staleAfter === "keep" || (isUnknownAfterKept && hasUnknown(news.after));
  if (!keepsAfter && differs(sorted(olds.after), sorted(news.after))) {
    replaces.push("after");
  }
  if (hasUnknown(news.name) || (typeof news.name === "string" && news.name !== baseOf(id))) {
    replaces.push("name");
  }
  return replaces;
}

/** Whether state has to take anything over in place. */
export function isHandledAnew(olds: Props, news: Props): boolean {
  return (
    [...sizeKeys, ...handlingKeys].some((key) => differs(olds[key], news[key])) ||
    differs(sorted(olds.after), sorted(news.after))
  );
}

/** What has to happen to a job's session, beyond remembering the inputs. */
export type Step =
  | { readonly do: "nothing"; readonly note?: string }
  /** Held for another reason than before. */
  | { readonly do: "hold"; readonly hold: Hold }
  | { readonly do: "launch"; readonly attempt: number; readonly why: string }
  /** The same attempt again: it has not run yet. */
  | { readonly do: "relaunch"; readonly why: string };

/**
 * @param state as refreshed; an `update` asks again with what it sees on the server
 */
export function nextStep(state: JobState, inputs: JobInputs, now: Circumstances): Step {
  const resized = sizeKeys.filter((key) => differs(state[key], inputs[key]));
  const change = resized
    .map((key) => `${key} ${shown(state[key])} -> ${shown(inputs[key])}`)
    .join(", ");
  switch (state.status) {
    case "Held":
      return stepOfHeld(state, inputs, now);
    case "Completed":
      return { do: "nothing" };
    case "Failed":
    case "Lost": {
      const why =
        resized.length > 0
          ? `it was ${state.status}, and ${change}`
          : retryDue(state, inputs.retry);
      return why ? { do: "launch", attempt: state.attempt + 1, why } : { do: "nothing" };
    }
    case "Pending":
      return resized.length > 0 ? { do: "relaunch", why: change } : { do: "nothing" };
    default:
      return resized.length > 0
        ? {
            do: "nothing",
            note: `is ${state.status} and keeps its size; the next attempt gets ${change}`,
          }
        : { do: "nothing" };
  }
}

function stepOfHeld(state: JobState, inputs: JobInputs, now: Circumstances): Step {
  const declared = holdOf(inputs, now, state.seen);
  if (declared === unknownHold) return { do: "nothing" };
  const hold = declared ?? slotHold(state, inputs, now);
  if (hold) return hold.reason === state.reason ? { do: "nothing" } : { do: "hold", hold };
  return { do: "launch", attempt: state.attempt, why: `was held: ${state.reason}` };
}

/** What the refresh found; a limit that was edited since is not judged before the launch. */
function slotHold(state: JobState, { group }: JobInputs, now: Circumstances): Hold | undefined {
  if (state.slot !== false) return undefined;
  if (!state.noSlotInGroup) {
    return now.maxInFlight === undefined ? undefined : heldBySlots(now.maxInFlight);
  }
  return group === undefined || differs(state.group, group)
    ? undefined
    : heldBySlots(group.maxInFlight, group.name);
}

function shown(size: unknown): string {
  return hasUnknown(size) ? "not known yet" : String(size ?? "unset");
}

function differs(old: unknown, fresh: unknown): boolean {
  return hasUnknown(fresh) || !isDeepStrictEqual(nonEmpty(old), nonEmpty(fresh));
}

function names(secretEnv: unknown): unknown {
  return typeof secretEnv === "object" && secretEnv !== null
    ? Object.keys(secretEnv).sort()
    : secretEnv;
}

function sorted(after: unknown): unknown {
  return Array.isArray(after) ? [...after].sort() : after;
}
