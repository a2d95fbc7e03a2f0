// Cancels a job outside any stack.
import type { Announcer } from "../actions/announcer";
import type { Session } from "../api";
import { currentSession, type JobSession } from "../job/sessions";
import { isAlive, statusOf } from "../job/status";
import type { Records } from "../server/records";
import type { SessionList } from "../server/sessionList";
import type { SubmittedId } from "../submitted/submittedId";
import type { SessionLookup } from "./sessionLookup";

export interface WithdrawalDeps {
  readonly sessions: Pick<SessionList, "recent">;
  readonly records: Pick<Records, "noteCancelled">;
  readonly lookup: Pick<SessionLookup, "cancel">;
  readonly announce: Announcer;
}

/**
 * Cancels what lives of a job, notes that beside its record, and sees that it is gone. What has ended stays as it is.
 * @param one with an attempt only that one. Else whichever lives
 * @returns whether anything lived
 * @throws where it goes on living, or that cannot be seen
 */
export async function withdraw(
  { record, id, attempt }: SubmittedId,
  { sessions, records, lookup, announce }: WithdrawalDeps,
): Promise<boolean> {
  const family = (await sessions.recent()).namedAfter(id);
  const living = livingOf(family);
  const { job } = currentSession(family);
  if (!job || (attempt !== undefined && job.attempt !== attempt)) return false;
  if (!living.includes(job)) return false;
  // Before the DELETE: what was told to end is never without its note, and whoever submits it anew goes by that.
  const takeBack = await records.noteCancelled(record, id, job.attempt);
  try {
    await lookup.cancel(id, sessionsIn(living));
  } catch (error) {
    await takeBack();
    throw error;
  }
  for (const { session } of living) {
    const status = statusOf(session.status);
    announce.say({ kind: "cancel", job: id, session: session.id, status });
  }
  return true;
}

export function livingOf(family: readonly JobSession[]): readonly JobSession[] {
  return family.filter(({ session }) => isAlive(statusOf(session.status)));
}

export function sessionsIn(family: readonly JobSession[]): readonly Session[] {
  return family.map(({ session }) => session);
}
