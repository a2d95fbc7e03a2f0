// What a refresh or a destroy did to each job, from the states before and after it and from its provider's account
// (`provider/lifecycle/account.ts`): for jobs the same as `events.ts` reads from the event log, which takes Pulumi a
// tenth of its time to write. Pure.

import { nameIn, sessionType } from "../../provider/job/identity";
import { type JobState, trustedState } from "../../provider/job/state";
import type { Entry } from "../../provider/lifecycle/account";
import {
  identityIn,
  isEngines,
  type JobChange,
  parsedLine,
  type Refreshed,
  type Resource,
  type Run,
} from "./events";
import type { Told } from "./plain";

export interface States {
  /** The resources of the state file; none where there was none. */
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  /** The provider's account, a line for each entry. */
  readonly account: string;
}

interface Stored extends Resource {
  readonly urn: string;
  readonly type: string;
}

/** @returns undefined where `before` is not the state that the run began with, or no job was asked about */
export function runBetween(operation: Told, { before, after, account }: States): Run | undefined {
  const resources = before.filter(isStored);
  const jobs = resources.filter(({ type }) => type === sessionType);
  const { first, removals } = entriesIn(account);
  // A run that ends well asks about each job.
  if (first.length === 0 && jobs.length > 0) return undefined;
  const ids = new Set(jobs.map(({ id }) => id));
  if (![...first, ...removals.keys()].every((id) => ids.has(id))) return undefined;
  const left = new Map(after.filter(isStored).map((one) => [one.urn, one]));
  const [job] = jobs;
  const isDestroyed = operation === "destroy";
  const gone = resources.filter(({ urn, type }) => type !== sessionType && !left.has(urn));
  return {
    changes: isDestroyed ? jobs.flatMap((one) => removed(one, removals, left)) : [],
    refreshed: isDestroyed ? [] : jobs.flatMap((one) => refreshed(one, left.get(one.urn))),
    others: isDestroyed ? gone.filter(({ type }) => !isEngines(type)).length : 0,
    announcements: [],
    identity: job && identityIn(job.urn, job.inputs?.identity),
  };
}

interface Removal {
  readonly state: Partial<JobState>;
  outcome: JobChange["outcome"];
}

function entriesIn(account: string) {
  const first: string[] = [];
  const removals = new Map<string, Removal>();
  for (const line of account.split("\n")) {
    const entry = parsedLine<Entry>(line);
    if (entry === undefined) continue;
    if ("first" in entry) first.push(entry.first);
    else if ("remove" in entry) {
      removals.set(entry.remove, { state: entry.state, outcome: "begun" });
    } else {
      const id = "removed" in entry ? entry.removed : entry.failed;
      const removal = removals.get(id);
      if (removal) removal.outcome = "removed" in entry ? "done" : "failed";
    }
  }
  return { first, removals };
}

function removed(
  { urn, id = "", outputs }: Stored,
  removals: ReadonlyMap<string, Removal>,
  left: ReadonlyMap<string, Stored>,
): JobChange[] {
  const removal = removals.get(id);
  const isGone = !left.has(urn);
  // The engine removes a job only after its provider has: an account that does not say so was cut.
  if (!removal && !isGone) return [];
  const before = trustedState({ ...outputs, ...removal?.state });
  const outcome = isGone ? "done" : (removal?.outcome ?? "begun");
  return [{ name: nameIn(urn), op: "delete", before, oldId: id, outcome }];
}

function refreshed({ urn, id = "", outputs }: Stored, after: Stored | undefined): Refreshed[] {
  if (!outputs) return [];
  const before = trustedState(outputs);
  const now = after?.outputs ? trustedState(after.outputs) : before;
  return [{ name: nameIn(urn), id, before, after: now }];
}

function isStored(resource: unknown): resource is Stored {
  const { urn, type }: Partial<Stored> = resource ?? {};
  return typeof urn === "string" && typeof type === "string";
}
