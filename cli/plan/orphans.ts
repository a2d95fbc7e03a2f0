// Which sessions of a list are a stack's and stand for none of its jobs, and whether a list can show that there are none.
import type { ListedSession } from "../../provider/actions/runReport";
import { parseName, placeOf, tagIn, tagOf } from "../../provider/job/identity";
import type { JobState } from "../../provider/job/state";
import { isAlive, statusOf } from "../../provider/job/status";
import { placeIn, realSessionId, tagOfSession } from "../../provider/packs/places";
import { isHeld, launchKey } from "../../provider/run/launchLock";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import type { RunEffects } from "./runEffects";

/** What a stack has after a run, as far as sessions tell of it. */
export interface Belongings {
  /** The tags of its jobs' names: of those that it has, and of those that it had when the run began. */
  readonly tags: ReadonlySet<string>;
  /** The ids of its jobs: those of the program and those of state. */
  readonly ids: ReadonlySet<string>;
  /** Sessions that carry another name, or that were left to run on purpose. */
  readonly sessionIds: ReadonlySet<string>;
  /** Its jobs by their ids, as state has them: they tell which packs are its own, whose ledgers tell what else is in them. */
  readonly states: ReadonlyMap<string, JobState>;
}

/** @param tag of the stack itself: jobs that were launched before it was renamed carry another */
export function belongingsOf({ changes, refreshed }: RunEffects, tag: string): Belongings {
  const ids = new Set<string>();
  const sessionIds = new Set<string>();
  const tags = new Set([tag]);
  const states = new Map<string, JobState>();
  for (const { op, outcome, before, after, id, oldId, isRetained } of changes) {
    for (const one of [id, oldId]) if (one) tags.add(tagIn(one));
    const isGone = op === "delete" && outcome === "done";
    const current = after ?? before;
    if (!isGone) {
      if (id) ids.add(id);
      if (op !== "replace" && oldId) ids.add(oldId);
      if (id && current) states.set(id, current);
    }
    const isLeft = isRetained || before?.onRemove === "leave";
    if (current?.sessionId && (!isGone || isLeft)) sessionIds.add(current.sessionId);
  }
  for (const { id, after } of refreshed) {
    // What the program has said of it since is above.
    if (changes.length > 0) break;
    ids.add(id);
    tags.add(tagIn(id));
    states.set(id, after);
    if (after.sessionId) sessionIds.add(after.sessionId);
  }
  return { tags, ids, sessionIds, states };
}

/**
 * Whether a list that was asked for during a run shows that it left no orphans; what the run cancelled is not in
 * its last one.
 */
export function showsNoOrphans(sessions: readonly ListedSession[], run: RunEffects): boolean {
  if (run.identity === undefined) return false; // whose sessions they are is not known yet
  const belongings = belongingsOf(run, tagOf({ ...placeOf(run.identity), logicalName: "" }));
  return orphansAmong(sessions, belongings).length === 0;
}

/** Sessions, and jobs in packs, that live, are named like a job of the stack or a pack of its jobs, and stand for none; by name. */
export function orphansAmong<S extends ListedSession>(
  sessions: readonly S[],
  { tags, ids, sessionIds }: Omit<Belongings, "states">,
): S[] {
  const shared = new Set([...sessionIds].map(realSessionId));
  // Of a pack that is shown as its jobs each is looked at by itself.
  const isKnown = (id: string) => (placeIn(id) === undefined ? shared.has(id) : sessionIds.has(id));
  const orphans = sessions.filter((session) => {
    // First what is told soonest: of thousands, most are the stack's.
    if (isKnown(session.id)) return false;
    const tag = tagOfSession(session.name);
    return (
      tag !== undefined &&
      tags.has(tag) &&
      !ids.has(parseName(session.name)?.id ?? "") &&
      session.type === "headless" &&
      isAlive(statusOf(session.status))
    );
  });
  return orphans.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** Whether a provider that outlives its killed engine may still be launching for the stack, or nobody can tell. */
export function isStillLaunching({ identity, changes, refreshed }: RunEffects): boolean {
  const states = [
    ...changes.map(({ after, before }) => after ?? before),
    ...refreshed.map(({ after }) => after),
  ];
  const server = states.find((state) => state !== undefined)?.server;
  if (server === undefined || identity === undefined) return true;
  const tag = tagOf({ ...placeOf(identity), logicalName: "" });
  return isHeld(ownTemporaryFolder(), launchKey(server, tag));
}
