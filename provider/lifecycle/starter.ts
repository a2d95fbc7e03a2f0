// Launches an attempt of a job, or holds it: predecessors, canaries, window and slots decide.
import type { Announcer } from "../engine/announce";
import type { Provenance } from "../engine/provenance";
import {
  type Circumstances,
  type Hold,
  holdOf,
  outsideSession,
  unknownHold,
  waitsForPredecessors,
} from "../job/hold";
import type { JobInputs } from "../job/inputs";
import { sizeToLaunch } from "../job/retry";
import { held, type JobState, launched, nextAttempt, observed } from "../job/state";
import { isFinished, statusOf } from "../job/status";
import { recordFolder } from "../record/record";
import type { RegistryAuth } from "../skaha/client";
import type { Clock } from "./clock";
import { type Launcher, launchOf, recordOf } from "./launcher";
import type { ServerFacts } from "./serverFacts";
import type { View } from "./sessionList";
import type { Slots } from "./slots";

export interface StarterParts {
  readonly launcher: Launcher;
  readonly slots: Slots;
  readonly facts: ServerFacts;
  readonly clock: Clock;
  readonly announce: Announcer;
  readonly circumstances: () => Circumstances;
  /** The stack's `skaha:record`, for jobs that say nothing themselves. */
  readonly record: string | undefined;
  /** For private images of jobs that say nothing themselves. */
  readonly registryAuth: RegistryAuth | undefined;
  readonly provenance: () => Promise<Provenance>;
}

export class Starter {
  constructor(private readonly at: StarterParts) {}

  async launchOrHold(
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
    if (hold) return this.held(id, state, hold === unknownHold ? waitsForPredecessors : hold);
    const facts = inputs.retry && attempt > 1 ? await this.at.facts.get() : undefined;
    const size = sizeToLaunch(inputs, attempt - (before.sizedAt ?? 1), facts?.context);
    const record = recordOf(inputs, this.at.record);
    const launch = launchOf(id, attempt, inputs, size, record, this.at.registryAuth);
    const provenance = await this.#provenance(inputs.image); // before: nothing may fail after the POST
    const result = await slots.within(view, { id, group: inputs.group }, () =>
      launcher.launch(id, attempt, launch, state),
    );
    if ("by" in result) return this.held(id, state, result);
    if ("sighting" in result) {
      const { session, attempt: seenAttempt } = result.sighting;
      const now = observed(state, session, seenAttempt, clock.now());
      const launchTime = new Date(clock.now()).toISOString(); // a moment ago: its answer was lost
      return {
        ...now,
        launchTime,
        recordedIn: record && recordFolder(record, id, seenAttempt),
        ...provenance,
      };
    }
    const details = [
      `${kind} as session ${result.sessionId}`,
      ...(attempt > 1 ? [`attempt ${attempt}`] : []),
      ...(size.ram === inputs.ram ? [] : [`${size.ram} GiB`]),
    ].join(", ");
    announce.say(kind, `${id}: ${details}${why === undefined ? "" : ` (${why})`}`);
    const recordedIn = record && recordFolder(record, id, attempt);
    const now = launched(state, id, attempt, result.sessionId, size, clock.now());
    return { ...now, recordedIn, ...provenance };
  }

  held(id: string, state: JobState, hold: Hold): JobState {
    if (state.reason !== hold.reason) this.at.announce.say("held", `${id}: held; ${hold.reason}`);
    return held(state, hold, this.at.clock.now());
  }

  /** A held job after a refresh: what its launch depends on besides inputs and the clock. */
  async stillHeld(id: string, state: JobState, view: View): Promise<JobState> {
    const seen = seenOutside(state.after, view, state.seen);
    const { slots } = this.at;
    const { group } = state;
    if (slots.limit === undefined && group === undefined) {
      return { ...state, seen, slot: undefined, noSlotInGroup: undefined };
    }
    // Whether predecessors are done shows only later, in `diff`; the launch itself takes an exact slot.
    const mayGo =
      state.heldBy !== "after" &&
      state.heldBy !== "canary" &&
      holdOf({ window: state.window }, this.at.circumstances()) === undefined;
    const offer = mayGo
      ? await slots.offered({ heldSince: state.heldSince ?? "", id, group })
      : undefined;
    return {
      ...state,
      seen,
      slot: offer && offer === "free",
      noSlotInGroup: offer === "none in group" || undefined,
    };
  }

  async #provenance(image: string): Promise<Partial<JobState>> {
    const [facts, provenance] = await Promise.all([this.at.facts.known(), this.at.provenance()]);
    const digest = facts?.images.find(({ id }) => id === image)?.digest;
    return { ...provenance, ...(digest !== undefined && { imageDigest: digest }) };
  }
}

/** What one list did not show: only when the next refresh does not see it either, it is Lost. */
const unseen = "Unseen";

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
      if (session) return [sessionId, statusOf(session.status)];
      return [sessionId, known === unseen || known === "Lost" ? "Lost" : unseen];
    }),
  );
}
