// What jobs asked for against what they used, and which size would have done. Pure.
//
// Memory has to hold the largest job, so its suggestion starts from the maximum; cores only make a job slower
// where they are short, so theirs starts from the 95th percentile of the jobs' mean use.

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

export interface Sizing {
  readonly group: string;
  /** Absent where the group is a job that is in no sweep. */
  readonly sweep?: string | undefined;
  readonly attempts: number;
  readonly cores: Resource;
  readonly ram: Resource;
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
export const fewest = 5;

/** One for each group and declared size, in the order in which they come. */
export function sizingsOf(samples: readonly Sample[], offered: Offered | undefined): Sizing[] {
  const groups = Map.groupBy(samples, ({ group, sweep, declared: { cores, ram } }) =>
    JSON.stringify([group, sweep, cores, ram]),
  );
  return [...groups.values()].map((members) => ({
    group: members[0]?.group ?? "",
    ...(members[0]?.sweep !== undefined && { sweep: members[0].sweep }),
    attempts: members.length,
    cores: coresOf(members, offered?.cores),
    ram: ramOf(members, offered?.ram),
  }));
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

/** The smallest value that so many percent of all do not exceed. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

function smallest(needed: number, offered: readonly number[] | undefined): number | undefined {
  if (offered === undefined) return Math.max(1, Math.ceil(needed));
  const enough = offered.filter((size) => size >= needed);
  return enough.length === 0 ? undefined : Math.min(...enough);
}
