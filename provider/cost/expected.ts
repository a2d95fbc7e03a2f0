// What jobs will cost, from how long others like them took. Pure.
import type { Size } from "../job/attempts";
import type { JobState } from "../job/state";
import { type Amounts, amountsOf, nothing, sumOf, times } from "./amounts";
import type { Spent } from "./spent";

/** How long jobs of one sweep took, each with all its attempts. */
export interface Measured {
  readonly jobs: number;
  /** Hours. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  /** Of the jobs about their mean, in hours. */
  readonly deviation: number;
  /** True where it is only known when ends were seen: they took so long or less. */
  readonly isMost: boolean;
}

/** From fewer than these the range is that of what was measured. */
const fewest = 5;
/** Standard deviations: 95 % of sums are within them. */
const spread = 2;

/** A job of a sweep is called `<sweep>/<key>`: those of one sweep are alike. Another is like itself. */
export function groupIn(name: string): string {
  const slash = name.indexOf("/");
  return slash > 0 ? name.slice(0, slash) : name;
}

/** Whether what a job took tells what others take: one that failed, or skipped its work, does not. */
export function isMeasured(
  { status, skipped, startTime, endTime, endSeenTime }: JobState,
  spent: Spent | undefined,
): spent is Spent {
  const isTimed = startTime !== undefined && (endTime ?? endSeenTime) !== undefined;
  return status === "Completed" && !skipped && isTimed && spent !== undefined;
}

/**
 * @param isPacked whether the jobs to come share sessions: then their part of free places counts
 * @returns undefined where nothing was measured
 */
export function measuredOf(all: readonly Spent[], isPacked: boolean): Measured | undefined {
  const exact = all.filter(({ isMost }) => !isMost);
  const used = exact.length > 0 ? exact : all;
  if (used.length === 0) return undefined;
  const hours = used.map((one) => (isPacked ? one.paidHours : one.hours));
  const mean = hours.reduce((sum, one) => sum + one, 0) / hours.length;
  const squares = hours.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return {
    jobs: hours.length,
    mean,
    least: hours.reduce((least, one) => Math.min(least, one), Infinity),
    most: hours.reduce((most, one) => Math.max(most, one), 0),
    deviation: hours.length > 1 ? Math.sqrt(squares / (hours.length - 1)) : 0,
    isMost: exact.length === 0,
  };
}

/** A job that is to be launched. */
export interface Launching {
  /** Of jobs that are alike: those of one sweep. */
  readonly group: string;
  readonly size: Size;
  /** How much of a session it takes. @default 1 */
  readonly share?: number | undefined;
  readonly isPacked?: boolean | undefined;
  readonly maxRunSeconds?: number | undefined;
}

/** What jobs are expected to cost. */
export interface Estimate {
  readonly jobs: number;
  /** From how many jobs that is known. */
  readonly samples: number;
  readonly expected: Amounts;
  /** 95 % of the time it is between these two. */
  readonly least: Amounts;
  readonly most: Amounts;
  /** True where ends were only seen: it will be less rather than more. */
  readonly isMost: boolean;
  /** Of jobs of which nothing was measured. */
  readonly unmeasured?: Unmeasured | undefined;
}

export interface Unmeasured {
  readonly jobs: number;
  /** While all of them run; `sessions` is counted once, for all. */
  readonly perHour: Amounts;
  /** Where `maxRunSeconds` limits all of them. */
  readonly most?: Amounts | undefined;
}

/** @param measured what jobs of that group took */
export function estimateOf(
  launching: readonly Launching[],
  measured: (group: string, isPacked: boolean) => Measured | undefined,
): Estimate {
  const known: [Range, number][] = [];
  const unknown: Launching[] = [];
  let isMost = false;
  const alike = ({ group, isPacked = false, maxRunSeconds }: Launching) =>
    JSON.stringify([group, isPacked, maxRunSeconds]);
  const samples = new Map<string, number>();
  for (const jobs of Map.groupBy(launching, alike).values()) {
    const [first] = jobs;
    if (first === undefined) continue;
    const of = measured(first.group, first.isPacked ?? false);
    if (of === undefined) unknown.push(...jobs);
    else {
      known.push([rangeOf(jobs, limited(of, first)), jobs.length]);
      samples.set(first.group, of.jobs);
      isMost ||= of.isMost;
    }
  }
  const total = (of: (range: Range) => Amounts) => sumOf(known.map(([range]) => of(range)));
  return {
    jobs: known.reduce((sum, [, count]) => sum + count, 0),
    samples: [...samples.values()].reduce((sum, one) => sum + one, 0),
    expected: total(({ expected }) => expected),
    least: total(({ least }) => least),
    most: total(({ most }) => most),
    isMost,
    ...(unknown.length > 0 && { unmeasured: unmeasuredOf(unknown) }),
  };
}

/** What one job is expected to cost; of one of which nothing is known, as long as it may run, or an hour. */
export function expectedOf(job: Launching, measured: Measured | undefined): Amounts {
  const { size, share = 1, maxRunSeconds } = job;
  const hours = measured
    ? limited(measured, job).mean
    : maxRunSeconds === undefined
      ? hoursIfUnknown
      : maxRunSeconds / 3_600;
  return amountsOf(size, hours, share);
}

/** What a job is taken to run of which nothing was measured, and that nothing limits. */
export const hoursIfUnknown = 1;

interface Range {
  readonly expected: Amounts;
  readonly least: Amounts;
  readonly most: Amounts;
}

function rangeOf(jobs: readonly Launching[], measured: Measured): Range {
  const { mean, least, most } = measured;
  const anHour = sumOf(jobs.map(({ size, share = 1 }) => amountsOf(size, 1, share)));
  const off = measured.jobs < fewest ? Infinity : spread * errorOf(measured, jobs.length);
  return {
    expected: times(anHour, mean, 1),
    least: times(anHour, Math.max(least, mean - off), 1),
    most: times(anHour, Math.min(most, mean + off), 1),
  };
}

/** How far the mean of so many others may be from that of those measured. */
function errorOf({ deviation, jobs }: Measured, others: number): number {
  return deviation * Math.sqrt(1 / others + 1 / jobs);
}

function limited(measured: Measured, { maxRunSeconds }: Launching): Measured {
  if (maxRunSeconds === undefined) return measured;
  const limit = maxRunSeconds / 3_600;
  const [mean, least, most] = [measured.mean, measured.least, measured.most].map((one) =>
    Math.min(one, limit),
  ) as [number, number, number];
  return { ...measured, mean, least, most };
}

function unmeasuredOf(jobs: readonly Launching[]): Unmeasured {
  const all = (hoursOf: (job: Launching) => number) =>
    sumOf(jobs.map((job) => amountsOf(job.size, hoursOf(job), job.share ?? 1)));
  const isLimited = jobs.every(({ maxRunSeconds }) => maxRunSeconds !== undefined);
  return {
    jobs: jobs.length,
    perHour: all(() => 1),
    ...(isLimited && { most: all(({ maxRunSeconds = 0 }) => maxRunSeconds / 3_600) }),
  };
}

/** Nothing is launched. */
export const noEstimate: Estimate = {
  ...{ jobs: 0, samples: 0, expected: nothing, least: nothing, most: nothing },
  isMost: false,
};
