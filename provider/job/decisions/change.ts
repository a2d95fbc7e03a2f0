// What an edit, an end or the clock means for a job, decided from state and inputs alone (docs/jobs.md, "How it is
// found again"): `diff` announces it, `update` does it. Pure and offline.
import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "../../engine/unknown";
import { type ComparedBy, catalogue, handled, type Input, replacing, resizing } from "../catalogue";
import { type DigestedKey, isChanged, nonEmpty } from "../digests";
import { baseOf } from "../identity";
import type { JobInputs } from "../inputs";
import type { JobState } from "../state";
import { finalEndOf } from "./finalEnd";
import { type Hold, heldByCost, heldBySlots, holdOf, type LaunchPolicy, unknownHold } from "./hold";
import { retryDue } from "./retry";

type Props = Readonly<Record<string, unknown>>;

/**
 * The inputs that make it another job, by the names the engine shows.
 * @param isUnknownAfterKept true for `up --replace`: predecessors that are not known yet are replaced because the user asked, and stay the same jobs
 */
export function replacedBy(
  id: string,
  olds: Props,
  news: Props,
  isUnknownAfterKept = false,
): string[] {
  const keepsAfter = news.staleAfter === "keep" || (isUnknownAfterKept && hasUnknown(news.after));
  return replacing.filter((key) => {
    if (key === "after" && keepsAfter) return false;
    const input: Input = catalogue[key];
    return input.effect === "replaces" && isAnother(input.comparedBy, key, { id, olds, news });
  });
}

function isAnother(
  comparedBy: ComparedBy,
  key: (typeof replacing)[number],
  { id, olds, news }: { readonly id: string; readonly olds: Props; readonly news: Props },
): boolean {
  const fresh = news[key];
  switch (comparedBy) {
    case "value":
      return differs(olds[key], fresh);
    case "digest":
      return hasUnknown(fresh) || isChanged(key as DigestedKey, olds, fresh); // by `comparedBy`
    case "names":
      return differs(names(olds[key]), names(fresh));
    case "members":
      return differs(sorted(olds[key]), sorted(fresh));
    case "id":
      return hasUnknown(fresh) || (typeof fresh === "string" && fresh !== baseOf(id));
  }
}

/** Whether state has to take anything over in place: what it keeps by value is another. */
export function isHandledAnew(olds: Props, news: Props): boolean {
  return handled.some((key) =>
    key === "after"
      ? differs(sorted(olds.after), sorted(news.after))
      : differs(olds[key], news[key]),
  );
}

/** What has to happen to a job's session, beyond remembering the inputs. */
export type Step =
  | { readonly do: "nothing"; readonly note?: string }
  /** Held for another reason than before. */
  | { readonly do: "hold"; readonly hold: Hold }
  /** It failed, and its sweep goes on: that counts no longer for `stopAfter`. */
  | { readonly do: "forgive" }
  /** Its next attempt; `launch` of one that was held. */
  | { readonly do: "launch" | "retry"; readonly attempt: number; readonly why: string }
  /** The same attempt again: it has not run yet. */
  | { readonly do: "relaunch"; readonly why: string };

/**
 * @param state as refreshed; an `update` asks again with what it sees on the server
 */
export function nextStep(state: JobState, inputs: JobInputs, now: LaunchPolicy): Step {
  const resized = resizing.filter((key) => differs(state[key], inputs[key]));
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
      if (why) return { do: "retry", attempt: state.attempt + 1, why };
      return isToForgive(state, inputs, now) ? { do: "forgive" } : { do: "nothing" };
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

function stepOfHeld(state: JobState, inputs: JobInputs, now: LaunchPolicy): Step {
  const declared = holdOf(inputs, now, state.seen);
  if (declared === unknownHold) return { do: "nothing" };
  if (declared === undefined && staysStopped(state, inputs, now)) return { do: "nothing" };
  const hold = declared ?? costHold(state, now) ?? slotHold(state, inputs, now);
  if (hold) return hold.reason === state.reason ? { do: "nothing" } : { do: "hold", hold };
  return { do: "launch", attempt: state.attempt, why: `was held: ${state.reason}` };
}

/** What a run without a refresh does not know stays as it was. */
function staysStopped(state: JobState, { stopAfter }: JobInputs, { stops }: LaunchPolicy): boolean {
  if (state.heldBy !== "stopAfter" || stopAfter === undefined || !stops) return false;
  if (stops.isKnown(stopAfter.name) || stops.isReleased(stopAfter.name)) return false;
  return !differs(state.stopAfter, stopAfter);
}

function isToForgive(state: JobState, { stopAfter }: JobInputs, { stops }: LaunchPolicy): boolean {
  if (stopAfter === undefined || !stops?.isReleased(stopAfter.name)) return false;
  const end = finalEndOf(state);
  return end !== undefined && end !== "Completed";
}

function costHold(state: JobState, { maxCost }: LaunchPolicy): Hold | undefined {
  if (!state.isOverMaxCost || maxCost === undefined) return undefined;
  return unlessEdited(state, heldByCost(maxCost));
}

/**
 * A refresh judges by the limits of the last `up`, which is all that the engine tells it: the same as the reason of what is
 * held. One that was edited since is not judged before the launch.
 */
function unlessEdited({ heldBy, reason }: JobState, hold: Hold): Hold | undefined {
  return heldBy === hold.by && reason !== hold.reason ? undefined : hold;
}

/** What the refresh found. */
function slotHold(state: JobState, { group }: JobInputs, now: LaunchPolicy): Hold | undefined {
  if (state.slot !== false) return undefined;
  if (!state.noSlotInGroup) {
    if (now.maxInFlight === undefined) return undefined;
    return unlessEdited(state, heldBySlots(now.maxInFlight));
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
