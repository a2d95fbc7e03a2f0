// How many jobs of a sweep should share a session, from how long they took. Pure.
import type { PackArgs } from "../../provider/sweep/packArgs";
import { fewest, type Offered, percentile, type Sample, type Size } from "./measured";

/** What a sweep's jobs took, and which `pack` would do. */
export interface Packing {
  /** As the program has it; absent where each job has a session of its own. */
  readonly asked?: PackArgs | undefined;
  /** How many completed attempts say how long they took. */
  readonly samples: number;
  readonly p95Seconds?: number | undefined;
  readonly maxSeconds?: number | undefined;
  readonly suggested?: PackArgs | undefined;
  /** Why nothing is suggested. */
  readonly why?: string | undefined;
}

/** A session's start costs tens of seconds: against this it is little. */
export const sessionMinutes = 30;
/** Jobs that take longer are worth a session each. */
const shortMinutes = 10;
/** A sweep is spread over so many sessions at least, which run beside each other. */
export const fewestSessions = 8;
const mostJobs = 200;
/** A larger session waits longer for its place. */
const mostAtATime = 4;

/**
 * @param size what one job should ask for
 * @param total how many jobs the sweep has
 */
export function packingOf(
  members: readonly Sample[],
  size: Size,
  total: number,
  offered: Offered | undefined,
): Packing {
  const seconds = members.flatMap(({ isComplete, hours }) =>
    isComplete && hours !== undefined ? [hours * 3_600] : [],
  );
  const asked = members[0]?.pack;
  const told = {
    ...(asked && { asked }),
    samples: seconds.length,
    ...(seconds.length > 0 && {
      p95Seconds: percentile(seconds, 95),
      maxSeconds: Math.max(...seconds),
    }),
  };
  const why = whyNone(seconds, size, total);
  if (why !== undefined) return { ...told, why };
  const parallel = atATime(size, offered);
  // A record tells whole seconds.
  const mean = Math.max(0.5, sum(seconds) / seconds.length);
  const fitting = Math.floor((parallel * sessionMinutes * 60) / mean);
  const jobs = Math.min(fitting, mostJobs, Math.ceil(total / fewestSessions));
  return { ...told, suggested: { jobs, parallel: Math.min(parallel, jobs) } };
}

function whyNone(seconds: readonly number[], { cores, ram }: Size, total: number) {
  if (seconds.length === 0) return "not measured";
  if (seconds.length < fewest) return `too few samples (${seconds.length} of ${fewest})`;
  if (sum(seconds) / seconds.length >= shortMinutes * 60) {
    return `they take over ${shortMinutes} min`;
  }
  if (total < 2 * fewestSessions) return "too few jobs";
  return cores === undefined || ram === undefined ? "needs cores and ram" : undefined;
}

/** As many as the server has a size for: the preview refuses others. */
function atATime({ cores = 1, ram = 1 }: Size, offered: Offered | undefined): number {
  if (offered === undefined) return mostAtATime;
  const has = (options: readonly number[], size: number) =>
    options.length === 0 || options.includes(Math.trunc(size));
  for (let parallel = mostAtATime; parallel > 1; parallel -= 1) {
    if (has(offered.cores, cores * parallel) && has(offered.ram, ram * parallel)) return parallel;
  }
  return 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
