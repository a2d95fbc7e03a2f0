// Cancelling a session and seeing that it is gone: the server answers a DELETE with 200 whatever it did.
import type { Session } from "../api";
import { isAlive, statusOf } from "../job/status";
import { placeIn, realSessionId } from "../packs/places";
import type { Clock } from "../run/clock";
import type { SessionList } from "../server/sessionList";

/** After a DELETE that had no effect: when to try again. */
const againAfterMs = [500, 2_000, 5_000];
/** A job that shares its session is ended by what runs there: TERM within seconds, and KILL after half a minute. */
const lookAtPlacesAfterMs = [1_000, 2_000, ...Array<number>(14).fill(3_000)];

/** One session, and the status that it was last seen in. */
export type SeenSession = Pick<Session, "id" | "status">;

/** @throws an error that names the sessions which the server goes on listing as alive */
export async function cancelAndSee(
  id: string,
  seen: readonly SeenSession[],
  sessions: SessionList,
  clock: Clock,
  server: string,
): Promise<void> {
  let left = seen;
  const areShared = seen.some((session) => placeIn(session.id) !== undefined);
  const waitsMs = areShared ? lookAtPlacesAfterMs : againAfterMs;
  for (const waitMs of [...waitsMs, undefined]) {
    await Promise.all(left.map((session) => sessions.cancel(session.id)));
    // Nothing runs in a finished one, and lists may show it for a while: only what lives is looked for.
    left = left.filter((session) => isAlive(statusOf(session.status)));
    if (left.length === 0) return;
    const view = await sessions.fresh();
    left = left.filter((session) => {
      const shown = view.session(session.id);
      return shown !== undefined && isAlive(statusOf(shown.status));
    });
    if (left.length === 0) return;
    for (const session of left) sessions.survived(session.id);
    if (waitMs !== undefined) await clock.sleep(waitMs);
  }
  const shared = left.find((session) => placeIn(session.id) !== undefined);
  if (shared !== undefined) {
    throw new Error(
      `cancel ${id}: session ${realSessionId(shared.id)}, in which it runs, was told to end it, and goes on: run the command again, and if it stays, cancel all jobs of that session`,
    );
  }
  const ids = left.map((session) => `${session.id} (${session.status})`).join(", ");
  throw new Error(
    `cancel ${id}: ${server} answered 200 to each DELETE, but still lists session ${ids}: run the command again, and if it stays, ask the server's operators to remove it`,
  );
}
