// Whether a sweep is stopped: so many of its jobs failed for the same cause that the others would fail, too. Pure.
import { shellWord } from "../../text/shellWord";
import type { Cause } from "../cause";

/** The input `stopAfter` of a job. */
export interface StopRule {
  /** Jobs of the same name count together. */
  readonly name: string;
  /** So many failed for the same cause. */
  readonly failed?: number | undefined;
  /** Such a part of those that have ended, from 0 to 1. */
  readonly share?: number | undefined;
  /** With `share`: how many have to have ended. @default 10 */
  readonly atLeast?: number | undefined;
}

/** How the jobs of a sweep ended that did so for good. */
export interface Ends {
  readonly ended: number;
  readonly byCause: Iterable<readonly [cause: Cause, count: number]>;
}

export interface Stop {
  readonly cause: Cause;
  /** How many failed for it. */
  readonly failed: number;
  /** How many have ended in all. */
  readonly ended: number;
}

/** What a run knows of the sweeps that its jobs are in. */
export interface Stops {
  /** Why no more of a sweep is launched, if so. @param id of the job that would be */
  readonly of: (rule: StopRule, id?: string) => Stop | undefined;
  /** Whether it was told how all jobs of a sweep stand. */
  readonly isKnown: (name: string) => boolean;
  /** Whether the user lets it go on: what failed before counts no longer. */
  readonly isReleased: (name: string) => boolean;
}

/** With fewer a share says nothing. */
export const leastEnded = 10;

/** @returns what is wrong with limits of which each is sound */
export function faultOfStop({
  failed,
  share,
  atLeast,
}: Readonly<Partial<Record<"failed" | "share" | "atLeast", unknown>>>): string | undefined {
  if (failed === undefined && share === undefined) {
    return "needs `failed`, a number of jobs, or `share`, a part of those that ended";
  }
  return atLeast !== undefined && share === undefined
    ? "has `atLeast`, which needs `share`: so many have to have ended before a share counts"
    : undefined;
}

/** @returns the cause that most failed for, where they are as many as the rule says */
export function stopOf(
  { failed: most = Infinity, share, atLeast = leastEnded }: StopRule,
  { ended, byCause }: Ends,
): Stop | undefined {
  const mostOfAll = share === undefined || ended < atLeast ? Infinity : share * ended;
  const limit = Math.min(most, mostOfAll);
  const reached = [...byCause].filter(([, count]) => count > 0 && count >= limit - rounding);
  const [worst] = reached.sort(([a, more], [b, count]) => count - more || (a < b ? -1 : 1));
  return worst && { cause: worst[0], failed: worst[1], ended };
}

/** A tenth of thirty is a little more than three. */
const rounding = 1e-9;

/** Without counts that change, so that a job that stays held stays unchanged. */
export function heldByStop(rule: StopRule, { cause }: Stop) {
  const { name, failed, share } = rule;
  const limits = [
    ...(failed === undefined ? [] : [`${failed} or more`]),
    ...(share === undefined ? [] : [`${percent(share)} of those that ended`]),
  ];
  return {
    by: "stopAfter" as const,
    reason: `${name} is stopped: of its jobs ${limits.join(", or ")} failed for the same cause, ${cause}; correct what they run, or go on as it is: npx ${releaseOf(name)}`,
  };
}

/** The command that lets a sweep go on. */
export function releaseOf(name: string): string {
  return `pulumi-skaha up --release ${shellWord(name)}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}
