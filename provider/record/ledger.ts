// What the ledger of a pack says of its jobs, and how a job is taken away from a pack (`pack.sh`). Pure.
import { z } from "zod";
import { type RecordedEnd, recordedEndOf, recordRoot } from "./record";

/** What became of a job of a pack, as far as its ledger says. */
export interface PlaceEntry {
  /** When it began. ISO 8601. */
  readonly begin?: string | undefined;
  /** Its end, as its own record has it. */
  readonly end?: RecordedEnd | undefined;
  /** Its wrapper's exit status, where the ledger has no more of its end: its own record may tell more. */
  readonly exit?: number | undefined;
  /** When the pack came to it and found it taken away: it has not run. ISO 8601. */
  readonly left?: string | undefined;
}

export interface PackMember {
  readonly id: string;
  readonly attempt: number;
}

export interface Ledger {
  /** By place less 1. */
  readonly members: readonly PackMember[];
  /** By place; those that the pack has not come to are not in it. */
  readonly places: ReadonlyMap<number, PlaceEntry>;
  /** Whether all that was to run has run. */
  readonly isOver: boolean;
  /** When the pack began. ISO 8601. */
  readonly start?: string | undefined;
  /** Whether the last line has no end: the disk or the node failed as it was written. */
  readonly isTorn: boolean;
}

const place = z.int().positive();
const headLine = z.looseObject({
  pack: z.literal(1),
  jobs: z.array(z.tuple([z.string(), z.int()])),
  start: z.string().optional(),
});
const jobLine = z.looseObject({
  job: place,
  begin: z.string().optional(),
  end: z.unknown().transform(recordedEndOf).optional(),
  exit: z.int().optional(),
  left: z.string().optional(),
});
const overLine = z.looseObject({ over: z.string() });

/** The file that a pack writes as it goes. */
export function ledgerFile(record: string, sessionId: string): string {
  return `${recordRoot(record)}/pack-${sessionId}.ledger`;
}

/** The file that tells a pack which of its jobs are not to run any more. */
export function leaveFile(record: string, sessionId: string): string {
  return `${recordRoot(record)}/pack-${sessionId}.leave`;
}

/** The file in which each pack of a sweep writes its session's id as it begins. */
export function indexFile(record: string, index: string): string {
  return `${recordRoot(record)}/${index}.packs`;
}

/** What the file says that takes places away: those, and none that were taken away before. */
export function leaveText(places: readonly number[]): string {
  return `${places.join(" ")} .\n`;
}

/** Which places a file takes away, as far as it is whole. */
export function readLeave(text: string): number[] {
  const [, places = ""] = /^((?:\d+ )+)\.$/m.exec(text) ?? [];
  return places.trim().split(" ").filter(Boolean).map(Number);
}

/**
 * @param text as far as it was written: a last line that has no end is not read
 * @returns undefined where the pack has not begun to write
 */
export function readLedger(text: string): Ledger | undefined {
  const whole = text.split("\n");
  const isTorn = /[^ \0]/.test(whole.pop() ?? "");
  const lines = whole.flatMap(parsed);
  const head = lines.map((line) => headLine.safeParse(line).data).find(Boolean);
  if (head === undefined) return undefined;
  const places = new Map<number, PlaceEntry>();
  for (const line of lines) {
    const { data } = jobLine.safeParse(line);
    if (data === undefined) continue;
    const { job, begin, end, exit, left } = data;
    const known = places.get(job) ?? {};
    const more = { ...(begin !== undefined && { begin }), ...(left !== undefined && { left }) };
    const over = { ...(end !== undefined && { end }), ...(exit !== undefined && { exit }) };
    places.set(job, { ...known, ...more, ...over });
  }
  return {
    members: membersOf(head),
    places,
    isOver: lines.some((line) => overLine.safeParse(line).success),
    start: head.start,
    isTorn,
  };
}

const toldMembers = /^pulumi-skaha: (\{"pack":.*\})\r?\n/gm;

/**
 * Which jobs a pack has that could not write a ledger: it says so in its log, and runs none.
 * @param log of its session, which nobody but the pack writes to then
 * @returns none where it does not say so
 */
export function membersInLog(log: string): readonly PackMember[] {
  for (const [, line = ""] of log.matchAll(toldMembers)) {
    const head = parsed(line).flatMap((one) => headLine.safeParse(one).data ?? [])[0];
    if (head !== undefined) return membersOf(head);
  }
  return [];
}

/** Such a log as a user wants to see it. */
export function withoutMembers(log: string): string {
  return log.replace(toldMembers, "");
}

/**
 * The only place that may have begun without a line that says so: where a ledger's last line is torn, the next one.
 * @returns undefined where there is none
 */
export function doubtfulPlace({ isTorn, members, places }: Ledger): number | undefined {
  if (!isTorn) return undefined;
  const next = members.findIndex((_, index) => !places.has(index + 1)) + 1;
  return next === 0 ? undefined : next;
}

function membersOf({ jobs }: z.infer<typeof headLine>): PackMember[] {
  return jobs.map(([id, attempt]) => ({ id, attempt }));
}

function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return []; // a disk that was full, or what a job wrote there
  }
}
