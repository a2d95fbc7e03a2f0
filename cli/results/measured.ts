// What is known of ended attempts, from which sizes and packs are judged. Pure.
import type { PackArgs } from "../../provider/sweep/packArgs";

/** From fewer that completed nothing is suggested. */
export const fewest = 5;

/** One ended attempt. */
export interface Sample {
  /** Attempts of one group are compared: its sweep's, or those of one job that is in none. */
  readonly group: string;
  /** The sweep, where the group is one. */
  readonly sweep?: string | undefined;
  /** As the program declares it; undefined leaves it to the server. */
  readonly declared: Size;
  /** What this attempt was launched with; `retry` may have made it grow. */
  readonly asked: Size;
  readonly hours?: number | undefined;
  readonly meanCores?: number | undefined;
  readonly peakRamGiB?: number | undefined;
  /** It came to a good end, so that what it used is what such a job needs. */
  readonly isComplete: boolean;
  /** Whether it was to be recorded, which is what measures. */
  readonly isRecorded?: boolean | undefined;
  /** As the program declares it. */
  readonly pack?: PackArgs | undefined;
  /** It was ended for want of memory: it needs more than it was given. */
  readonly isOutOfMemory: boolean;
}

export interface Size {
  readonly cores?: number | undefined;
  /** GiB. */
  readonly ram?: number | undefined;
}

/** Which sizes the server offers, ascending or not. */
export interface Offered {
  readonly cores: readonly number[];
  readonly ram: readonly number[];
}

/** The smallest value that so many percent of all do not exceed. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
