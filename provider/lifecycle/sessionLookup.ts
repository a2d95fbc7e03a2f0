// Which session stands for a job, in what a run sees of the server; what else lives under its name is
// cancelled, because a job is one session at a time.
import type { Announcer } from "../actions/announcer";
import type { JobInputs } from "../job/inputs";
import {
  agreeingListsMs,
  currentSession,
  type JobSession,
  ownSession,
  sessionsOf,
} from "../job/sessions";
import type { JobState } from "../job/state";
import { statusOf } from "../job/status";
import type { Clock } from "../run/clock";
import type { SessionList, View } from "../server/sessionList";
import { cancelAndSee, type SeenSession } from "./cancelling";

export class SessionLookup {
  constructor(
    private readonly sessions: SessionList,
    private readonly clock: Clock,
    private readonly announce: Announcer,
    private readonly server: string,
  ) {}

  /** The session that stands for a job in a list; others that live under its name are cancelled. */
  async current(id: string, view: View, state?: JobState): Promise<JobSession | undefined> {
    const { job, duplicates } = currentSession(sessionsOf(id, view, state), state?.attempt);
    if (job && duplicates.length > 0) {
      const sessions = duplicates.map(({ session }) => session);
      await this.cancel(id, sessions);
      const cancelled = sessions.map((session) => session.id);
      this.announce.say({ kind: "heal", job: id, session: job.session.id, cancelled });
    }
    return job;
  }

  /** A second look, for a job that a first list did not show. */
  async currentInNextList(
    id: string,
    first: View,
    state?: JobState,
  ): Promise<JobSession | undefined> {
    const second = await this.sessions.since(first.askedAt + agreeingListsMs);
    return this.current(id, second, state);
  }

  /** The session that the user started by hand, and named in `adopt`. */
  adopted(id: string, { adopt }: JobInputs, view: View): JobSession | undefined {
    if (adopt === undefined) return undefined;
    const session = view.session(adopt);
    if (session && statusOf(session.status) !== "Terminating") {
      // A replacement in the same run: the adopted session was cancelled, and this is another job.
      return this.sessions.wasCancelled(adopt) ? undefined : { session, attempt: 1 };
    }
    if (this.sessions.wasCancelled(adopt)) return undefined;
    throw new Error(
      `${id} cannot adopt session ${adopt}: ${this.server} shows no such headless session of ${view.user ?? "this user"}; correct \`adopt\`, or remove it to launch the job`,
    );
  }

  /** Cancels sessions, and sees that they are gone. */
  cancel(id: string, sessions: readonly SeenSession[]): Promise<void> {
    return cancelAndSee(id, sessions, this.sessions, this.clock, this.server);
  }

  /** What is left of a job on the server, but for what is being taken down. */
  remains(id: string, view: View, state: JobState): JobSession[] {
    return sessionsOf(id, view, state).filter(
      ({ session }) => statusOf(session.status) !== "Terminating",
    );
  }

  /** The session in state, whatever its status: also one that is being taken down. */
  ofState(id: string, view: View, state: JobState): JobSession | undefined {
    return ownSession(id, view, state);
  }
}
