// What the stack remembers of a job: its inputs, and the session that stands for it. The engine stores
// this as the resource's outputs; `diff` judges from it alone.
import type { Session } from "../api";
import { type Attempt, endOf, kept, type PresentAttempt, type Size } from "./attempts";
import { catalogue, digested, passing } from "./catalogue";
import { cancelledCause } from "./cause";
import type { HeldBy, Hold } from "./decisions/hold";
import { digestsOf } from "./digests";
import { attemptName } from "./identity";
import type { JobInputs } from "./inputs";
import { type Output, type OutputName, ofAttempt, ofHold, outputs } from "./outputs";
import { hasEnded, type Status, statusOf } from "./status";

/** State repeats no input that only a launch needs, or of which it has a digest. */
type Remembered = Omit<JobInputs, (typeof passing)[number] | (typeof digested)[number] | "jobName">;
const leftOut: ReadonlySet<string> = new Set([...passing, ...digested, "jobName", "__provider"]);

/** What state says of a job besides its inputs; `outputs.ts` has the words. */
interface JobOutputs extends Omit<PresentAttempt, keyof Size> {
  readonly server: string;
  readonly userId?: string | undefined;
  readonly runs?: string | undefined;
  readonly heldBy?: HeldBy | undefined;
  readonly reason?: string | undefined;
  readonly heldSince?: string | undefined;
  readonly slot?: boolean | undefined;
  readonly noSlotInGroup?: boolean | undefined;
  readonly isOverMaxCost?: boolean | undefined;
  readonly seen?: Readonly<Record<string, string>> | undefined;
  readonly sessionName?: string | undefined;
  readonly expiryTime?: string | undefined;
  readonly sizedAt?: number | undefined;
  readonly logPath?: string | undefined;
  readonly logTail?: string | undefined;
  readonly events?: string | undefined;
  readonly logGone?: boolean | undefined;
  readonly isRecordNew?: boolean | undefined;
  readonly isRecordUnread?: boolean | undefined;
  readonly isForgiven?: boolean | undefined;
  readonly signal?: string | undefined;
  readonly missingOutputs?: readonly string[] | undefined;
  readonly imageDigest?: string | undefined;
  readonly gitCommit?: string | undefined;
  readonly gitDirty?: boolean | undefined;
}

/** Each output is in the catalogue, which says how long it holds, and none but these: the compiler names what is not. */
outputs satisfies Record<keyof JobOutputs, Output>;
({}) satisfies Record<Exclude<OutputName, keyof JobOutputs>, Output>;

export interface JobState extends JobOutputs, Remembered {}

/** Reads state back from the engine, which stored what this module made. */
export function trustedState(props: Readonly<Record<string, unknown>>): JobState {
  return props as unknown as JobState;
}

/** What state keeps of the inputs. */
export function remembered(inputs: JobInputs): Remembered & Pick<JobState, "runs"> {
  const kept = Object.entries(inputs).filter(([name]) => !leftOut.has(name));
  return { ...(Object.fromEntries(kept) as unknown as Remembered), runs: digestsOf(inputs) };
}

/** State with new inputs: what is no longer declared goes. */
export function redeclared(state: JobState, inputs: JobInputs): JobState {
  const undeclared = Object.fromEntries(Object.keys(catalogue).map((key) => [key, undefined]));
  const isResized = (["cores", "ram"] as const).some((key) => state[key] !== inputs[key]);
  const isLaunched = state.status !== "Held" && state.status !== "Pending";
  const sizedAt = isResized ? state.attempt + (isLaunched ? 1 : 0) : state.sizedAt;
  return { ...state, ...undeclared, ...remembered(inputs), sizedAt };
}

/** State after a look at the session that stands for the job. */
export function observed(
  state: JobState,
  session: Session,
  attempt: number,
  now: number,
): JobState {
  const status = statusOf(session.status);
  const isNew = session.id !== state.sessionId;
  const base = isNew ? { ...state, ...fresh(state, attempt, session.id) } : state;
  return {
    ...base,
    ...ending(base, status, session.expiryTime ?? base.expiryTime, now),
    ...ofHold,
    attempt,
    sessionId: session.id,
    sessionName: session.name,
    startTime: session.startTime ?? base.startTime,
    expiryTime: session.expiryTime ?? base.expiryTime,
  };
}

/** State of a job whose session vanished before its end was seen. */
export function lost(state: JobState, now: number): JobState {
  return { ...state, ...ending(state, "Lost", state.expiryTime, now) };
}

/**
 * State of an attempt that its user cancelled: how its program ended then does not tell why.
 * @param at when that was. ISO 8601
 */
export function cancelled(state: JobState, at: string): JobState {
  const { exitCode: _exit, signal: _signal, missingOutputs: _missing, ...rest } = state;
  const when = rest.endTime === undefined ? { endSeenTime: at } : {};
  return { ...rest, ...when, status: "Failed", cause: cancelledCause };
}

/** State of a job that is declared, but not launched. */
export function held(state: JobState, hold: Hold, now: number): JobState {
  return {
    ...state,
    status: "Held",
    heldBy: hold.by,
    reason: hold.reason,
    heldSince: state.heldSince ?? new Date(now).toISOString(),
    slot: undefined,
    noSlotInGroup: undefined,
    isOverMaxCost: undefined,
  };
}

/** A session and the size that it was launched with. */
export interface LaunchedSession extends Size {
  readonly sessionId: string;
}

/** State of a session that was launched this moment and not seen in a list yet. */
export function launched(
  state: JobState,
  { id, attempt }: { readonly id: string; readonly attempt: number },
  { sessionId, ...size }: LaunchedSession,
  now: number,
): JobState {
  const grew = size.ram !== state.ram || size.cores !== state.cores;
  return {
    ...state,
    ...fresh(state, attempt, sessionId),
    status: "Pending",
    sessionId,
    sessionName: attemptName(id, attempt),
    launchTime: new Date(now).toISOString(),
    ...(grew && {
      attemptSize: {
        ...(size.cores !== undefined && { cores: size.cores }),
        ...(size.ram !== undefined && { ram: size.ram }),
      },
    }),
  };
}

/** State of the attempt that comes next, or of the same one again, before it is launched. */
export function nextAttempt(state: JobState, attempt: number): JobState {
  return { ...state, ...fresh(state, attempt) };
}

/** Forgets what was known of the session that stood for the job; a later attempt keeps it as history. */
function fresh(state: JobState, attempt: number, sessionId?: string) {
  const before = (state.attempts ?? []).filter((one) => one.sessionId !== sessionId);
  const attempts =
    attempt > state.attempt && state.sessionId !== undefined ? [...before, past(state)] : before;
  return {
    ...ofAttempt,
    ...ofHold,
    attempt,
    attempts: attempts.length > 0 ? attempts : undefined,
  };
}

function past(state: JobState): Attempt {
  const entries = Object.entries(kept(state)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Attempt;
}

/** The end as it is known, or that it is seen now. */
export function seenEnd(state: JobState, now: number): Pick<JobState, "endTime" | "endSeenTime"> {
  const known = endOf(state);
  if (known.endTime !== undefined || known.endSeenTime !== undefined) return known;
  return { endTime: undefined, endSeenTime: new Date(now).toISOString() };
}

/** Status, and if it is an end, when it was first seen and whether it was the server's deadline. */
function ending(
  before: JobState,
  status: Status,
  expiryTime: string | undefined,
  now: number,
): Pick<JobState, "status" | "cause" | "endTime" | "endSeenTime"> {
  if (!hasEnded(status)) {
    return { status, cause: undefined, endTime: undefined, endSeenTime: undefined };
  }
  const expired = expiryTime !== undefined && now >= Date.parse(expiryTime);
  return {
    status,
    cause: status !== "Completed" && expired ? "Deadline" : undefined,
    ...seenEnd(before, now),
  };
}
