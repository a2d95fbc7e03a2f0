// What jobs asked for against what they used, and which size would have done. Pure.
//
// Memory has to hold the largest job, so its suggestion starts from the maximum; cores only make a job slower
// where they are short, so theirs starts from the 95th percentile of the jobs' mean use.

import { fewest, type Offered, percentile, type Sample, type Size } from "./measured";
import { type Packing, packingOf } from "./packing";

export interface Sizing {
  readonly group: string;
  /** Absent where the group is a job that is in no sweep. */
  readonly sweep?: string | undefined;
  readonly attempts: number;
  readonly cores: Resource;
  readonly ram: Resource;
  /** Of a sweep. */
  readonly pack?: Packing | undefined;
}

export interface Resource {
  readonly asked?: number | undefined;
  /** How many attempts told what they used. */
  readonly samples: number;
  readonly p95?: number | undefined;
  readonly max?: number | undefined;
  /** Undefined where there are too few samples, or the server offers nothing large enough. */
  readonly suggested?: number | undefined;
  /** Why nothing is suggested. */
  readonly why?: string | undefined;
  /** Core·h or GiB·h that the suggestion would have saved; below 0 where it is more than was asked. */
  readonly savedHours?: number | undefined;
}

export const headroom = 0.2;

/**
 * One for each group and declared size, in the order in which they come.
 * @param totals how many jobs each sweep has
 */
export function sizingsOf(
  samples: readonly Sample[],
  offered: Offered | undefined,
  totals: ReadonlyMap<string, number> = new Map(),
): Sizing[] {
  const groups = Map.groupBy(samples, ({ group, sweep, declared: { cores, ram } }) =>
    JSON.stringify([group, sweep, cores, ram]),
  );
  return [...groups.values()].map((members) => {
    const sweep = members[0]?.sweep;
    const cores = coresOf(members, offered?.cores);
    const ram = ramOf(members, offered?.ram);
    const size = { cores: cores.suggested ?? cores.asked, ram: ram.suggested ?? ram.asked };
    const total = totals.get(sweep ?? "") ?? members.length;
    return {
      group: members[0]?.group ?? "",
      ...(sweep !== undefined && { sweep }),
      ...{ attempts: members.length, cores, ram },
      ...(sweep !== undefined && { pack: packingOf(members, size, total, offered) }),
    };
  });
}

/** How many jobs each sweep has. */
export function totalsOf(jobs: readonly { readonly sweep?: string | undefined }[]) {
  const totals = new Map<string, number>();
  for (const { sweep } of jobs) {
    if (sweep !== undefined) totals.set(sweep, (totals.get(sweep) ?? 0) + 1);
  }
  return totals;
}

function coresOf(members: readonly Sample[], offered: readonly number[] | undefined): Resource {
  const used = known(members, ({ meanCores }) => meanCores);
  return judged("cores", members, used, percentile(used, 95) ?? 0, offered);
}

function ramOf(members: readonly Sample[], offered: readonly number[] | undefined): Resource {
  const used = known(members, ({ peakRamGiB }) => peakRamGiB);
  const short = members.flatMap(({ isOutOfMemory, asked: { ram } }) =>
    isOutOfMemory && ram !== undefined ? [ram] : [],
  );
  return judged("ram", members, used, Math.max(0, ...used, ...short), offered);
}

/** @param basis what the size has to hold */
function judged(
  size: keyof Size,
  members: readonly Sample[],
  used: readonly number[],
  basis: number,
  offered: readonly number[] | undefined,
): Resource {
  const asked = members[0]?.declared[size];
  const told = {
    ...(asked !== undefined && { asked }),
    samples: used.length,
    ...(used.length > 0 && { p95: percentile(used, 95), max: Math.max(...used) }),
  };
  if (used.length === 0) return { ...told, why: unmeasured(members) };
  if (used.length < fewest)
    return { ...told, why: `too few samples (${used.length} of ${fewest})` };
  const needed = basis * (1 + headroom);
  const suggested = smallest(needed, offered);
  if (suggested === undefined) {
    return { ...told, why: `needs ${needed.toPrecision(3)}, more than the server offers` };
  }
  const saved = members.flatMap(({ asked, hours }) => {
    const given = asked[size];
    return hours === undefined || given === undefined ? [] : [(given - suggested) * hours];
  });
  return {
    ...told,
    suggested,
    ...(saved.length > 0 && { savedHours: saved.reduce((sum, one) => sum + one, 0) }),
  };
}

/** Only the heartbeats of a record measure. */
function unmeasured(members: readonly Sample[]): string {
  if (!members.some(({ isComplete }) => isComplete)) return "none completed";
  return members.some(({ isRecorded }) => isRecorded) ? "not measured" : "not measured: no record";
}

/** Of those that came to a good end: one that failed at once tells nothing of the size. */
function known(members: readonly Sample[], of: (sample: Sample) => number | undefined): number[] {
  return members.flatMap((sample) => {
    const value = sample.isComplete ? of(sample) : undefined;
    return value === undefined ? [] : [value];
  });
}

function smallest(needed: number, offered: readonly number[] | undefined): number | undefined {
  if (offered === undefined) return Math.max(1, Math.ceil(needed));
  const enough = offered.filter((size) => size >= needed);
  return enough.length === 0 ? undefined : Math.min(...enough);
}
