// Which session stands for a job in a list of the server's, and when it counts as gone. The provider acts by this, and
// `status`, `wait`, `why`, `rerun` and `report` show by it. Pure.
import type { Session } from "../api";
import { parseName } from "./identity";
import { isAlive, isExpected, type Status, statusOf } from "./status";

/**
 * A list may leave out what lives: two whole lists this far apart have to agree before a session counts as gone.
 * Milliseconds.
 */
export const agreeingListsMs = 2_000;

/** A session that carries a job's name. */
export interface JobSession {
  readonly session: Session;
  readonly attempt: number;
}

/**
 * The session that stands for a job: the highest attempt that is not being taken down; of several under
 * one name the earliest that has not failed. All others that live are duplicates: one job is one session at a time.
 * @param atLeast ended attempts before this one are history
 */
export function currentSession(
  family: readonly JobSession[],
  atLeast = 1,
): { job: JobSession | undefined; duplicates: readonly JobSession[] } {
  const present = family
    .filter(({ session, attempt }) => {
      const status = statusOf(session.status);
      return status !== "Terminating" && (attempt >= atLeast || isAlive(status));
    })
    .sort(
      (a, b) => b.attempt - a.attempt || failed(a) - failed(b) || byStart(a.session, b.session),
    );
  const [job, ...others] = present;
  return { job, duplicates: others.filter(({ session }) => isAlive(statusOf(session.status))) };
}

function failed({ session }: JobSession): 0 | 1 {
  return statusOf(session.status) === "Failed" ? 1 : 0;
}

/** Earliest first; sessions without a start have not started yet; ids settle the rest, alike on every machine. */
function byStart(a: Session, b: Session): number {
  const start = ({ startTime }: Session) => (startTime ? Date.parse(startTime) : Infinity);
  const [first, second] = [start(a), start(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** What of a job's state tells its own session from others. */
export interface OwnSession {
  readonly attempt: number;
  readonly sessionId?: string | undefined;
  readonly sessionName?: string | undefined;
}

/** Sessions as one list shows them. */
export interface SessionView {
  /** One session by its id. */
  session(sessionId: string): Session | undefined;
  /** Those that carry a job's name. */
  namedAfter(id: string): readonly JobSession[];
}

/** One list, by id and by the jobs that its sessions are named after; named twice, a session is still one. */
export class SessionIndex implements SessionView {
  readonly #byId = new Map<string, Session>();
  readonly #families = new Map<string, JobSession[]>();

  constructor(sessions: Iterable<Session>) {
    for (const session of sessions) {
      if (this.#byId.has(session.id)) continue;
      this.#byId.set(session.id, session);
      const name = parseName(session.name);
      if (!name) continue;
      const jobSession = { session, attempt: name.attempt };
      const family = this.#families.get(name.id);
      if (family) family.push(jobSession);
      else this.#families.set(name.id, [jobSession]);
    }
  }

  session(sessionId: string): Session | undefined {
    return this.#byId.get(sessionId);
  }

  namedAfter(id: string): readonly JobSession[] {
    return this.#families.get(id) ?? [];
  }

  has(sessionId: string): boolean {
    return this.#byId.has(sessionId);
  }
}

/** The sessions that carry a job's name, and the one it adopted, which carries another. */
export function sessionsOf(
  id: string,
  view: SessionView,
  state: OwnSession | undefined,
): readonly JobSession[] {
  const family = view.namedAfter(id);
  if (state?.sessionId === undefined || state.sessionName === undefined) return family;
  const isNamedAfterJob = parseName(state.sessionName)?.id === id;
  const own = isNamedAfterJob ? undefined : view.session(state.sessionId);
  return own ? [...family, { session: own, attempt: state.attempt }] : family;
}

/** The session in state, whatever its status: also one that is being taken down. */
export function ownSession(
  id: string,
  view: SessionView,
  state: OwnSession,
): JobSession | undefined {
  return sessionsOf(id, view, state).find(({ session }) => session.id === state.sessionId);
}

/** What a list shows of a job. A session that is being taken down no longer keeps the job from a launch, but it still tells what became of it. */
export function observedIn(
  id: string,
  view: SessionView,
  state: OwnSession,
): JobSession | undefined {
  return (
    currentSession(sessionsOf(id, view, state), state.attempt).job ?? ownSession(id, view, state)
  );
}

/** Whether a job of this status that one list does not show has to be looked for in a second one. */
export function needsSecondList(status: Status): boolean {
  return isExpected(status);
}
