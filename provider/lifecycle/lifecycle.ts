// The life of a job as the engine drives it: create, read, update, remove. Each call looks at what is,
// does the one thing that follows, and returns; none waits for a job. What follows is judged in `job/`;
// what is seen and sent goes through `SessionList`.

import type { Announcer } from "../engine/announce";
import type { EngineWatch } from "../engine/engineWatch";
import { JobNotAsDeclaredError, messageOf, UnclearAnswerError, WrongOwnerError } from "../errors";
import { nextStep } from "../job/change";
import { argvOf } from "../job/command";
import { attemptName, lastAttempt } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import { type JobState, launched, observed, remembered } from "../job/state";
import { isAlive, isFinished, type Sighting, standing, statusOf } from "../job/status";
import type { Launch } from "../skaha/client";
import type { Clock } from "./clock";
import type { SessionList, View } from "./sessionList";

export interface Surroundings {
  /** The Skaha API's URL: jobs of another one are refused. */
  readonly server: string;
  readonly sessions: SessionList;
  readonly clock: Clock;
  readonly engine: EngineWatch;
  readonly announce: Announcer;
  /** Does work that launches or cancels while no other process does so for this stack. */
  readonly alone: <T>(user: string | undefined, id: string, work: () => Promise<T>) => Promise<T>;
}

/** Two whole lists this far apart have to agree before a session counts as gone. */
const agreeingListsMs = 2_000;
/** After an answer that was lost: when to look whether the launch took place nevertheless. */
const looksAfterMs = [1_000, 3_000];
const mostPosts = 3;
const longestRetryAfterMs = 30_000;
/** After a DELETE that had no effect: when to try again. */
const cancelAgainAfterMs = [500, 2_000, 5_000];

export class Lifecycle {
  constructor(private readonly at: Surroundings) {}

  /** Launches a job, or takes over the session that already stands for it. */
  async create(inputs: JobInputs): Promise<JobState> {
    const id = inputs.jobName;
    const { user } = await this.at.sessions.recent();
    return this.at.alone(user, id, async () => {
      const view = await this.at.sessions.recent();
      const job = await this.#seen(id, view);
      const base = { ...remembered(inputs), server: this.at.server, userId: view.user };
      if (job) {
        const state = { ...base, ...observed(job.session, job.attempt) };
        this.at.announce.say(
          "adopted",
          `${id}: already launched as session ${job.session.id} (${state.status}), taken over`,
        );
        return state;
      }
      return this.#launch(id, 1, inputs, base, "launched");
    });
  }

  /** What has become of a job. A finished one is not asked for: the server forgets it after an hour. */
  async read(id: string, state: JobState): Promise<JobState> {
    this.#assertServer(id, state);
    if (isFinished(state.status)) return state;
    const first = await this.at.sessions.recent();
    this.#assertUser(id, state, first);
    const job =
      (await this.#seen(id, first)) ??
      // Being taken down: no more the job for whoever launches, but still what became of it.
      first.family(id).find(({ session }) => session.id === state.sessionId) ??
      (await this.#seenAgain(id, state, first));
    if (job) {
      const now = { ...state, ...observed(job.session, job.attempt) };
      if (state.status === "Lost") {
        this.at.announce.say("back", `${id}: session ${job.session.id} is back (${now.status})`);
      }
      return now;
    }
    if (state.status === "Held") return state;
    if (state.status !== "Lost") {
      this.at.announce.say(
        "lost",
        `${id}: session ${state.sessionId} was ${state.status} and is gone from ${this.at.server} without its end being seen, so its outcome is not known. If its results are not there, run it again: pulumi up --replace URN`,
      );
    }
    return { ...state, status: "Lost" };
  }

  /** Takes over new inputs, and does what they ask for. */
  async update(id: string, state: JobState, inputs: JobInputs): Promise<JobState> {
    this.#assertServer(id, state);
    const kept = { ...state, ...cleared(state, inputs), ...remembered(inputs) };
    const expected = nextStep(state, inputs);
    if (expected.do === "nothing") return kept;
    const { user } = await this.at.sessions.recent();
    return this.at.alone(user, id, async () => {
      const view = await this.at.sessions.recent();
      this.#assertUser(id, state, view);
      const job = await this.#seen(id, view);
      // A session that ended or began meanwhile, or a later attempt, is judged as it is now.
      const isNews = job && (job.attempt > state.attempt || !isFinished(state.status));
      const now: JobState = isNews ? { ...state, ...observed(job.session, job.attempt) } : state;
      const adopted = now.attempt > state.attempt || (state.status === "Held" && isNews);
      if (adopted) {
        this.at.announce.say(
          "adopted",
          `${id}: already launched as session ${now.sessionId} (${now.status}), taken over`,
        );
        return { ...now, ...cleared(state, inputs), ...remembered(inputs) };
      }
      const step = nextStep(now, inputs);
      const base = { ...now, ...cleared(state, inputs), ...remembered(inputs), userId: view.user };
      switch (step.do) {
        case "nothing":
          if (step.note) this.at.announce.say("kept", `${id}: ${step.note}`);
          return base;
        case "relaunch":
          if (job) await this.#cancel(id, [job]);
          return this.#launch(id, now.attempt, inputs, base, "relaunched", step.why);
        case "launch":
          return this.#launch(id, step.attempt, inputs, base, "relaunched", step.why);
      }
    });
  }

  /** Cancels what still runs of a job, and sees that it is so. */
  async remove(id: string, state: JobState): Promise<void> {
    this.#assertServer(id, state);
    if (state.onRemove === "leave") {
      if (isAlive(state.status)) {
        this.at.announce.say(
          "left running",
          `${id}: session ${state.sessionId} (${state.status}) is left to run: onRemove is "leave"`,
        );
      }
      return;
    }
    const { user } = await this.at.sessions.recent();
    await this.at.alone(user, id, async () => {
      const view = await this.at.sessions.recent();
      this.#assertUser(id, state, view);
      const family = view
        .family(id)
        .filter(({ session }) => statusOf(session.status) !== "Terminating");
      await this.#cancel(id, family);
      const { sessionId } = state;
      if (sessionId !== undefined && isAlive(state.status) && !view.session(sessionId)) {
        await this.at.sessions.cancel(sessionId); // one list may leave out what lives
      }
      for (const { session } of family) {
        const status = statusOf(session.status);
        if (isAlive(status)) {
          this.at.announce.say("cancelled", `${id}: session ${session.id} (${status}) cancelled`);
        }
      }
    });
  }

  /** The session that stands for a job in a list; others that live under its name are cancelled. */
  async #seen(id: string, view: View): Promise<Sighting | undefined> {
    const { job, surplus } = standing(view.family(id));
    if (job && surplus.length > 0) {
      await this.#cancel(id, surplus);
      const ids = surplus.map(({ session }) => session.id).join(", ");
      this.at.announce.say(
        "healed",
        `${id}: was alive more than once; session ${job.session.id} stays, ${ids} cancelled`,
      );
    }
    return job;
  }

  /** A second look, for a job that a first list did not show. */
  async #seenAgain(id: string, state: JobState, first: View): Promise<Sighting | undefined> {
    if (state.status === "Held" || state.status === "Lost") return undefined;
    const second = await this.at.sessions.since(first.askedAt + agreeingListsMs);
    return this.#seen(id, second);
  }

  async #launch(
    id: string,
    attempt: number,
    inputs: JobInputs,
    base: Omit<JobState, "status" | "attempt">,
    kind: "launched" | "relaunched",
    why?: string,
  ): Promise<JobState> {
    if (attempt > lastAttempt)
      throw new Error(`${id} has run ${lastAttempt} times: remove it and declare it anew`);
    const launch = launchOf(id, attempt, inputs);
    for (let posts = 1; ; posts += 1) {
      await this.at.engine.assertAlive();
      try {
        const sessionId = await this.at.engine.finishing(this.at.sessions.launch(launch));
        const reason = why ? ` (${why})` : "";
        this.at.announce.say(
          kind,
          `${id}: ${kind} as session ${sessionId}${attempt > 1 ? `, attempt ${attempt}` : ""}${reason}`,
        );
        return { ...base, ...launched(id, attempt, sessionId) };
      } catch (error) {
        if (!(error instanceof UnclearAnswerError)) throw error;
        const state = await this.#lookAfter(id, attempt, base, error);
        if (state) return state;
        if (!error.worthRepeating) throw error;
        if (posts === mostPosts)
          throw notLaunched(id, attempt, base, error, "it was not seen since");
      }
    }
  }

  /** Whether a launch without a clear answer took place. */
  async #lookAfter(
    id: string,
    attempt: number,
    base: Omit<JobState, "status" | "attempt">,
    unclear: UnclearAnswerError,
  ): Promise<JobState | undefined> {
    const { clock, sessions, announce } = this.at;
    await clock.sleep(Math.min(unclear.retryAfterMs ?? 0, longestRetryAfterMs));
    for (const waitMs of looksAfterMs) {
      await clock.sleep(waitMs);
      let view: View;
      try {
        view = await sessions.fresh();
      } catch (error) {
        const why = `whether it was launched could not be seen: ${messageOf(error)}`;
        throw notLaunched(id, attempt, base, unclear, why);
      }
      const job = await this.#seen(id, view);
      if (job && job.attempt >= attempt) {
        announce.say(
          "unclear",
          `${id}: the answer to its launch was lost; it runs as session ${job.session.id}`,
        );
        return { ...base, ...observed(job.session, job.attempt) };
      }
      if (!unclear.worthRepeating) return undefined;
    }
    return undefined;
  }

  /** Cancels sessions and checks that they are gone: the server answers 200 whatever it did. */
  async #cancel(id: string, sightings: readonly Sighting[]): Promise<void> {
    const { clock, sessions } = this.at;
    let left = sightings;
    for (const waitMs of [...cancelAgainAfterMs, undefined]) {
      await Promise.all(left.map(({ session }) => sessions.cancel(session.id)));
      // Whether a finished one disappears now or within the hour changes nothing.
      left = left.filter(({ session }) => isAlive(statusOf(session.status)));
      if (left.length === 0) return;
      const view = await sessions.fresh();
      left = left.filter(({ session }) => {
        const shown = view.session(session.id);
        return shown !== undefined && isAlive(statusOf(shown.status));
      });
      if (left.length === 0) return;
      for (const { session } of left) sessions.survived(session.id);
      if (waitMs !== undefined) await clock.sleep(waitMs);
    }
    const ids = left.map(({ session }) => `${session.id} (${session.status})`).join(", ");
    throw new Error(
      `cancel ${id}: ${this.at.server} answered 200 to each DELETE, but still lists session ${ids}: run the command again, and if it stays, ask the server's operators to remove it`,
    );
  }

  #assertServer(id: string, state: JobState): void {
    if (state.server === this.at.server) return;
    throw new WrongOwnerError(
      `${id} was launched on ${state.server}, but this run is set to ${this.at.server}: set CANFAR_URL (or skaha:serverUrl) to the first one; nothing was changed`,
    );
  }

  #assertUser(id: string, state: JobState, view: View): void {
    if (!state.userId || !view.user || state.userId === view.user) return;
    throw new WrongOwnerError(
      `${id} was launched by ${state.userId}, but these credentials are ${view.user}'s: use ${state.userId}'s token, or a stack of your own; nothing was changed`,
    );
  }
}

/** In the stack as Held, so that the next `up` looks for the session, and a removal finds it: no orphan. */
function notLaunched(
  id: string,
  attempt: number,
  base: Omit<JobState, "status" | "attempt">,
  unclear: UnclearAnswerError,
  why: string,
): JobNotAsDeclaredError {
  const reason = `${unclear.message}; ${why}. The next \`pulumi up\` looks again before it launches anything`;
  return new JobNotAsDeclaredError(id, { ...base, status: "Held", attempt, reason }, reason, {
    cause: unclear,
  });
}

/** Inputs that are no longer declared must not stay in state. */
function cleared(state: JobState, inputs: JobInputs): Record<string, undefined> {
  const declarable = [
    "name",
    "cmd",
    "script",
    "args",
    "env",
    "secretEnv",
    "cores",
    "ram",
    "gpus",
    "registryAuth",
    "triggers",
  ];
  return Object.fromEntries(
    declarable.filter((key) => key in state && !(key in inputs)).map((key) => [key, undefined]),
  );
}

function launchOf(id: string, attempt: number, inputs: JobInputs): Launch {
  return {
    name: attemptName(id, attempt),
    image: inputs.image,
    ...argvOf(inputs),
    env: {
      SKAHA_JOB_ID: id,
      SKAHA_ATTEMPT: String(attempt),
      ...inputs.env,
      ...inputs.secretEnv,
    },
    cores: inputs.cores,
    ram: inputs.ram,
    gpus: inputs.gpus,
    registryAuth: inputs.registryAuth,
    secrets: Object.values(inputs.secretEnv ?? {}),
  };
}
