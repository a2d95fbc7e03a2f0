// The life of a job as the engine drives it: create, read, update, remove. Each call looks at what is,
// does the one thing that follows, and returns; none waits for a job. What follows is judged in `job/`;
// what is seen and sent goes through `SessionList`, launches through `Launcher`.
import type { Announcer } from "../engine/announce";
import type { Provenance } from "../engine/provenance";
import { messageOf, WrongOwnerError } from "../errors";
import { nextStep } from "../job/change";
import {
  type Circumstances,
  type Hold,
  heldBySlots,
  holdOf,
  outsideSession,
  unknownHold,
  waitsForPredecessors,
} from "../job/hold";
import { parseName } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import { sizeOf } from "../job/retry";
import {
  held,
  type JobState,
  launched,
  lost,
  nextAttempt,
  observed,
  redeclared,
  remembered,
} from "../job/state";
import { isAlive, isFinished, type Sighting, standing, statusOf } from "../job/status";
import type { RegistryAuth, SkahaClient } from "../skaha/client";
import { cancelAndSee } from "./cancelling";
import type { Clock } from "./clock";
import { type Launcher, launchOf } from "./launcher";
import type { LogKeeper } from "./logKeeper";
import type { ServerFacts } from "./serverFacts";
import type { SessionList, View } from "./sessionList";
import type { Slots } from "./slots";

export interface Surroundings {
  readonly client: SkahaClient;
  readonly sessions: SessionList;
  readonly launcher: Launcher;
  readonly slots: Slots;
  readonly logs: LogKeeper;
  readonly facts: ServerFacts;
  readonly clock: Clock;
  readonly announce: Announcer;
  readonly circumstances: () => Circumstances;
  /** For private images of jobs that say nothing themselves. */
  readonly registryAuth: RegistryAuth | undefined;
  readonly provenance: () => Promise<Provenance>;
  /** Does work that launches or cancels while no other process does so for this stack. */
  readonly alone: <T>(id: string, work: () => Promise<T>) => Promise<T>;
}

/** Two whole lists this far apart have to agree before a session counts as gone. */
const agreeingListsMs = 2_000;
/** A session with `renew` is renewed when less than this is left. */
const renewBelowMs = 24 * 3_600_000;

export class Lifecycle {
  constructor(private readonly at: Surroundings) {}

  /** Launches a job, takes over the session that already stands for it, or holds it. */
  async create(inputs: JobInputs): Promise<JobState> {
    const id = inputs.jobName;
    return this.at.alone(id, async () => {
      const view = await this.at.sessions.recent();
      const state: JobState = {
        ...remembered(inputs),
        server: this.at.client.server,
        userId: view.user,
        status: "Held",
        attempt: 1,
      };
      const job = (await this.#seen(id, view)) ?? this.#adopted(id, inputs, view);
      if (job) return this.#takenOver(id, state, job);
      return this.#launchOrHold(id, state, inputs, view, 1, "launched");
    });
  }

  /** What has become of a job. A finished one is not asked for: the server forgets it after an hour. */
  async read(id: string, state: JobState): Promise<JobState> {
    this.#assertServer(state);
    if (isFinished(state.status)) return this.#withLog(id, state);
    const first = await this.at.sessions.recent();
    this.#assertUser(state, first);
    const job =
      (await this.#seen(id, first, state)) ??
      // Being taken down: no more the job for whoever launches, but still what became of it.
      familyOf(id, first, state).find(({ session }) => session.id === state.sessionId) ??
      (await this.#seenAgain(id, state, first));
    if (job) {
      const now = observed(state, job.session, job.attempt, this.at.clock.now());
      if (state.status === "Lost") {
        this.at.announce.say("back", `${id}: session ${job.session.id} is back (${now.status})`);
      }
      await this.#renew(id, now);
      return this.#withLog(id, now);
    }
    if (state.status === "Held") return this.#stillHeld(id, state, first);
    if (state.status === "Lost") return state;
    this.at.announce.say("lost", lostWarning(id, state));
    return lost(state, this.at.clock.now());
  }

  /** Takes over new inputs, and does what they, the clock or an end ask for. */
  async update(id: string, state: JobState, inputs: JobInputs): Promise<JobState> {
    this.#assertServer(state);
    const step = nextStep(state, inputs, this.at.circumstances());
    if (step.do === "hold") {
      return this.#held(id, redeclared(state, inputs), step.hold);
    }
    if (step.do === "nothing") {
      if (step.note) this.at.announce.say("kept", `${id}: ${step.note}`);
      return redeclared(state, inputs);
    }
    return this.at.alone(id, async () => {
      const view = await this.at.sessions.recent();
      this.#assertUser(state, view);
      const job = await this.#seen(id, view, state);
      if (job && (state.status === "Held" || job.attempt > state.attempt)) {
        return redeclared(await this.#takenOver(id, state, job), inputs);
      }
      // What ended or began since the refresh is judged as it is now.
      const now =
        job && !isFinished(state.status)
          ? await this.#withLog(id, observed(state, job.session, job.attempt, this.at.clock.now()))
          : state;
      const again = nextStep(now, inputs, this.at.circumstances());
      const base = { ...redeclared(now, inputs), userId: view.user };
      switch (again.do) {
        case "nothing":
          if (again.note) this.at.announce.say("kept", `${id}: ${again.note}`);
          return base;
        case "hold":
          return this.#held(id, base, again.hold);
        case "relaunch":
          if (job) await this.#cancel(id, [job]);
          return this.#launchOrHold(
            id,
            nextAttempt(base, now.attempt),
            inputs,
            view,
            now.attempt,
            "relaunched",
            again.why,
          );
        case "launch": {
          const kind = again.attempt > now.attempt ? "retried" : "launched";
          return this.#launchOrHold(id, base, inputs, view, again.attempt, kind, again.why);
        }
      }
    });
  }

  /**
   * Cancels what still runs of a job, and sees that it is so.
   * @param isReplaced another session follows at once: `onRemove: "leave"` would leave two
   */
  async remove(id: string, state: JobState, isReplaced = false): Promise<void> {
    this.#assertServer(state);
    if (state.onRemove === "leave" && !isReplaced) {
      if (isAlive(state.status)) {
        this.at.announce.say(
          "left running",
          `${id}: session ${state.sessionId} (${state.status}) is left to run: onRemove is "leave"`,
        );
      }
      return;
    }
    await this.at.alone(id, async () => {
      const view = await this.at.sessions.recent();
      this.#assertUser(state, view);
      const family = familyOf(id, view, state).filter(
        ({ session }) => statusOf(session.status) !== "Terminating",
      );
      const job = family.find(({ session }) => session.id === state.sessionId);
      if (job) await this.#withLog(id, state, true);
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
  async #seen(id: string, view: View, state?: JobState): Promise<Sighting | undefined> {
    const { job, surplus } = standing(familyOf(id, view, state), state?.attempt);
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
    return this.#seen(id, second, state);
  }

  /** The session that the user started by hand, and named in `adopt`. */
  #adopted(id: string, { adopt }: JobInputs, view: View): Sighting | undefined {
    if (adopt === undefined) return undefined;
    const session = view.session(adopt);
    if (session && statusOf(session.status) !== "Terminating") {
      // A replacement in the same run: the adopted session was cancelled, and this is another job.
      return this.at.sessions.wasCancelled(adopt) ? undefined : { session, attempt: 1 };
    }
    if (this.at.sessions.wasCancelled(adopt)) return undefined;
    throw new Error(
      `${id} cannot adopt session ${adopt}: ${this.at.client.server} shows no such headless session of ${view.user ?? "this user"}; correct \`adopt\`, or remove it to launch the job`,
    );
  }

  async #takenOver(id: string, state: JobState, { session, attempt }: Sighting): Promise<JobState> {
    const now = observed(state, session, attempt, this.at.clock.now());
    this.at.announce.say(
      "adopted",
      `${id}: already launched as session ${session.id} (${now.status}), taken over`,
    );
    return this.#withLog(id, now);
  }

  async #launchOrHold(
    id: string,
    before: JobState,
    inputs: JobInputs,
    view: View,
    attempt: number,
    kind: "launched" | "relaunched" | "retried",
    why?: string,
  ): Promise<JobState> {
    const { clock, slots, launcher, announce } = this.at;
    const seen = seenOutside(inputs.after, view, before.seen);
    const state = { ...(attempt > before.attempt ? nextAttempt(before, attempt) : before), seen };
    const hold = holdOf(inputs, this.at.circumstances(), seen);
    if (hold) return this.#held(id, state, hold === unknownHold ? waitsForPredecessors : hold);
    const facts = inputs.retry && attempt > 1 ? await this.at.facts.get() : undefined;
    const size = sizeOf(inputs, attempt - (before.sizedAt ?? 1), facts?.context);
    const launch = launchOf(id, attempt, inputs, size, this.at.registryAuth);
    const result = await slots.within(view, () => launcher.launch(id, attempt, launch, state));
    if (result === undefined) {
      return this.#held(id, state, heldBySlots(slots.limit ?? 0));
    }
    const provenance = await this.#provenance(inputs.image);
    if ("sighting" in result) {
      const { session, attempt: seenAttempt } = result.sighting;
      return { ...observed(state, session, seenAttempt, clock.now()), ...provenance };
    }
    const details = [
      `${kind} as session ${result.sessionId}`,
      ...(attempt > 1 ? [`attempt ${attempt}`] : []),
      ...(size.ram === inputs.ram ? [] : [`${size.ram} GiB`]),
    ].join(", ");
    announce.say(kind, `${id}: ${details}${why === undefined ? "" : ` (${why})`}`);
    return { ...launched(state, id, attempt, result.sessionId, size), ...provenance };
  }

  #held(id: string, state: JobState, hold: Hold): JobState {
    if (state.reason !== hold.reason) this.at.announce.say("held", `${id}: held; ${hold.reason}`);
    return held(state, hold, this.at.clock.now());
  }

  /** A held job after a refresh: what its launch depends on besides inputs and the clock. */
  async #stillHeld(id: string, state: JobState, view: View): Promise<JobState> {
    const seen = seenOutside(state.after, view, state.seen);
    if (this.at.slots.limit === undefined) return { ...state, seen, slot: undefined };
    // Whether predecessors are done shows only later, in `diff`; the launch itself takes an exact slot.
    const mayGo =
      state.heldBy !== "after" &&
      holdOf({ window: state.window }, this.at.circumstances()) === undefined;
    const slot = mayGo ? await this.at.slots.offered(state.heldSince ?? "", id) : undefined;
    return { ...state, seen, slot };
  }

  async #renew(id: string, state: JobState): Promise<void> {
    if (!state.renew || state.status !== "Running" || !state.expiryTime || !state.sessionId) return;
    if (Date.parse(state.expiryTime) - this.at.clock.now() >= renewBelowMs) return;
    try {
      await this.at.client.renew(state.sessionId);
      const until = `it would have ended at ${state.expiryTime}`;
      this.at.announce.say("renewed", `${id}: session ${state.sessionId} renewed; ${until}`);
    } catch (error) {
      this.at.announce.say("warning", `${id}: not renewed: ${messageOf(error)}`);
    }
  }

  /**
   * Saves the log of a job that has ended (or is about to be cancelled), once. A log that cannot be saved
   * does not fail the job: the next refresh tries again.
   */
  async #withLog(id: string, state: JobState, isLeaving = false): Promise<JobState> {
    const { logs: folder, sessionId, attempt, status } = state;
    const isDue = folder && sessionId && (isLeaving || (isFinished(status) && !state.logGone));
    if (!isDue || state.logPath !== undefined) return state;
    const { logs, sessions } = this.at;
    const isForgotten = async () => !(await sessions.recent()).session(sessionId);
    try {
      const path = await logs.save(folder, id, attempt, sessionId, isForgotten);
      if (path === undefined) {
        const said = `${id}: the server had forgotten the log of session ${sessionId} before it could be saved: it keeps logs for an hour after the end`;
        this.at.announce.say("warning", said);
        return { ...state, logGone: true };
      }
      if (status !== "Failed") return { ...state, logPath: path };
      const [logTail, events] = await Promise.all([logs.tail(path), logs.events(sessionId)]);
      return { ...state, logPath: path, logTail, events };
    } catch (error) {
      this.at.announce.say(
        "warning",
        `${id}: its log was not saved to ${folder}: ${messageOf(error)}`,
      );
      return state;
    }
  }

  async #provenance(image: string): Promise<Partial<JobState>> {
    const [facts, provenance] = await Promise.all([this.at.facts.known(), this.at.provenance()]);
    const digest = facts?.images.find(({ id }) => id === image)?.digest;
    return { ...provenance, ...(digest !== undefined && { imageDigest: digest }) };
  }

  #cancel(id: string, sightings: readonly Sighting[]): Promise<void> {
    return cancelAndSee(id, sightings, this.at.sessions, this.at.clock, this.at.client.server);
  }

  #assertServer(state: JobState): void {
    const { server } = this.at.client;
    if (state.server === server) return;
    throw new WrongOwnerError(
      `this job was launched on ${state.server}, but this run is set to ${server}: set CANFAR_URL (or skaha:serverUrl) to the first one; nothing was changed`,
    );
  }

  #assertUser(state: JobState, view: View): void {
    if (!state.userId || !view.user || state.userId === view.user) return;
    throw new WrongOwnerError(
      `this job was launched by ${state.userId}, but these credentials are ${view.user}'s: use ${state.userId}'s token, or a stack of your own; nothing was changed`,
    );
  }
}

/** The sessions that carry a job's name, and the one it adopted, which carries another. */
function familyOf(id: string, view: View, state: JobState | undefined): Sighting[] {
  const family = view.family(id);
  if (state?.sessionId === undefined || state.sessionName === undefined) return family;
  const isNamedAfterJob = parseName(state.sessionName)?.id === id;
  const own = isNamedAfterJob ? undefined : view.session(state.sessionId);
  return own ? [...family, { session: own, attempt: state.attempt }] : family;
}

/** Statuses of predecessors outside the stack; one that ended stays as it was seen. */
function seenOutside(
  after: readonly string[] | undefined,
  view: View,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> | undefined {
  const outside = (after ?? []).map(outsideSession).filter((id) => id !== undefined);
  if (outside.length === 0) return undefined;
  return Object.fromEntries(
    outside.map((sessionId) => {
      const known = before[sessionId];
      if (known !== undefined && isFinished(known)) return [sessionId, known];
      const session = view.session(sessionId);
      return [sessionId, session ? statusOf(session.status) : "Lost"];
    }),
  );
}

function lostWarning(id: string, { sessionId, status, server, retry }: JobState): string {
  const remedy = retry
    ? "unless `retry` covers Lost, run it again with"
    : "if its results are not there, run it again with";
  return `${id}: session ${sessionId} was ${status} and is gone from ${server} without its end being seen, so its outcome is not known; ${remedy} pulumi up --replace URN`;
}
