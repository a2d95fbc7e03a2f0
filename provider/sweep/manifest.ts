// How a sweep stands: its parameters joined to what became of their jobs. Pure.
import { type PlainRow, plainRow, type Row } from "./row";

/** One job of a sweep. What is not known, or not yet, is left out. */
export interface ManifestEntry<R extends Row = Row> {
  readonly key: string;
  /** Of a bigint its digits, as text where a number would not surely hold them. */
  readonly params: PlainRow<R>;
  /** Of a job that this run did not create, because of `--target`: "not created". */
  readonly status: string;
  /** The job's name on the server. */
  readonly id?: string;
  readonly sessionId?: string;
  /** Why it is Held. */
  readonly reason?: string;
  /** Why it ended badly. */
  readonly cause?: string;
  readonly attempt?: number;
  /** ISO 8601. */
  readonly startTime?: string;
  /** Of a recorded job: when it ended. */
  readonly endTime?: string;
  /** Of another: when its end was first seen; it ended then or earlier. */
  readonly endSeenTime?: string;
  readonly logPath?: string;
  readonly exitCode?: number;
  readonly imageDigest?: string;
  readonly recordedIn?: string;
  readonly cores?: number;
  /** GiB. */
  readonly ram?: number;
}

/** A sweep in numbers. */
export interface SweepSummary {
  readonly jobs: number;
  /** How many jobs have each status. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the jobs ask for in all; those that leave it to the server are not in it. */
  readonly cores: number;
  /** GiB. */
  readonly ram: number;
}

type Facts = Omit<ManifestEntry, "key" | "params">;
export type FactName = keyof Facts;

const notCreated = "not created";

export function entryOf<R extends Row>(
  key: string,
  params: R,
  outputs: { readonly [Key in keyof Facts]?: Facts[Key] | undefined },
): ManifestEntry<R> {
  const known = Object.fromEntries(
    Object.entries(outputs).filter(([, value]) => value !== undefined && value !== null),
  );
  // A row's marks are for keys; a manifest is plain data.
  return { key, params: plainRow(params), ...known, status: outputs.status ?? notCreated };
}

export function summaryOf(entries: readonly Omit<ManifestEntry, "params">[]): SweepSummary {
  const counts: Record<string, number> = {};
  for (const { status } of entries) counts[status] = (counts[status] ?? 0) + 1;
  const sum = (size: "cores" | "ram") => entries.reduce((all, one) => all + (one[size] ?? 0), 0);
  return { jobs: entries.length, counts, cores: sum("cores"), ram: sum("ram") };
}
