// How a sweep says when it is to stop launching. Pure; programs load it.
import type { StopLimits } from "../headlessSession";
import { faultOfStop } from "../job/decisions/stop";

/** @returns what is wrong with it, in words */
export function faultOfLimits(limits: StopLimits): string | undefined {
  if (typeof limits !== "object" || limits === null) {
    return `\`stopAfter\` is ${String(limits)}, and has to be limits, like { failed: 5 }`;
  }
  const { failed, share, atLeast, ...more } = limits;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) {
    return `\`stopAfter\` has failed, share and atLeast, and no ${unknown}`;
  }
  for (const [name, count] of Object.entries({ failed, atLeast })) {
    if (count === undefined || (Number.isInteger(count) && count >= 1)) continue;
    return `\`stopAfter.${name}\` is ${count}, and has to be a whole number from 1 on`;
  }
  if (share !== undefined && !(typeof share === "number" && share > 0 && share <= 1)) {
    return `\`stopAfter.share\` is ${share}, and has to be more than 0 and at most 1, like 0.1 for a tenth`;
  }
  const fault = faultOfStop(limits);
  return fault === undefined ? undefined : `\`stopAfter\` ${fault}`;
}
