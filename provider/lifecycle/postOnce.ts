// One launch, exactly once: a POST whose answer is not clear is followed by a look before another POST.
import type { Announcer } from "../actions/announcer";
import type { EngineWatch } from "../engine/engineWatch";
import {
  AlreadyLaunchedError,
  JobNotAsDeclaredError,
  messageOf,
  UnclearAnswerError,
} from "../errors";
import { lastAttempt } from "../job/identity";
import { agreeingListsMs, currentSession, type JobSession } from "../job/sessions";
import type { JobState } from "../job/state";
import { statusOf } from "../job/status";
import type { Clock } from "../run/clock";
import type { SessionList, View } from "../server/sessionList";
import type { Launch } from "../skaha/client";
import type { JobAttempt } from "./launchRequest";

/** After an answer that was lost: when to look whether the launch took place nevertheless. */
const looksAfterMs = [1_000, 3_000];
const mostPosts = 3;
const longestRetryAfterMs = 30_000;

/** The session that a POST made, or that was found to stand for the job: made by a POST without a clear answer, or by an earlier run. */
export type Posted =
  | { readonly sessionId: string }
  | { readonly jobSession: JobSession; readonly isEarlier: boolean };

export class PostOnce {
  constructor(
    private readonly sessions: SessionList,
    private readonly clock: Clock,
    private readonly engine: EngineWatch,
    private readonly announce: Announcer,
  ) {}

  /**
   * @param state what the stack remembers if it stays unclear whether the job was launched
   * @param onLaunched as of `SessionList.create`
   * @throws JobNotAsDeclaredError then; other errors where it certainly was not
   */
  async post(
    launch: Launch,
    { id, attempt }: JobAttempt,
    state: JobState,
    onLaunched: () => void,
  ): Promise<Posted> {
    if (attempt > lastAttempt) {
      throw new Error(`${id} has run ${lastAttempt} times: remove it and declare it again`);
    }
    for (let posts = 1; ; posts += 1) {
      await this.engine.assertAlive();
      try {
        const launched = this.sessions.create(launch, onLaunched);
        return { sessionId: await this.engine.finishing(launched) };
      } catch (error) {
        if (error instanceof AlreadyLaunchedError) {
          const jobSession = await this.#launchedEarlier(id, attempt);
          if (jobSession) return { jobSession, isEarlier: true };
          continue;
        }
        if (!(error instanceof UnclearAnswerError)) throw error;
        const jobSession = await this.#lookAfter(id, attempt, state, error);
        if (jobSession) return { jobSession, isEarlier: false };
        if (!error.worthRepeating) throw error;
        if (posts === mostPosts) throw notLaunched(id, state, error, "it was not seen since");
      }
    }
  }

  /** What a list shows now that it is known what to look for; undefined where two agree that it is gone. */
  async #launchedEarlier(id: string, attempt: number): Promise<JobSession | undefined> {
    const first = await this.sessions.fresh();
    const job =
      sessionIn(first, id, attempt) ??
      sessionIn(await this.sessions.since(first.askedAt + agreeingListsMs), id, attempt);
    if (job) {
      const { id: session, status } = job.session;
      this.announce.say({ kind: "adopt", job: id, session, status: statusOf(status) });
    }
    return job;
  }

  /** Whether a launch without a clear answer took place. */
  async #lookAfter(
    id: string,
    attempt: number,
    state: JobState,
    unclear: UnclearAnswerError,
  ): Promise<JobSession | undefined> {
    await this.clock.sleep(Math.min(unclear.retryAfterMs ?? 0, longestRetryAfterMs));
    for (const waitMs of looksAfterMs) {
      await this.clock.sleep(waitMs);
      let view: View;
      try {
        view = await this.sessions.fresh();
      } catch (error) {
        const why = `whether it was launched could not be seen: ${messageOf(error)}`;
        throw notLaunched(id, state, unclear, why);
      }
      const job = sessionIn(view, id, attempt);
      if (job) {
        this.announce.say({ kind: "unclear", job: id, session: job.session.id });
        return job;
      }
      if (!unclear.worthRepeating) return undefined;
    }
    return undefined;
  }
}

function sessionIn(view: View, id: string, attempt: number): JobSession | undefined {
  const { job } = currentSession(view.namedAfter(id), attempt);
  return job && job.attempt >= attempt ? job : undefined;
}

/** In the stack as Held, so that the next `up` looks for the session, and a removal finds it: no orphan. */
function notLaunched(
  id: string,
  state: JobState,
  unclear: UnclearAnswerError,
  why: string,
): JobNotAsDeclaredError {
  const reason = `${unclear.message}; ${why}. The next \`up\` looks again before it launches anything`;
  const unlaunched = { ...state, status: "Held", heldBy: "unclear", reason };
  return new JobNotAsDeclaredError(id, unlaunched, reason, { cause: unclear });
}
