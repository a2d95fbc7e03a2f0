// Launches an attempt of a job, or holds it: predecessors, canaries, window and slots decide.
import type { LaunchAction } from "../actions/actions";
import type { Announcer } from "../actions/announcer";
import type { Provenance } from "../engine/provenance";
import type { JobFiles } from "../files/jobFiles";
import { membersFile, membersOf } from "../files/members";
import {
  type Hold,
  holdOf,
  type LaunchPolicy,
  outsideSession,
  unknownHold,
  waitsForPredecessors,
} from "../job/decisions/hold";
import { sizeToLaunch } from "../job/decisions/retry";
import type { JobInputs } from "../job/inputs";
import type { JobSession } from "../job/sessions";
import {
  held,
  type JobState,
  type LaunchedSession,
  launched,
  nextAttempt,
  observed,
} from "../job/state";
import { isFinished, statusOf } from "../job/status";
import { recordFolder } from "../record/record";
import type { Clock } from "../run/clock";
import type { Records } from "../server/records";
import type { ServerFacts } from "../server/serverFacts";
import type { View } from "../server/sessionList";
import type { RegistryAuth } from "../skaha/client";
import type { Budget } from "./budget";
import { type DeclaredAttempt, launchOf, recordOf } from "./launchRequest";
import type { PostOnce } from "./postOnce";
import type { Slots } from "./slots";

export interface LauncherDeps {
  readonly postOnce: PostOnce;
  readonly slots: Slots;
  readonly budget: Budget;
  readonly facts: ServerFacts;
  readonly records: Pick<Records, "isNew">;
  readonly files: Pick<JobFiles, "ready">;
  readonly clock: Clock;
  readonly announce: Announcer;
  readonly policy: () => LaunchPolicy;
  /** The stack's `skaha:record`, for jobs that say nothing themselves. */
  readonly record: string | undefined;
  /** For private images of jobs that say nothing themselves. */
  readonly registryAuth: RegistryAuth | undefined;
  readonly provenance: () => Promise<Partial<Provenance>>;
}

/** One attempt that may be launched now, if nothing holds it. */
export interface LaunchRequest extends DeclaredAttempt {
  /** What the stack remembers of the job. */
  readonly state: JobState;
  /** The list that says that it is not there yet. */
  readonly view: View;
  readonly kind: LaunchAction["kind"];
  /** In words, for the user. */
  readonly why?: string;
}

export class Launcher {
  constructor(private readonly deps: LauncherDeps) {}

  /** @returns Held, Pending, or what stood for the job as it was found: it may be over */
  async launchOrHold(request: LaunchRequest): Promise<JobState> {
    const { id, attempt, inputs, state: before, view } = request;
    const { slots, budget, postOnce } = this.deps;
    const seen = seenOutside(inputs.after, view, before.seen);
    const state = { ...(attempt > before.attempt ? nextAttempt(before, attempt) : before), seen };
    const hold = holdOf(inputs, this.deps.policy(), seen);
    if (hold) return this.held(id, state, hold === unknownHold ? waitsForPredecessors : hold);
    const isSized = inputs.pack !== undefined || (inputs.retry && attempt > 1);
    const offered = isSized ? (await this.deps.facts.get())?.context : undefined;
    const size = sizeToLaunch(inputs, attempt - (before.sizedAt ?? 1), offered);
    const record = recordOf(inputs, this.deps.record);
    const { registryAuth } = this.deps;
    const files = await this.#filesReady(inputs, record);
    const launch = launchOf(request, { size, record, registryAuth, offered, files });
    const provenance = await this.#provenance(inputs.image); // before: nothing may fail after the POST
    const slot = { id, group: inputs.group, share: shareOf(inputs) };
    const posted = await budget.within({ id, inputs, size, state }, () =>
      slots.within(view, slot, (onLaunched) => postOnce.post(launch, request, state, onLaunched)),
    );
    if ("by" in posted) return this.held(id, state, posted);
    const now =
      "jobSession" in posted
        ? this.#found(state, posted.jobSession, posted.isEarlier)
        : this.#launched(request, state, { ...size, sessionId: posted.sessionId });
    const recordedIn = record && recordFolder(record, id, now.attempt);
    if ("isEarlier" in posted && posted.isEarlier) return { ...now, recordedIn };
    const isNew = recordedIn !== undefined && this.deps.records.isNew(recordedIn);
    return { ...now, recordedIn, ...(isNew && { isRecordNew: true }), ...provenance };
  }

  #launched(
    { id, attempt, inputs, kind, why }: LaunchRequest,
    state: JobState,
    session: LaunchedSession,
  ): JobState {
    const { sessionId, ...size } = session;
    const isDeclaredRam = size.ram === inputs.ram;
    const action = { job: id, session: sessionId, attempt, size, isDeclaredRam, why };
    this.deps.announce.say({ kind, ...action });
    return launched(state, { id, attempt }, session, this.deps.clock.now());
  }

  /** @param isEarlier launched by an earlier run; else the answer to its launch was lost a moment ago */
  #found(state: JobState, { session, attempt }: JobSession, isEarlier: boolean): JobState {
    const now = this.deps.clock.now();
    const found = observed(state, session, attempt, now);
    return isEarlier ? found : { ...found, launchTime: new Date(now).toISOString() };
  }

  held(id: string, state: JobState, hold: Hold): JobState {
    if (state.reason !== hold.reason) {
      const { reason, detail } = hold;
      const why = detail === undefined ? reason : `${reason}; ${detail}`;
      this.deps.announce.say({ kind: "hold", job: id, why });
    }
    return held(state, hold, this.deps.clock.now());
  }

  /** A held job after a refresh: what its launch depends on besides inputs and the clock. */
  async stillHeld(id: string, state: JobState, view: View): Promise<JobState> {
    const seen = seenOutside(state.after, view, state.seen);
    const { slots, budget } = this.deps;
    const { group } = state;
    const hasSlots = slots.limit !== undefined || group !== undefined;
    if (!hasSlots && !budget.isLimited) {
      return {
        ...state,
        seen,
        slot: undefined,
        noSlotInGroup: undefined,
        isOverMaxCost: undefined,
      };
    }
    // Whether predecessors are done shows only later, in `diff`; the launch itself takes an exact slot.
    const mayGo =
      state.heldBy !== "after" &&
      state.heldBy !== "canary" &&
      state.heldBy !== "stopAfter" &&
      holdOf({ window: state.window }, this.deps.policy()) === undefined;
    const isOver = mayGo && budget.isLimited && !(await budget.offered(id, state));
    const offer =
      mayGo && hasSlots && !isOver
        ? await slots.offered({
            heldSince: state.heldSince ?? "",
            id,
            group,
            share: shareOf(state),
          })
        : undefined;
    return {
      ...state,
      seen,
      slot: offer && offer === "free",
      noSlotInGroup: offer === "none in group" || undefined,
      isOverMaxCost: isOver || undefined,
    };
  }

  /** @returns the folder where the job sees its files, if it has any */
  async #filesReady(inputs: JobInputs, record: string | undefined): Promise<string | undefined> {
    const members = membersOf(inputs);
    if (record === undefined || (inputs.filesDigest ?? members) === undefined) return undefined;
    return this.deps.files.ready(inputs, record, members && membersFile(members));
  }

  async #provenance(image: string): Promise<Partial<JobState>> {
    const [facts, provenance] = await Promise.all([
      this.deps.facts.known(),
      this.deps.provenance(),
    ]);
    const digest = facts?.images.find(({ id }) => id === image)?.digest;
    return { ...provenance, ...(digest !== undefined && { imageDigest: digest }) };
  }
}

/** How much of a session a job takes. */
function shareOf({ pack }: Pick<JobInputs, "pack">): number {
  return pack === undefined ? 1 : 1 / pack.jobs;
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
