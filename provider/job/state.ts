// What the stack remembers of a job: its inputs, and the session that stands for it. The engine stores
// this as the resource's outputs; `diff` judges from it alone.
import type { Session } from "../api";
import { type Attempt, kept, type Usage } from "./attempts";
import { digestedKeys, digestsOf } from "./digests";
import { inputNames } from "./fields";
import type { HeldBy, Hold } from "./hold";
import { attemptName } from "./identity";
import type { JobInputs } from "./inputs";
import { hasEnded, type Status, statusOf } from "./status";

/** Inputs that state does not repeat: the rest of them only `check`, `create` and `diff` need. */
const transient = [
  ...digestedKeys,
  "identity",
  "jobName",
  "afterStatus",
  "canary",
  "canaryStatus",
  "envAside",
  "adopt",
] as const;
type Remembered = Omit<JobInputs, (typeof transient)[number]>;
const leftOut: ReadonlySet<string> = new Set([...transient, "__provider"]);

export interface JobState extends Omit<Attempt, "ram" | "cores">, Remembered {
  /** The Skaha API that the job was launched on, and as whom; another one is refused. */
  readonly server: string;
  readonly userId?: string | undefined;
  /** Digests of what runs (`digests.ts`); absent in what earlier versions left, which has the inputs themselves. */
  readonly runs?: string | undefined;
  /** Why a job is `Held`, and in words. */
  readonly heldBy?: HeldBy | undefined;
  readonly reason?: string | undefined;
  /** Since when a job is `Held`: ISO 8601. The longest-held goes first. */
  readonly heldSince?: string | undefined;
  /** With `maxInFlight`: whether the last refresh had a slot for this job. */
  readonly slot?: boolean | undefined;
  /** True where it was the group's own limit that left none. */
  readonly noSlotInGroup?: boolean | undefined;
  /** Statuses of predecessors outside the stack, by session id. */
  readonly seen?: Readonly<Record<string, string>> | undefined;
  readonly attempt: number;
  /** The attempts before this one, oldest first. */
  readonly attempts?: readonly Attempt[] | undefined;
  readonly sessionName?: string | undefined;
  /** ISO 8601, as the server gave it; absent until it does. */
  readonly expiryTime?: string | undefined;
  /** The attempt that the declared size is for: from there on the factors of `retry` make it grow. @default 1 */
  readonly sizedAt?: number | undefined;
  /** What this attempt was launched with, where that is not what is declared. */
  readonly attemptSize?: { readonly cores?: number; readonly ram?: number } | undefined;
  /** Where the log was saved. */
  readonly logPath?: string | undefined;
  /** The last lines of a failed job's log, at most 4 KB, and its events; with `logs` only. */
  readonly logTail?: string | undefined;
  readonly events?: string | undefined;
  /** True when the server had forgotten the log before it could be saved. */
  readonly logGone?: boolean | undefined;
  /** Where this attempt is recorded: `<record>/<id>/<attempt>`, as jobs see it. */
  readonly recordedIn?: string | undefined;
  /** True where the record of an end could not be read yet. */
  readonly isRecordUnread?: boolean | undefined;
  /** From the record. */
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly missingOutputs?: readonly string[] | undefined;
  readonly skipped?: boolean | undefined;
  readonly usage?: Usage | undefined;
  readonly imageDigest?: string | undefined;
  readonly gitCommit?: string | undefined;
  readonly gitDirty?: boolean | undefined;
}

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
  const undeclared = Object.fromEntries(inputNames.map((key) => [key, undefined]));
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
    ...released,
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
  };
}

/** State of a session that was launched this moment and not seen in a list yet. */
export function launched(
  state: JobState,
  id: string,
  attempt: number,
  sessionId: string,
  size: { cores?: number | undefined; ram?: number | undefined },
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
    attempt,
    attempts: attempts.length > 0 ? attempts : undefined,
    sessionId: undefined,
    sessionName: undefined,
    launchTime: undefined,
    startTime: undefined,
    expiryTime: undefined,
    endTime: undefined,
    cause: undefined,
    ...released,
    attemptSize: undefined,
    logPath: undefined,
    logTail: undefined,
    events: undefined,
    logGone: undefined,
    recordedIn: undefined,
    isRecordUnread: undefined,
    exitCode: undefined,
    signal: undefined,
    missingOutputs: undefined,
    skipped: undefined,
    usage: undefined,
  };
}

const released = {
  heldBy: undefined,
  reason: undefined,
  heldSince: undefined,
  slot: undefined,
  noSlotInGroup: undefined,
};

function past(state: JobState): Attempt {
  const entries = Object.entries(kept(state)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Attempt;
}

/** Status, and if it is an end, when it was seen and whether it was the server's deadline. */
function ending(
  before: JobState,
  status: Status,
  expiryTime: string | undefined,
  now: number,
): Pick<JobState, "status" | "cause" | "endTime"> {
  if (!hasEnded(status)) return { status, cause: undefined, endTime: undefined };
  const expired = expiryTime !== undefined && now >= Date.parse(expiryTime);
  return {
    status,
    cause: status !== "Completed" && expired ? "Deadline" : undefined,
    endTime: before.endTime ?? new Date(now).toISOString(),
  };
}
