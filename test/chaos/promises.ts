// What the README promises, held against what the server itself remembers. Pure: sessions and a history in,
// sentences about what was broken out.
import type { JournalEntry } from "../../embedded";
import { parseName } from "../../provider/job/identity";
import { placeIn, realSessionId } from "../../provider/packs/places";
import type { Double, SeenSession } from "./packs";
import type { Job } from "./place";

/** What the run did to jobs on purpose, and what nobody could know. Times in ms. */
export interface History {
  /** From then on a job's sessions may be cancelled and launched anew: it was edited, dropped or destroyed. */
  readonly removals: readonly { readonly key: string; readonly at: number }[];
  /** Sessions made in these may have a double: two machines, or a POST that nobody waits for any more. */
  readonly races: readonly { readonly from: number; readonly to: number }[];
  /** When the stack first remembered a session, and when it was made to forget it. */
  readonly known: readonly {
    readonly sessionId: string;
    readonly from: number;
    readonly to: number;
  }[];
  /** How many attempts each job may have had at most, by its key. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Whether a session's record told before that time (milliseconds since 1970) that it began. */
  readonly isRecorded: (session: SeenSession, before: number) => boolean;
}

interface Launch {
  readonly session: SeenSession;
  readonly id: string;
  readonly attempt: number;
  readonly key: string;
}

/** `first-a-<tag and hash>` is job `a`. */
export function keyOf(id: string): string {
  return /-([a-z])-[a-z0-9]{14}$/.exec(id)?.[1] ?? id;
}

export function isAlive({ ended, forgotten }: SeenSession): boolean {
  return ended === undefined && forgotten === undefined;
}

/** Every launch had its reason: a job's first, or a next attempt, or a job that was taken away on purpose. */
export function launchedForAReason(sessions: readonly SeenSession[], history: History): string[] {
  const launches = sessions.map(launchOf);
  return launches.flatMap((later, index) => {
    const earlier = launches.slice(0, index).filter(({ key }) => key === later.key);
    const most = history.attempts.get(later.key) ?? 1;
    return [
      ...(later.attempt > most
        ? [`${shown(later)} is attempt ${later.attempt} of at most ${most}`]
        : []),
      ...(later.attempt > 1 && !earlier.some((one) => isBefore(one, later))
        ? [`${shown(later)} was launched without the attempt before it`]
        : []),
      ...earlier.flatMap((one) => whyNot(one, later, launches, history) ?? []),
    ];
  });
}

/** Whether a session had ended otherwise than with 0 before it was deleted. */
function hadFailedBefore({ ended, exitCode, forgotten }: SeenSession): boolean {
  return ended !== undefined && exitCode !== 0 && ended <= (forgotten?.at ?? Infinity);
}

/** Whether another job of a pack was removed before that was deleted: the session goes with the last of them that is not over. */
function wasLeft(
  { id, created, forgotten }: SeenSession,
  all: readonly Launch[],
  { removals }: History,
): boolean {
  if (placeIn(id) === undefined) return false;
  const keys = all
    .filter(({ session }) => session.id !== id && realSessionId(session.id) === realSessionId(id))
    .map(({ key }) => key);
  return removals.some(
    ({ key, at }) => keys.includes(key) && created <= at && at <= (forgotten?.at ?? 0),
  );
}

function isBefore(earlier: Launch, later: Launch): boolean {
  return earlier.id === later.id && earlier.attempt === later.attempt - 1;
}

/** Why a launch must not have followed another one of the same job. */
function whyNot(
  earlier: Launch,
  later: Launch,
  all: readonly Launch[],
  history: History,
): string | undefined {
  const at = later.session.created;
  const { session } = earlier;
  const said = `${shown(later)} was launched though ${shown(earlier)}`;
  // Its pack was over before it came to it.
  if (session.isUnbegun && (session.forgotten?.at ?? Infinity) <= at) return undefined;
  const isRaced = [earlier, later].some((one) => wasRaced(one.session, history));
  const wasKnown = history.known.some(
    ({ sessionId, from, to }) => sessionId === session.id && from <= at && at < to,
  );
  const wasListed = session.forgotten === undefined || session.forgotten.at > at;
  const hadEnded = session.ended !== undefined && session.ended <= at;
  if (earlier.id !== later.id) {
    // Another version of the job: what the stack knew had to be cancelled first.
    const isTwice = wasListed && !hadEnded && wasKnown && !isRaced;
    return isTwice ? `${said}, another version of it, was alive` : undefined;
  }
  if (wasListed && !hadEnded) return isRaced ? undefined : `${said} was alive`;
  if (wasListed) {
    if (session.exitCode === 0) return isRaced ? undefined : `${said} was Completed`;
    return later.attempt > earlier.attempt || isRaced
      ? undefined
      : `${said} had Failed: it is the same attempt`;
  }
  const isRemoved = history.removals.some(
    ({ key, at: removedAt }) =>
      key === later.key && session.created <= removedAt && removedAt <= at,
  );
  if (isRemoved || isRaced) return undefined;
  if (session.forgotten?.why === "deleted") {
    const isRetried = later.attempt > earlier.attempt && hadFailedBefore(session);
    if (isRetried && wasLeft(session, all, history)) return undefined;
    const isHealed = all.some(
      (one) =>
        one.id === earlier.id &&
        one.session.id !== session.id &&
        wasAliveAt(one.session, session.forgotten?.at ?? 0),
    );
    return isHealed ? undefined : `${said} was cancelled without anybody asking for it`;
  }
  if (later.attempt > earlier.attempt) return undefined;
  if (wasKnown) return `${said} had vanished: the stack knew of it`;
  return history.isRecorded(session, at) ? `${said} had vanished: it was recorded` : undefined;
}

/** No job runs twice at a time, but where two machines launched it at once: the next `up` ends one of them. */
export function doublesOf(
  doubles: readonly Double[],
  sessions: readonly SeenSession[],
  history: History,
): string[] {
  return doubles.flatMap(({ text, session }) => {
    const places = sessions.filter(({ id }) => realSessionId(id) === session);
    return places.some((place) => wasRaced(place, history)) ? [] : [text];
  });
}

/** At no time do two sessions of one job live, but where nobody could know; what is left of those is healed. */
export function aliveOnce(sessions: readonly SeenSession[]): string[] {
  const alive = sessions.filter(isAlive).map(launchOf);
  return alive.flatMap((one, index) => {
    const other = alive.slice(0, index).find(({ id }) => id === one.id);
    return other ? [`${shown(one)} is alive, and so is ${shown(other)}`] : [];
  });
}

/**
 * No session lives that is not declared.
 * @param isSwept whether orphans were asked to be cancelled; else those that the stack never knew may live
 */
export function noOrphans(
  sessions: readonly SeenSession[],
  jobs: readonly Job[],
  history: History,
  isSwept: boolean,
): string[] {
  const declared = new Set(jobs.map(({ outputs }) => outputs.sessionId));
  return sessions
    .filter((session) => isAlive(session) && !declared.has(session.id))
    .filter(
      ({ id }) =>
        isSwept || history.known.some(({ sessionId, to }) => sessionId === id && to === Infinity),
    )
    .map((session) => `${shown(launchOf(session))} is alive, and is no job of the stack`);
}

/**
 * The stack tells the truth about each job.
 * @param askedAt when the command that told it began: what ended later may not be known
 */
export function toldTruly(
  jobs: readonly Job[],
  sessions: readonly SeenSession[],
  askedAt: number,
): string[] {
  return jobs.flatMap(({ id, outputs }) => {
    const { status, sessionId, recordedIn } = outputs;
    const session = sessions.find((one) => one.id === sessionId);
    const said = `${id} is ${status}`;
    if (!session) {
      const needsSession = ["Pending", "Running"].includes(String(status));
      const isUnfounded = status === "Completed" && recordedIn === undefined;
      return needsSession || isUnfounded ? [`${said}, but there was no session ${sessionId}`] : [];
    }
    const what = `its session ${session.id}`;
    if (status === "Completed" && session.exitCode !== 0) {
      return [`${said}, but ${what} ended with ${session.exitCode}`];
    }
    if (session.forgotten) {
      const isLate = session.forgotten.at > askedAt;
      return !isLate && ["Pending", "Running"].includes(String(status))
        ? [`${said}, but ${what} is gone`]
        : [];
    }
    if (session.ended === undefined) {
      return ["Pending", "Running"].includes(String(status)) ? [] : [`${said}, but ${what} runs`];
    }
    const right = session.exitCode === 0 ? "Completed" : "Failed";
    if (status === right || session.ended > askedAt) return [];
    return [`${said}, but ${what} ended with ${session.exitCode}`];
  });
}

/**
 * A refresh launches nothing.
 * @param othersUntil what came until then may be a killed command's of before. Milliseconds since 1970
 */
export function refreshLaunchedNothing(
  journal: readonly JournalEntry[],
  othersUntil: number,
): string[] {
  return journal
    .filter(({ method, time }) => method === "POST" && time > othersUntil)
    .map((entry) => `a refresh sent ${JSON.stringify(entry)}`);
}

/** What was Completed stays so, under the same session. */
export function staysCompleted(before: readonly Job[], after: readonly Job[]): string[] {
  const now = new Map(after.map((job) => [job.id, job.outputs]));
  return before.flatMap(({ id, outputs }) => {
    const later = now.get(id);
    if (outputs.status !== "Completed" || !later) return [];
    const isSame = later.status === "Completed" && later.sessionId === outputs.sessionId;
    return isSame ? [] : [`${id} was Completed (${outputs.sessionId}) and is ${later.status}`];
  });
}

/** With all gates open, each job is where its exits and its `retry` lead. */
export function endedAsDeclared(
  jobs: readonly Job[],
  declared: readonly {
    key: string;
    exits: readonly number[];
    retry?: { limit: number } | undefined;
  }[],
): string[] {
  const statuses = new Map(jobs.map(({ id, outputs }) => [id, outputs.status]));
  return jobs.flatMap(({ id, outputs }) => {
    const { status, attempt, after } = outputs;
    const spec = declared.find(({ key }) => key === keyOf(id));
    if (!spec) return [`${id} is in the stack, but not declared`];
    switch (status) {
      case "Completed":
      case "Lost":
        return [];
      case "Failed":
        return Number(attempt) > (spec.retry?.limit ?? 0)
          ? []
          : [`${id} is Failed at attempt ${attempt}, with ${JSON.stringify(spec.retry)}`];
      case "Held": {
        const waits = Array.isArray(after) ? after : [];
        return waits.some((one) => statuses.get(one) !== "Completed")
          ? []
          : [`${id} is Held (${outputs.reason}), though nothing is in its way`];
      }
      default:
        return [`${id} is still ${status}`];
    }
  });
}

function launchOf(session: SeenSession): Launch {
  const { id, attempt } = parseName(session.name) ?? { id: session.name, attempt: 1 };
  return { session, id, attempt, key: keyOf(id) };
}

function wasRaced({ created }: SeenSession, { races }: History): boolean {
  return races.some(({ from, to }) => from <= created && created <= to);
}

function wasAliveAt({ created, ended, forgotten }: SeenSession, at: number): boolean {
  return created <= at && at <= Math.min(ended ?? Infinity, forgotten?.at ?? Infinity);
}

function shown({ session }: Launch): string {
  return `${session.name} (session ${session.id})`;
}
