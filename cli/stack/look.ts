// How the jobs of a stack stand now: one list of the server's for all of them, and the records of those that
// it has forgotten since the last `up` or refresh. Nothing is launched, cancelled or written.

import type { Connection } from "../../provider/connect";
import { Announcer } from "../../provider/engine/announce";
import { messageOf } from "../../provider/errors";
import { parseName } from "../../provider/job/identity";
import { type JobState, observed } from "../../provider/job/state";
import { isFinished, type Sighting, standing } from "../../provider/job/status";
import { Records } from "../../provider/lifecycle/records";
import type { Listing } from "../../provider/skaha/client";
import type { Job } from "./deployment";

/** A job after a look. */
export interface Seen extends Job {
  /** False where state says that a session lives, and neither the server nor a record knows of it. */
  readonly isKnown: boolean;
}

export interface Look {
  readonly jobs: readonly Seen[];
  /** The user's sessions as the server listed them. */
  readonly listing: Listing;
  /** What could not be found out, as sentences. */
  readonly problems: readonly string[];
}

/**
 * @param now milliseconds since 1970
 * @throws SkahaError where the server cannot be asked
 */
export async function look(
  jobs: readonly Job[],
  { client, arc }: Pick<Connection, "client" | "arc">,
  now: number,
): Promise<Look> {
  const listing = await client.list();
  const families = familiesOf(listing);
  const byId = new Map(listing.sessions.map((session) => [session.id, session]));
  const problems: string[] = [];
  const records = new Records(arc, new Announcer(() => {}));
  const seen = await Promise.all(
    jobs.map(async (job): Promise<Seen> => {
      const { state } = job;
      if (isFinished(state.status)) return { ...job, isKnown: true };
      const { job: sighting } = standing(familyOf(job, families, byId), state.attempt);
      if (sighting) {
        const { session, attempt } = sighting;
        const seen = observed(state, session, attempt, now);
        // It may have ended long before this look, and the server does not say when.
        return { ...job, state: { ...seen, endTime: undefined }, isKnown: true };
      }
      if (state.status === "Held" || state.status === "Lost") return { ...job, isKnown: true };
      try {
        const outcome = await records.ofVanished(state, isExpired(state, now));
        return outcome ? { ...job, state: outcome, isKnown: true } : { ...job, isKnown: false };
      } catch (error) {
        problems.push(`${job.name}: its record was not read: ${messageOf(error)}`);
        return { ...job, isKnown: false };
      }
    }),
  );
  return { jobs: seen, listing, problems };
}

function familiesOf({ sessions }: Listing): ReadonlyMap<string, readonly Sighting[]> {
  const families = new Map<string, Sighting[]>();
  for (const session of sessions) {
    const parsed = parseName(session.name);
    if (!parsed) continue;
    const family = families.get(parsed.id) ?? [];
    families.set(parsed.id, [...family, { session, attempt: parsed.attempt }]);
  }
  return families;
}

/** What carries the job's name, and the session that it adopted, which carries another. */
function familyOf(
  { id, state }: Job,
  families: ReadonlyMap<string, readonly Sighting[]>,
  byId: ReadonlyMap<string, Sighting["session"]>,
): readonly Sighting[] {
  const family = families.get(id) ?? [];
  const own = state.sessionId === undefined ? undefined : byId.get(state.sessionId);
  const isThere = family.some(({ session }) => session.id === state.sessionId);
  return own && !isThere ? [...family, { session: own, attempt: state.attempt }] : family;
}

function isExpired({ expiryTime }: JobState, now: number): boolean {
  return expiryTime !== undefined && now >= Date.parse(expiryTime);
}
