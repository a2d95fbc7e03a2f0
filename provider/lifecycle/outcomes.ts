// What an end leaves to collect before the server forgets it: log, events, and what the record adds.
import type { Announcer } from "../actions/announcer";
import { messageOf } from "../errors";
import { mayBePreempted, wasPreempted } from "../job/decisions/preempted";
import type { JobState } from "../job/state";
import { isFinished } from "../job/status";
import type { Clock } from "../run/clock";
import type { LogKeeper } from "../server/logKeeper";
import type { Records } from "../server/records";
import { parseEvents } from "../server/sessionEvents";
import type { SessionList } from "../server/sessionList";
import type { SkahaClient } from "../skaha/client";

export class Outcomes {
  constructor(
    private readonly sessions: SessionList,
    private readonly logs: LogKeeper,
    private readonly records: Records,
    private readonly clock: Clock,
    private readonly announce: Announcer,
    private readonly client: Pick<SkahaClient, "events">,
  ) {}

  /** What its record says of a job whose session is gone. Where it cannot be read, nothing changes. */
  async ofVanished(id: string, state: JobState): Promise<JobState | undefined> {
    const { expiryTime } = state;
    const isExpired = expiryTime !== undefined && this.clock.now() >= Date.parse(expiryTime);
    try {
      const outcome = await this.records.ofVanished(state, isExpired);
      return outcome && this.withLog(id, outcome);
    } catch (error) {
      const text = `${id}: session ${state.sessionId} is gone, and its record was not read: ${messageOf(error)}; it stays ${state.status} until it can be`;
      this.announce.say({ kind: "warning", job: id, text });
      return state;
    }
  }

  /** State after a look, with what an end that was seen first now leaves to collect. */
  async collected(id: string, state: JobState): Promise<JobState> {
    if (!isFinished(state.status)) return state;
    return this.withLog(id, await this.#ifPreempted(id, await this.records.ofEnded(id, state)));
  }

  /** The server says only that a session failed; why the cluster ended it, its events tell for a while. */
  async #ifPreempted(id: string, state: JobState): Promise<JobState> {
    const { sessionId } = state;
    if (sessionId === undefined || !mayBePreempted(state)) return state;
    try {
      const events = parseEvents(await this.client.events(sessionId));
      return wasPreempted(events, state) ? { ...state, cause: "Preempted" } : state;
    } catch (error) {
      const text = `${id} is ${state.status}, and whether it was preempted is not known: ${messageOf(error)}`;
      this.announce.say({ kind: "warning", job: id, text });
      return state;
    }
  }

  /** A job that is known to have ended, with what could not be collected the last time. */
  async completed(id: string, state: JobState): Promise<JobState> {
    return this.withLog(id, state.isRecordUnread ? await this.records.ofEnded(id, state) : state);
  }

  /**
   * Saves the log of a job that has ended (or is about to be cancelled), once. A log that cannot be saved
   * does not fail the job: the next refresh tries again.
   */
  async withLog(id: string, state: JobState, isLeaving = false): Promise<JobState> {
    const { logs: folder, sessionId, attempt, status } = state;
    if (isFinished(status) && folder === undefined && state.recordedIn !== undefined) {
      return { ...state, logPath: `${state.recordedIn}/log` };
    }
    const isSaved = isFinished(status) && (state.logPath !== undefined || state.logGone);
    if (!folder || isSaved || !(isLeaving || isFinished(status))) return state;
    try {
      const { logs, records } = this;
      const recorded = isLeaving ? undefined : await records.log(state);
      if (!recorded && sessionId === undefined) return state;
      const open = async () => recorded ?? logs.ofSession(sessionId ?? "");
      const isForgotten = async () =>
        !recorded && !(await this.sessions.recent()).session(sessionId ?? "");
      const launched = state.launchTime ?? state.startTime;
      const path = await logs.save({ folder, id, attempt, launched }, open, isForgotten);
      if (path === undefined) {
        const text = `${id}: the server had forgotten the log of session ${sessionId} before it could be saved: it keeps logs for an hour after the end`;
        this.announce.say({ kind: "warning", job: id, text });
        return { ...state, logGone: true };
      }
      if (status !== "Failed") return { ...state, logPath: path };
      const [logTail, events] = await Promise.all([
        this.logs.tail(path),
        sessionId ? this.logs.events(sessionId) : undefined,
      ]);
      return { ...state, logPath: path, logTail, events };
    } catch (error) {
      const text = `${id}: its log was not saved to ${folder}: ${messageOf(error)}`;
      this.announce.say({ kind: "warning", job: id, text });
      return state;
    }
  }
}
