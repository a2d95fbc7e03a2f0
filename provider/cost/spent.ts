// What jobs have cost so far: what their sessions reserved while they ran. Known from state alone. Pure.
import type { Context } from "../api";
import { attemptsOf, type NumberedAttempt, type Size } from "../job/attempts";
import type { JobState } from "../job/state";
import { hasEnded } from "../job/status";
import { packSize } from "../packs/packSize";
import { realSessionId } from "../packs/places";
import { type Amounts, amountsOf, nothing, reserved, sumOf, times } from "./amounts";

/** What one job has cost, over all its attempts. */
export interface Spent {
  readonly amounts: Amounts;
  /** Of that, what the attempts before the present one have cost. */
  readonly before: Amounts;
  /** How long it ran, in all its attempts. */
  readonly hours: number;
  /**
   * How long it would have had to run alone to cost as much. Of a job that shared its session this counts its part of the places
   * that were free.
   */
  readonly paidHours: number;
  /** True where an end is not known, only when it was seen: it has cost so much or less. */
  readonly isMost: boolean;
}

interface Run {
  readonly of: string;
  /** Whether it is the attempt that stands for the job. */
  readonly isPresent: boolean;
  readonly state: JobState;
  readonly sessionId: string | undefined;
  readonly size: Size;
  /** Milliseconds since 1970; undefined of one that has not started. */
  readonly from: number | undefined;
  readonly to: number;
  readonly isMost: boolean;
}

/**
 * @param jobs by any key of their own; the jobs of a session that is shared are to be there together
 * @param now milliseconds since 1970: what runs is counted until then
 * @param offered which sizes the server has, where that is known: a session that is shared may be larger for it
 */
export function spentOf(
  jobs: ReadonlyMap<string, JobState>,
  now: number,
  offered?: Context,
): Map<string, Spent> {
  const runs: Run[] = [];
  for (const [of, state] of jobs) {
    for (const one of attemptsOf(state)) {
      const run = runOf(of, state, one, now);
      if (run) runs.push(run);
    }
  }
  const parts = new Map<string, Spent[]>([...jobs.keys()].map((key) => [key, []]));
  const isShared = ({ sessionId }: Run) =>
    sessionId !== undefined && realSessionId(sessionId) !== sessionId;
  for (const run of runs) if (!isShared(run)) parts.get(run.of)?.push(alone(run));
  const shared = Map.groupBy(runs.filter(isShared), (run) => realSessionId(run.sessionId ?? ""));
  for (const members of shared.values()) {
    for (const [run, part] of partsOf(members, offered)) parts.get(run.of)?.push(part);
  }
  return new Map([...parts].map(([key, all]) => [key, together(all)]));
}

function runOf(
  of: string,
  state: JobState,
  { attempt, sessionId, status, startTime, endTime, endSeenTime, cores, ram }: NumberedAttempt,
  now: number,
): Run | undefined {
  if (sessionId === undefined && startTime === undefined) return undefined;
  const from = startTime === undefined ? undefined : Date.parse(startTime);
  const isOver = hasEnded(status);
  const end = isOver ? (endTime ?? endSeenTime) : undefined;
  const to = end === undefined ? (isOver ? (from ?? now) : now) : Date.parse(end);
  const isMost = isOver && endTime === undefined && from !== undefined;
  const isPresent = attempt === state.attempt;
  const size = { cores, ram, gpus: state.gpus };
  return { of, isPresent, state, sessionId, size, from, to, isMost };
}

function hoursOf({ from, to }: Run): number {
  return from === undefined ? 0 : between(from, to);
}

/** Hours, by whole seconds: a record tells no others. */
function between(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1_000)) / 3_600;
}

function alone(run: Run): Spent {
  const hours = hoursOf(run);
  return part(run, amountsOf(run.size, hours), hours);
}

/** A session reserves all its places from the first job's start to the last one's end: each job pays by its own time. */
function partsOf(members: readonly Run[], offered: Context | undefined): [Run, Spent][] {
  const [first] = members;
  if (first === undefined) return [];
  const begun = members.filter(({ from }) => from !== undefined);
  const from = begun.reduce((least, one) => Math.min(least, one.from ?? least), Infinity);
  const to = begun.reduce((most, one) => Math.max(most, one.to), -Infinity);
  const hours = begun.length === 0 ? 0 : between(from, to);
  const most = Math.min(first.state.pack?.parallel ?? 1, members.length);
  const { parallel: _, ...places } = packSize(first.size, most, offered);
  const all = amountsOf(places, hours);
  const own = members.reduce((sum, one) => sum + hoursOf(one), 0);
  const wide = reserved(places).cores / reserved(first.size).cores;
  return members.map((one) => {
    const share = own > 0 ? hoursOf(one) / own : 1 / members.length;
    const amounts = times(all, share, 1 / members.length);
    return [one, part(one, amounts, hours * wide * share)];
  });
}

function part(run: Run, amounts: Amounts, paidHours: number): Spent {
  const { isPresent, isMost } = run;
  const before = isPresent ? nothing : amounts;
  return { amounts, before, hours: hoursOf(run), paidHours, isMost };
}

function together(all: readonly Spent[]): Spent {
  const sum = (of: (one: Spent) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    amounts: sumOf(all.map(({ amounts }) => amounts)),
    before: sumOf(all.map(({ before }) => before)),
    hours: sum(({ hours }) => hours),
    paidHours: sum(({ paidHours }) => paidHours),
    isMost: all.some(({ isMost }) => isMost),
  };
}
