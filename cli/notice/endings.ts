// Which endings a fleet has come to, and which of them nobody was told of. What was told is known by marks of the sessions
// that it was about: the same fleet is told of once, whoever looks and however often, and what runs later is a new ending. Pure.

import { finalEndOf } from "../../provider/job/decisions/finalEnd";
import type { Job } from "../../provider/job/deployment";
import { digest } from "../../provider/job/identity";
import { summaryOf } from "../../provider/job/summary";
import type { NotifySettings } from "../../provider/settings/notifySettings";
import { stoppedSweeps, stoppedText } from "../stack/stopped";

export type EndingKind = "done" | "stuck" | "failing" | "quiet";

export interface Ending {
  readonly kind: EndingKind;
  /** The sweep that it is about; "" for the stack. */
  readonly about: string;
  /** Made of what it is about: the same on each machine that sees the same. */
  readonly id: string;
  /** Of the sessions that it is about. */
  readonly marks: readonly string[];
  /** Of failing: what it is, in words. */
  readonly why?: string;
  /** Of quiet: how long nothing has changed. */
  readonly quietMs?: number;
}

/** What was told, and since when nothing has changed. */
export interface Memory {
  /** The marks of the last ending that was told of, by kind and sweep. */
  readonly told: Readonly<Record<string, readonly string[]>>;
  /** How the jobs stood last, and since when. */
  readonly still?: { readonly digest: string; readonly since: number } | undefined;
}

export const nothingTold: Memory = { told: {} };

type Rules = Pick<NotifySettings, "failed" | "quietMs">;

/**
 * @param now milliseconds since 1970
 * @returns what is to be told now, and what is to be remembered once that is noted
 */
export function newEndings(
  jobs: readonly Job[],
  memory: Memory,
  rules: Rules,
  now: number,
): { readonly endings: readonly Ending[]; readonly memory: Memory } {
  if (jobs.length === 0) return { endings: [], memory };
  const { isUnfinished } = summaryOf(jobs);
  const last = isUnfinished ? undefined : lastEnding(jobs);
  const failing = failingOf(jobs, rules);
  const told: Record<string, readonly string[]> = { ...memory.told };
  const isNew = (one: Ending) => {
    const before = told[keyOf(one)];
    // What has failed beyond a limit goes on failing: only when all of that is past it is told again.
    const known = one.kind === "failing" ? sharesWith(before, one) : isWithin(before, one);
    if (!known || one.kind === "failing") told[keyOf(one)] = one.marks;
    return !known;
  };
  const ends = last && isNew(last) ? [last] : [];
  const failures = failing.filter(isNew);
  // Both at once are one message: the last word says what failed, too.
  const endings = ends.length > 0 ? ends : failures;
  const still = stillness(jobs, memory.still, now);
  const quiet =
    isUnfinished && rules.quietMs !== undefined ? quietOf(still, rules.quietMs, now) : undefined;
  const quiets = quiet && isNew(quiet) ? [quiet] : [];
  return { endings: [...endings, ...quiets], memory: { told, still } };
}

/** Whether anything is to be looked up at all: most looks find jobs at work. */
export function mayHaveEnded(jobs: readonly Job[], rules: Rules): boolean {
  if (jobs.length === 0) return false;
  return (
    rules.quietMs !== undefined ||
    !summaryOf(jobs).isUnfinished ||
    failingOf(jobs, rules).length > 0
  );
}

function lastEnding(jobs: readonly Job[]): Ending {
  const kind = jobs.some(({ state }) => state.status === "Held") ? "stuck" : "done";
  return ending(kind, "", jobs.map(markOf));
}

function failingOf(jobs: readonly Job[], { failed: most }: Rules): Ending[] {
  const bad = jobs.filter(({ state }) => (finalEndOf(state) ?? "Completed") !== "Completed");
  const ofSweeps = stoppedSweeps(jobs).map((one) => {
    const own = bad.filter(({ state }) => state.stopAfter?.name === one.sweep);
    return { ...ending("failing", one.sweep, own.map(markOf)), why: stoppedText(one) };
  });
  if (most === undefined || bad.length < most) return ofSweeps;
  const why = `${bad.length} ${bad.length === 1 ? "job has" : "jobs have"} failed`;
  return [...ofSweeps, { ...ending("failing", "", bad.map(markOf)), why }];
}

function stillness(jobs: readonly Job[], before: Memory["still"], now: number) {
  const standing = jobs.map((job) => [markOf(job), job.state.status]).sort();
  const present = digest(standing, 13);
  return before?.digest === present ? before : { digest: present, since: now };
}

function quietOf(
  { digest: mark, since }: NonNullable<Memory["still"]>,
  quietMs: number,
  now: number,
): Ending | undefined {
  if (now - since < quietMs) return undefined;
  return { ...ending("quiet", "", [mark]), quietMs: now - since };
}

function ending(kind: EndingKind, about: string, marks: readonly string[]): Ending {
  const sorted = [...marks].sort();
  return { kind, about, marks: sorted, id: `${kind}-${digest([kind, about, sorted], 13)}` };
}

/** Of the session that stands for a job, or of its waiting for one. */
function markOf({ id, state: { attempt, sessionId = "" } }: Job): string {
  return digest([id, attempt, sessionId], 8);
}

function keyOf({ kind, about }: Ending): string {
  return about === "" ? kind : `${kind}:${about}`;
}

function isWithin(before: readonly string[] | undefined, { marks }: Ending): boolean {
  const known = new Set(before);
  return before !== undefined && marks.every((mark) => known.has(mark));
}

function sharesWith(before: readonly string[] | undefined, { marks }: Ending): boolean {
  const known = new Set(before);
  return marks.some((mark) => known.has(mark));
}
