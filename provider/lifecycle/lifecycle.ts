// The life of a job as the engine drives it: create, read, update, remove. Each call looks at what is,
// does the one thing that follows, and returns; none waits for a job. What follows is judged in `job/`;
// `SessionLookup` knows what stands for a job, `Launcher` launches or holds, `Outcomes` collects what an end leaves.
// It is long because the four calls are one state machine, which is read side by side.
import type { Announcer } from "../actions/announcer";
import { InterruptedError, JobNotAsDeclaredError, messageOf, SkahaError } from "../errors";
import { nextStep } from "../job/decisions/change";
import { heldByPack, type LaunchPolicy } from "../job/decisions/hold";
import { placeOf } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import { type JobSession, needsSecondList } from "../job/sessions";
import {
  held,
  type JobState,
  lost,
  nextAttempt,
  observed,
  redeclared,
  remembered,
} from "../job/state";
import { hasEnded, isAlive, isFinished, statusOf } from "../job/status";
import { recordFolder } from "../record/record";
import type { Clock } from "../run/clock";
import { ended, type Records } from "../server/records";
import type { SessionList, View } from "../server/sessionList";
import type { SkahaClient } from "../skaha/client";
import type { SubmittedId } from "../submitted/submittedId";
import type { Budget } from "./budget";
import type { Launcher, LaunchRequest } from "./launcher";
import { recordOf, recordOfState } from "./launchRequest";
import type { Outcomes } from "./outcomes";
import { assertNoOther, assertServer, assertUser } from "./owner";
import type { SessionLookup } from "./sessionLookup";
import type { Slots } from "./slots";
import { livingOf, sessionsIn, withdraw } from "./withdrawal";

export interface LifecycleDeps {
  readonly client: SkahaClient;
  readonly sessions: SessionList;
  readonly lookup: SessionLookup;
  readonly launcher: Launcher;
  readonly slots: Slots;
  readonly budget: Budget;
  readonly outcomes: Outcomes;
  readonly records: Records;
  readonly clock: Clock;
  readonly announce: Announcer;
  readonly policy: () => LaunchPolicy;
  /** The stack's `skaha:record`, for jobs that say nothing themselves. */
  readonly record: string | undefined;
  /** Is told of a job before what is seen of it, so that `alone` knows whether another process launched since. */
  readonly attend: (id: string) => void;
  /** Whether a job's session is one of many jobs that was over before this one began. */
  readonly isUnbegun: (sessionId: string) => boolean;
  /** Of jobs outside any stack: a list that other processes asked for before this call does not serve. */
  readonly askAnew: () => void;
  /** Does work that launches or cancels while no other process does so for this stack. */
  readonly alone: <T>(id: string, work: () => Promise<T>) => Promise<T>;
}

/** A session with `renew` is renewed when less than this is left. */
const renewBelowMs = 24 * 3_600_000;

export class Lifecycle {
  constructor(private readonly deps: LifecycleDeps) {}

  /** Launches a job, takes over the session that already stands for it, or holds it. */
  async create(inputs: JobInputs): Promise<JobState> {
    const id = inputs.jobName;
    return this.deps.alone(id, async () =>
      this.#created(inputs, await this.deps.sessions.recent()),
    );
  }

  /** What has become of a job. A finished one is not asked for: the server forgets it after an hour. */
  async read(id: string, state: JobState): Promise<JobState> {
    return this.deps.budget.reading(id, state, () => this.#seen(id, state));
  }

  async #seen(id: string, state: JobState): Promise<JobState> {
    this.deps.sessions.attend();
    assertServer(state, this.deps.client.server);
    this.deps.slots.know(id, state.group);
    if (isFinished(state.status)) {
      return this.deps.outcomes.completed(id, state);
    }
    this.deps.attend(id);
    const first = await this.deps.sessions.recentIfAny();
    assertUser(state, first.user);
    const { lookup } = this.deps;
    const job =
      (await lookup.current(id, first, state)) ??
      // Being taken down: no more the job for whoever launches, but still what became of it.
      lookup.ofState(id, first, state) ??
      (needsSecondList(state.status)
        ? await lookup.currentInNextList(id, first, state)
        : undefined);
    if (job) {
      const now = this.#observed(id, state, job);
      if (state.status === "Lost") {
        const { status } = now;
        this.deps.announce.say({ kind: "back", job: id, session: job.session.id, status });
      }
      await this.#renew(id, now);
      return this.deps.outcomes.collected(id, now);
    }
    if (state.status === "Held") return this.deps.launcher.stillHeld(id, state, first);
    if (state.sessionId !== undefined && this.deps.isUnbegun(state.sessionId)) {
      const { sessionId: _gone, ...unbegun } = nextAttempt(state, state.attempt);
      return this.deps.launcher.held(id, unbegun, heldByPack);
    }
    const vanished = await this.deps.outcomes.ofVanished(id, state);
    if (vanished) return vanished;
    if (state.status === "Lost") return state;
    const { sessionId: session, status, server, retry } = state;
    const hasRetry = retry !== undefined;
    this.deps.announce.say({ kind: "lose", job: id, session, status, server, hasRetry });
    return lost(state, this.deps.clock.now());
  }

  /**
   * As `create`, of a job outside any stack, of which only the server and its record know.
   * @param isDueAgain whether one that has ended is launched once more, as its next attempt
   * @throws where another command runs under its name
   */
  async submit(
    inputs: JobInputs,
    isDueAgain: (state: JobState) => Promise<boolean>,
  ): Promise<JobState> {
    const id = inputs.jobName;
    return this.deps.alone(id, async () => {
      const [view, cancelled] = await Promise.all([
        this.deps.sessions.recent(),
        this.#lastCancelled(inputs),
      ]);
      assertNoOther(id, placeOf(inputs.identity).logicalName, view);
      // Whoever cancelled it may not have come to that yet, or was killed.
      const dying = livingOf(view.namedAfter(id)).filter(({ attempt }) => attempt <= cancelled);
      if (dying.length > 0) await this.deps.lookup.cancel(id, sessionsIn(dying));
      const state = await this.#created(inputs, view, cancelled + 1);
      if (!hasEnded(state.status) || !(await isDueAgain(state))) return state;
      const attempt = state.attempt + 1;
      const why = `it was ${state.status}`;
      const request = { id, attempt, inputs, state, view, why };
      return this.#launched({ ...request, kind: "retry" });
    });
  }

  /**
   * As {@link withdraw}, while no other process launches under that name. One list serves all that a run withdraws, which is
   * told to it at once.
   */
  async withdraw(one: SubmittedId): Promise<boolean> {
    this.deps.askAnew(); // what has ended a moment ago has ended
    return this.deps.alone(one.id, () => withdraw(one, this.deps));
  }

  /** Takes over new inputs, and does what they, the clock or an end ask for. */
  async update(id: string, state: JobState, inputs: JobInputs): Promise<JobState> {
    this.deps.budget.recall(id, state);
    assertServer(state, this.deps.client.server);
    const step = nextStep(state, inputs, this.deps.policy());
    if (step.do === "hold") {
      return this.deps.launcher.held(id, redeclared(state, inputs), step.hold);
    }
    if (step.do === "forgive") return this.#forgiven(id, redeclared(state, inputs));
    if (step.do === "nothing") {
      if (step.note) this.deps.announce.say({ kind: "keep", job: id, why: step.note });
      return redeclared(state, inputs);
    }
    return this.deps.alone(id, async () => {
      // What is to be cancelled has to be as it was: a list of a moment ago may show it before it began.
      const { sessions } = this.deps;
      const view = await (step.do === "relaunch" ? sessions.fresh() : sessions.recent());
      assertUser(state, view.user);
      const job = await this.deps.lookup.current(id, view, state);
      if (job && (state.status === "Held" || job.attempt > state.attempt)) {
        const known = redeclared(await this.#takenOver(id, state, job, inputs), inputs);
        return this.#retriedIfDue(id, known, inputs, view);
      }
      // What ended or began since the refresh is judged as it is now.
      const now =
        job && !isFinished(state.status)
          ? await this.deps.outcomes.collected(id, this.#observed(id, state, job))
          : state;
      const again = nextStep(now, inputs, this.deps.policy());
      const base = { ...redeclared(now, inputs), userId: view.user };
      switch (again.do) {
        case "nothing":
          if (again.note) this.deps.announce.say({ kind: "keep", job: id, why: again.note });
          return base;
        case "forgive":
          return this.#forgiven(id, base);
        case "hold":
          return this.deps.launcher.held(id, base, again.hold);
        case "relaunch":
          if (job) await this.deps.lookup.cancel(id, [job.session]);
          return this.#afterCancelling(id, nextAttempt(base, now.attempt), (state) => {
            const { attempt } = now;
            const request = { id, attempt, inputs, state, view, why: again.why };
            return this.#launched({ ...request, kind: "relaunch" });
          });
        case "launch":
        case "retry": {
          const { do: kind, attempt, why } = again;
          const request = { id, attempt, inputs, state: base, view, why };
          return this.#launched({ ...request, kind });
        }
      }
    });
  }

  #forgiven(id: string, state: JobState): JobState {
    this.deps.announce.say({ kind: "forgive", job: id, sweep: state.stopAfter?.name ?? "" });
    return { ...state, isForgiven: true };
  }

  /** Whether the removal of all jobs that this run knows of has begun, and their sessions are cancelled. */
  get isAllCancelled(): boolean {
    return this.deps.sessions.isAllCancelled;
  }

  /**
   * Cancels what still runs of a job, and sees that it is so. A session that has ended goes too, and its log with it:
   * otherwise the job would take it over instead of running, where it is declared again within the server's hour.
   * @param isReplaced another session follows at once: `onRemove: "leave"` would leave two
   */
  async remove(id: string, state: JobState, isReplaced = false): Promise<void> {
    await this.#removed(id, state, isReplaced);
    this.deps.budget.forget(id);
  }

  async #removed(id: string, state: JobState, isReplaced: boolean): Promise<void> {
    assertServer(state, this.deps.client.server);
    if (state.onRemove === "leave" && !isReplaced) {
      this.deps.sessions.dismiss();
      if (isAlive(state.status)) {
        const { sessionId: session, status } = state;
        this.deps.announce.say({ kind: "leave", job: id, session, status });
      }
      return;
    }
    await this.deps.alone(id, async () => {
      const view = await this.deps.sessions.recent();
      assertUser(state, view.user);
      const family = this.deps.lookup.remains(id, view, state);
      const job = family.find(({ session }) => session.id === state.sessionId);
      if (job) await this.deps.outcomes.withLog(id, state, true);
      const { sessionId, status } = state;
      const isListed = sessionId === undefined || view.session(sessionId) !== undefined;
      // One list may leave out what lives.
      const unlisted = isListed || !isAlive(status) ? [] : [{ id: sessionId, status }];
      const seen = [...family.map(({ session }) => session), ...unlisted];
      const cancelled = this.deps.lookup.cancel(id, seen);
      this.deps.sessions.dismiss(); // what is to be cancelled is being cancelled now
      await cancelled;
      await this.deps.records.void(id, this.#lastRecorded(id, state), this.deps.clock.now());
      if (!isListed) this.deps.sessions.noteRemoved(sessionId);
      for (const { session } of family) {
        const status = statusOf(session.status);
        const kind = isAlive(status) ? "cancel" : "purge";
        this.deps.announce.say({ kind, job: id, session: session.id, status });
      }
    });
  }

  async #lastCancelled(inputs: JobInputs): Promise<number> {
    const record = recordOf(inputs, this.deps.record);
    return record === undefined ? 0 : this.deps.records.lastCancelled(record, inputs.jobName);
  }

  /** @param attempt the first that may stand for the job: those before it are history */
  async #created(inputs: JobInputs, view: View, attempt = 1): Promise<JobState> {
    const id = inputs.jobName;
    const state: JobState = {
      ...remembered(inputs),
      server: this.deps.client.server,
      userId: view.user,
      status: "Held",
      attempt,
    };
    const job =
      (await this.deps.lookup.current(id, view, state)) ??
      this.deps.lookup.adopted(id, inputs, view);
    const known = job
      ? await this.#takenOver(id, state, job, inputs)
      : await this.#recorded(id, state, inputs, view);
    if (known) {
      this.deps.budget.know(id, known);
      return this.#retriedIfDue(id, known, inputs, view);
    }
    return this.#launched({ id, attempt, inputs, state, view, kind: "launch" });
  }

  /** Launches a job or holds it. What was found in its place and is over already is judged as one that a list had shown. */
  async #launched(request: LaunchRequest): Promise<JobState> {
    const { id, inputs, view } = request;
    const now = await this.deps.launcher.launchOrHold(request);
    if (!hasEnded(now.status)) return now;
    return this.#retriedIfDue(id, await this.deps.outcomes.collected(id, now), inputs, view);
  }

  /** What was taken over and failed is retried at once, as a run that had known it would have done. */
  async #retriedIfDue(
    id: string,
    state: JobState,
    inputs: JobInputs,
    view: View,
  ): Promise<JobState> {
    const step = nextStep(state, inputs, this.deps.policy());
    if (step.do !== "retry") return state;
    const { attempt, why } = step;
    return this.#launched({
      id,
      attempt,
      inputs,
      state,
      view,
      kind: "retry",
      why,
    });
  }

  /** The job without the session that was cancelled for it: where nothing follows it has not run, and is not lost. */
  async #afterCancelling(
    id: string,
    state: JobState,
    launch: (state: JobState) => Promise<JobState>,
  ): Promise<JobState> {
    try {
      return await launch(state);
    } catch (error) {
      if (!(error instanceof SkahaError || error instanceof InterruptedError)) throw error;
      const reason = `${error.message}; the session before was cancelled, and the next \`up\` launches the job`;
      const unlaunched = held(state, { by: "unclear", reason }, this.deps.clock.now());
      throw new JobNotAsDeclaredError(id, { ...unlaunched }, reason, { cause: error });
    }
  }

  /** State after a look. A session that is new to the stack is recorded where this job's are. */
  #observed(
    id: string,
    state: JobState,
    { session, attempt }: JobSession,
    record = recordOfState(state, this.deps.record),
  ): JobState {
    const now = observed(state, session, attempt, this.deps.clock.now());
    if (session.id === state.sessionId) return now;
    return { ...now, recordedIn: record && recordFolder(record, id, attempt) };
  }

  async #takenOver(
    id: string,
    state: JobState,
    jobSession: JobSession,
    inputs: JobInputs,
  ): Promise<JobState> {
    const record = recordOf(inputs, this.deps.record);
    const now = this.#observed(id, state, jobSession, record);
    const { sessionId: session, status } = now;
    this.deps.announce.say({ kind: "adopt", job: id, session, status });
    return this.deps.outcomes.collected(id, now);
  }

  /** A job whose next attempt waits has the records of those before it. */
  #lastRecorded(id: string, state: JobState): JobState {
    if (state.recordedIn !== undefined || state.attempts === undefined) return state;
    const record = recordOfState(state, this.deps.record);
    return { ...state, recordedIn: record && recordFolder(record, id, state.attempt) };
  }

  /** What its record says of a job that the stack does not know and the server does not list. */
  async #recorded(
    id: string,
    state: JobState,
    inputs: JobInputs,
    view: View,
  ): Promise<JobState | undefined> {
    const record = recordOf(inputs, this.deps.record);
    const mayHaveGaps = inputs.retry !== undefined;
    const last =
      record === undefined
        ? undefined
        : await this.deps.records.last(record, id, mayHaveGaps, state.attempt);
    if (record === undefined || last === undefined) return undefined;
    const recordedIn = recordFolder(record, id, last.attempt);
    const known = { ...state, attempt: last.attempt, recordedIn };
    if (!last.recorded.end) {
      // It may be running, and one list may have left it out.
      const job = await this.deps.lookup.currentInNextList(id, view);
      if (job) return this.#takenOver(id, known, job, inputs);
    }
    const outcome = ended(known, last.recorded, false, this.deps.clock.now());
    const { status } = outcome;
    this.deps.announce.say({ kind: "adopt", job: id, status, record: recordedIn });
    return this.deps.outcomes.withLog(id, outcome);
  }

  async #renew(
    id: string,
    { renew, status, expiryTime, sessionId: session }: JobState,
  ): Promise<void> {
    if (!renew || status !== "Running" || !expiryTime || !session) return;
    if (Date.parse(expiryTime) - this.deps.clock.now() >= renewBelowMs) return;
    try {
      await this.deps.client.renew(session);
      this.deps.announce.say({ kind: "renew", job: id, session, expiryTime });
    } catch (error) {
      const text = `${id}: not renewed: ${messageOf(error)}`;
      this.deps.announce.say({ kind: "warning", job: id, text });
    }
  }
}
