// What can be measured of a job, and how the values of many are put into cells of two parameters. Pure.
import type { ReportAmounts, ReportAttempt, ReportData, ReportJob, Value } from "../reportData";
import { amount, compare, duration } from "./format";

export interface Measure {
  readonly id: string;
  readonly name: string;
  /** Undefined where it is not known, or not yet. */
  of(job: ReportJob): number | undefined;
  show(value: number): string;
}

/** Those that at least one of the jobs has; the user's own results come first. */
export function measuresOf({ jobs, results, madeAt }: ReportData): Measure[] {
  const last = ({ attempts }: ReportJob) => attempts.at(-1);
  const ownMeasures = results.map(
    (column): Measure => ({
      id: `result:${column}`,
      name: column,
      of: (job) => job.results[column],
      show: amount,
    }),
  );
  const time = (id: string, name: string, of: (one: ReportAttempt) => number | undefined) => ({
    id,
    name,
    of: (job: ReportJob) => {
      const one = last(job);
      return one && of(one);
    },
    show: duration,
  });
  const number = (
    id: string,
    name: string,
    of: (job: ReportJob) => number | undefined,
    unit = "",
  ) => ({
    id,
    name,
    of,
    show: (value: number) => `${amount(value)}${unit}`,
  });
  return [
    ...ownMeasures,
    time("duration", "Duration", (one) => between(one.started, endOf(one, madeAt))),
    time("queue", "Time in the queue", (one) => between(one.launched, one.started)),
    time("held", "Time held", (one) => between(one.declared, one.launched)),
    number("attempts", "Attempts", (job) => last(job)?.attempt),
    number("ram", "Peak RAM", (job) => last(job)?.peakRam, " GiB"),
    number("cores", "Mean cores", (job) => last(job)?.meanCores),
    number("core-hours", "Core-hours", ({ cost }) => known(cost, ({ coreHours }) => coreHours)),
    number("price", "Price", ({ cost }) => known(cost, ({ price }) => price)),
    number("exit", "Exit code", ({ exitCode }) => exitCode),
  ].filter(({ of }) => jobs.some((job) => of(job) !== undefined));
}

/** Of a cost that is no bound: what is not known exactly is no measure. */
function known(
  cost: ReportAmounts | undefined,
  of: (cost: ReportAmounts) => number | undefined,
): number | undefined {
  return cost === undefined || cost.isMost || cost.sessions === 0 ? undefined : of(cost);
}

/** Until now, of an attempt that runs. */
function endOf({ ended, status }: ReportAttempt, now: number): number | undefined {
  return ended ?? (status === "Running" ? now : undefined);
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
}

export const summaries = {
  mean: (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length,
  median: (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    const [low = 0, high = 0] =
      sorted.length % 2 ? [sorted[half], sorted[half]] : sorted.slice(half - 1);
    return (low + high) / 2;
  },
  least: (values: readonly number[]) => Math.min(...values),
  greatest: (values: readonly number[]) => Math.max(...values),
} as const;
export type Summary = keyof typeof summaries;

export interface Grid {
  /** Sorted, each once. */
  readonly across: readonly Value[];
  readonly down: readonly Value[];
  readonly cells: readonly Cell[];
}

export interface Cell {
  /** Indices into `across` and `down`. */
  readonly x: number;
  readonly y: number;
  readonly jobs: number;
  /** Undefined where none of its jobs has one. */
  readonly value?: number | undefined;
}

/** @param down undefined makes one row */
export function gridOf(
  jobs: readonly ReportJob[],
  across: string,
  down: string | undefined,
  measure: Measure,
  summary: Summary,
): Grid {
  const has = jobs.filter(
    ({ params }) =>
      Object.hasOwn(params, across) && (down === undefined || Object.hasOwn(params, down)),
  );
  const valuesOf = (name: string) =>
    [...new Set(has.map(({ params }) => params[name] ?? null))].sort(compare);
  const columns = valuesOf(across);
  const rows = down === undefined ? [null] : valuesOf(down);
  const xOf = new Map(columns.map((value, x) => [value, x]));
  const yOf = new Map(rows.map((value, y) => [value, y]));
  const members = new Map<string, { x: number; y: number; jobs: ReportJob[] }>();
  for (const job of has) {
    const x = xOf.get(job.params[across] ?? null) ?? 0;
    const y = down === undefined ? 0 : (yOf.get(job.params[down] ?? null) ?? 0);
    const cell = members.get(`${x} ${y}`);
    if (cell) cell.jobs.push(job);
    else members.set(`${x} ${y}`, { x, y, jobs: [job] });
  }
  const cells = [...members.values()].map(({ x, y, jobs }): Cell => {
    const values = jobs.map((job) => measure.of(job)).filter((value) => value !== undefined);
    const value = values.length > 0 ? summaries[summary](values) : undefined;
    return { x, y, jobs: jobs.length, ...(value !== undefined && { value }) };
  });
  return { across: columns, down: rows, cells };
}

/** Parameters with the number of values each has, those of most jobs first; only what varies. */
export function parametersOf(jobs: readonly ReportJob[]): string[] {
  const values = new Map<string, Set<Value>>();
  const counts = new Map<string, number>();
  for (const { params } of jobs) {
    for (const [name, value] of Object.entries(params)) {
      values.set(name, (values.get(name) ?? new Set()).add(value));
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const varying = [...values.keys()].filter((name) => (values.get(name)?.size ?? 0) > 1);
  return varying.sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
}
