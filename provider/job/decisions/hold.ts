// Whether a job may be launched now, and if not, why not. Pure: inputs and the clock's value in, a
// reason out. Reasons are fixed sentences without counts, so that a job that stays held stays unchanged.

import { unknownValue } from "../../engine/unknown";
import type { JobInputs } from "../inputs";
import { hasFailed } from "../status";
import { heldByStop, type Stops } from "./stop";
import { always, isOpen, parseWindow } from "./window";

/** What a launch is judged by besides the job itself. */
export interface LaunchPolicy {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The stack's `skaha:window`, for jobs without their own. */
  readonly window: string | undefined;
  /** The stack's `skaha:maxInFlight`. */
  readonly maxInFlight: number | undefined;
  /** The stack's `skaha:maxCost`. @default none */
  readonly maxCost?: number | undefined;
  /** What is known of sweeps with `stopAfter`. @default nothing */
  readonly stops?: Stops | undefined;
}

/** What can keep a job from being launched; `unclear`: the answer to its launch was lost. */
export type HeldBy =
  | "after"
  | "canary"
  | "stopAfter"
  | "window"
  | "maxInFlight"
  | "maxCost"
  | "unclear"
  | "pack";

export interface Hold {
  readonly by: HeldBy;
  readonly reason: string;
  /** What is told besides, and not remembered, because it changes. */
  readonly detail?: string | undefined;
}

/** It has not run, so that this is no attempt. */
export const heldByPack: Hold = {
  by: "pack",
  reason:
    "the session that ran it with other jobs was over before its turn: the next `up` launches it",
};

/** A preview cannot tell. */
export const unknownHold = "unknown";

type Holdable = Partial<
  Pick<
    JobInputs,
    "after" | "afterStatus" | "canary" | "canaryStatus" | "stopAfter" | "window" | "jobName"
  >
>;

/**
 * What the program and the clock say; how many sessions are in flight is not judged here.
 * @param seen statuses of predecessors outside the stack, by session id, as far as they were seen
 */
export function holdOf(
  inputs: Holdable,
  { now, window, stops }: LaunchPolicy,
  seen: Readonly<Record<string, string>> = {},
): Hold | typeof unknownHold | undefined {
  return (
    heldByPredecessors(inputs, seen) ??
    heldByCanary(inputs) ??
    heldBySweep(inputs, stops) ??
    heldByWindow(inputs.window ?? window, now)
  );
}

function heldByPredecessors(
  { after = [], afterStatus = [] }: Holdable,
  seen: Readonly<Record<string, string>>,
): Hold | typeof unknownHold | undefined {
  if ((after as unknown) === unknownValue || (afterStatus as unknown) === unknownValue) {
    return unknownHold;
  }
  const statuses = after.map((id, index) => {
    const outside = outsideSession(id);
    return { id, status: outside === undefined ? afterStatus[index] : seen[outside] };
  });
  if (statuses.some(({ status }) => status === unknownValue)) return unknownHold;
  const stuck = statuses.filter(({ status }) => hasFailed(status));
  if (stuck.length > 0) {
    const which = stuck.map(({ id, status }) => `${id} is ${status}`).join(", ");
    return { by: "after", reason: `predecessor ${which}: this job waits until it is Completed` };
  }
  return statuses.every(({ status }) => status === "Completed") ? undefined : waitsForPredecessors;
}

function heldByCanary({
  canary = [],
  canaryStatus = [],
}: Holdable): Hold | typeof unknownHold | undefined {
  if ([canary, canaryStatus].includes(unknownValue as never)) return unknownHold;
  if (canaryStatus.includes(unknownValue)) return unknownHold;
  const stuck = canary.flatMap((id, index) => {
    const status = canaryStatus[index];
    return hasFailed(status) ? [`${id} is ${status}`] : [];
  });
  if (stuck.length > 0) {
    const which = stuck.join(", ");
    return { by: "canary", reason: `${waitsForCanary.reason}, and ${which}` };
  }
  return canary.every((_, index) => canaryStatus[index] === "Completed")
    ? undefined
    : waitsForCanary;
}

function heldBySweep(
  { stopAfter: rule, jobName }: Holdable,
  stops: LaunchPolicy["stops"],
): Hold | undefined {
  if (typeof rule !== "object") return undefined; // none, or a preview does not know it yet
  const stop = stops?.of(rule, jobName);
  return stop && heldByStop(rule, stop);
}

function heldByWindow(window: string | undefined, now: number): Hold | undefined {
  if (window === undefined || window === always) return undefined;
  const parsed = parseWindow(window);
  if ("problem" in parsed) throw new Error(`window "${window}" ${parsed.problem}`);
  return isOpen(parsed, now)
    ? undefined
    : { by: "window", reason: `waits for its window, ${window}` };
}

export const waitsForPredecessors: Hold = { by: "after", reason: "waits for its predecessors" };

const waitsForCanary: Hold = { by: "canary", reason: "waits for its sweep's canary jobs" };

/** @param group whose limit it is; undefined for the stack's */
export function heldBySlots(maxInFlight: number, group?: string): Hold {
  const whose = group === undefined ? "" : ` of ${group}`;
  return { by: "maxInFlight", reason: `waits for a slot: maxInFlight${whose} is ${maxInFlight}` };
}

export function heldByCost(maxCost: number): Hold {
  const reason = `would cost more than is left: skaha:maxCost is ${maxCost}`;
  return { by: "maxCost", reason };
}

/** @param count of the sessions that take slots, and are of no job of this stack */
export function heldByOthers(count: number): string | undefined {
  if (count === 0) return undefined;
  const are = count === 1 ? "is" : "are";
  return `${count} of the sessions that take its slots ${are} not of this stack`;
}

const outsidePrefix = "session:";

/** How a predecessor that is no job of this stack is written among the ids. */
export function outsideId(sessionId: string): string {
  return `${outsidePrefix}${sessionId}`;
}

/** The session id of a predecessor outside the stack. */
export function outsideSession(id: string): string | undefined {
  return id.startsWith(outsidePrefix) ? id.slice(outsidePrefix.length) : undefined;
}
