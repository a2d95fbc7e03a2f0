// What a refresh or a destroy did to each job, from the states before and after it and from its provider's report.
// For jobs this is what `eventLog.ts` reads from the event log; writing that log takes Pulumi a tenth of its time. Pure.

import { rememberingJobs } from "../../provider/array/arrayJobs";
import { isArrayType, isJobType, nameIn } from "../../provider/job/identity";
import { trustedState } from "../../provider/job/state";
import { changesOfArray, refreshedInArray } from "./arrayChanges";
import { identityIn, isEngines } from "./eventLog";
import type { ReportedRemoval, RunReport } from "./reportReader";
import type { JobChange, RefreshedJob, Resource, RunEffects } from "./runEffects";
import type { StateOperation } from "./statesSuffice";

export interface States {
  /** The resources of the state file; none where there was none. */
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  readonly report: Pick<RunReport, "firstJobs" | "removals">;
}

type JobsOf = ReturnType<typeof rememberingJobs>;

/** Reads the jobs of arrays before a run, while it is under way. @returns for {@link effectsBetween} after it */
export function arraysBefore(before: States["before"]): JobsOf {
  const jobsOf = rememberingJobs();
  for (const one of before.filter(isStored)) if (isArrayType(one.type)) jobsOf(one);
  return jobsOf;
}

interface Stored extends Resource {
  readonly urn: string;
  readonly type: string;
}

/** @returns undefined where `before` is not the state that the run began with, or no job was asked about */
export function effectsBetween(
  operation: StateOperation,
  { before, after, report: { firstJobs, removals } }: States,
  jobsOf = arraysBefore(before),
): RunEffects | undefined {
  const resources = before.filter(isStored);
  const jobs = resources.filter(({ type }) => isJobType(type));
  const arrays = resources.filter(({ type }) => isArrayType(type));
  // A run that ends well asks about each job.
  if (firstJobs.length === 0 && jobs.length + arrays.length > 0) return undefined;
  const inArrays = arrays.flatMap((one) => [...jobsOf(one).values()].map(({ id }) => id));
  const ids = new Set([...[...jobs, ...arrays].map(({ id }) => id), ...inArrays]);
  if (![...firstJobs, ...removals.keys()].every((id) => ids.has(id))) return undefined;
  const left = new Map(after.filter(isStored).map((one) => [one.urn, one]));
  const [job] = [...jobs, ...arrays];
  const isDestroyed = operation === "destroy";
  const isOfOthers = ({ type }: Stored) => !isJobType(type) && !isArrayType(type);
  const gone = resources.filter((one) => isOfOthers(one) && !left.has(one.urn));
  return {
    changes: isDestroyed
      ? [
          ...jobs.flatMap((one) => removed(one, removals, left)),
          ...arrays.flatMap((one) => removedFromArray(one, removals, left, jobsOf)),
        ]
      : [],
    refreshed: isDestroyed
      ? []
      : [
          ...jobs.flatMap((one) => refreshed(one, left.get(one.urn))),
          ...arrays.flatMap((one) => refreshedInArray(one, left.get(one.urn), jobsOf)),
        ],
    others: isDestroyed ? gone.filter(({ type }) => !isEngines(type)).length : 0,
    identity: job && identityIn(job.urn, job.inputs?.identity ?? job.inputs?.place),
  };
}

function removed(
  { urn, id = "", outputs }: Stored,
  removals: ReadonlyMap<string, ReportedRemoval>,
  left: ReadonlyMap<string, Stored>,
): JobChange[] {
  const removal = removals.get(id);
  const isGone = !left.has(urn);
  // The engine removes a job only after its provider has: a report that does not say so was cut.
  if (!removal && !isGone) return [];
  const before = trustedState({ ...outputs, ...removal?.state });
  const outcome = isGone ? "done" : (removal?.outcome ?? "started");
  return [{ name: nameIn(urn), op: "delete", before, oldId: id, outcome }];
}

/** Each job of an array, by what its provider said of it; a destroy removes all or none from the state. */
function removedFromArray(
  array: Stored,
  removals: ReadonlyMap<string, ReportedRemoval>,
  left: ReadonlyMap<string, Stored>,
  jobsOf: JobsOf,
): JobChange[] {
  const isGone = !left.has(array.urn);
  const outcome = isGone ? "done" : "started";
  return changesOfArray({ old: array, outcome }, {}, undefined, jobsOf).flatMap((change) => {
    const removal = removals.get(change.oldId ?? "");
    if (!removal && !isGone) return [];
    const before = trustedState({ ...change.before, ...removal?.state });
    return [{ ...change, before, outcome: isGone ? "done" : (removal?.outcome ?? "started") }];
  });
}

function refreshed({ urn, id = "", outputs }: Stored, after: Stored | undefined): RefreshedJob[] {
  if (!outputs) return [];
  const before = trustedState(outputs);
  const now = after?.outputs ? trustedState(after.outputs) : before;
  return [{ name: nameIn(urn), id, before, after: now }];
}

function isStored(resource: unknown): resource is Stored {
  const { urn, type }: Partial<Stored> = resource ?? {};
  return typeof urn === "string" && typeof type === "string";
}
