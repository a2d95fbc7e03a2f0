// The bars of the timeline: when each attempt was held, queued and running, and what is said of it. Pure.
import type { ReportAttempt, ReportJob } from "../reportData";
import { compare, duration, moment } from "./format";

export interface Row {
  readonly job: ReportJob;
  readonly attempt: ReportAttempt;
  readonly segments: readonly Segment[];
  readonly begin: number;
}

export interface Segment {
  /** `Held`, `queued`, or the status that the run came to. */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** Whether it may have ended at any time within. */
  readonly isBound: boolean;
}

export const orders = {
  begin: "when it began",
  name: "name",
  length: "longest first",
} as const;
export type Order = keyof typeof orders;

const sorting: Readonly<Record<Order, (a: Row, b: Row) => number>> = {
  begin: (a, b) => a.begin - b.begin || compare(a.job.name, b.job.name),
  name: (a, b) => compare(a.job.name, b.job.name) || a.attempt.attempt - b.attempt.attempt,
  length: (a, b) => lengthOf(b) - lengthOf(a),
};

/** One row for each attempt of which a time is known. @param now in ms, for those that run */
export function rowsOf(jobs: readonly ReportJob[], order: Order, now: number): readonly Row[] {
  return jobs
    .flatMap((job) => job.attempts.map((attempt) => rowOf(job, attempt, now)))
    .filter((row) => row !== undefined)
    .sort(sorting[order]);
}

/** Of what is known: a run that may have ended at any time before its end was seen has no length of its own. */
function lengthOf({ segments }: Row): number {
  return segments.reduce((sum, { from, to, isBound }) => sum + (isBound ? 0 : to - from), 0);
}

export function rowOf(job: ReportJob, attempt: ReportAttempt, now: number): Row | undefined {
  const { declared, launched, started, ended, endSeen, status } = attempt;
  const isOver = !["Held", "Pending", "Running", "Terminating"].includes(status);
  const isBound = ended === undefined && endSeen !== undefined;
  // Of an end that is not known at all nothing is drawn but the start.
  const end = ended ?? endSeen ?? (isOver || !job.isKnown ? started : now);
  const isHeld = status === "Held";
  const parts: [kind: string, from: number | undefined, to: number | undefined][] = [
    ["Held", declared, isHeld ? now : launched],
    ["queued", launched, started ?? (isHeld ? undefined : end)],
    [status, started, end],
  ];
  const segments = parts.flatMap(([kind, from, to]): Segment[] =>
    from === undefined || to === undefined || to - from < (kind === status && !isHeld ? 0 : 1_000)
      ? []
      : [{ kind, from, to, isBound: isBound && kind === status }],
  );
  const [first] = segments;
  return first && { job, attempt, segments, begin: launched ?? started ?? Number.MAX_SAFE_INTEGER };
}

export function labelOf({ name, attempts }: ReportJob, { attempt }: ReportAttempt): string {
  return attempts.length > 1 ? `${name} (${attempt})` : name;
}

export function describeRow({ job, attempt, segments }: Row, between: string): string {
  const parts = segments.map(({ kind, from, to, isBound }) => {
    const word = kind === "Held" ? "held" : kind === "queued" ? "queued" : "ran";
    return `${word} ${isBound ? "≤ " : ""}${duration(to - from)}`;
  });
  const which = job.attempts.length > 1 ? [`attempt ${attempt.attempt}`] : [];
  const { started, ended, endSeen, status, why } = attempt;
  const when = ended ?? endSeen ?? started;
  const seen = ended === undefined && endSeen !== undefined ? "seen " : "";
  return [
    job.name,
    ...which,
    ...parts,
    `${status}${why ? ` (${why})` : ""}${when === undefined ? "" : `, ${seen}${moment(when)}`}`,
  ].join(between);
}
