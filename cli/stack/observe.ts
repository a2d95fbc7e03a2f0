// How the jobs of a stack stand now: one list of the server's for all of them (two where a job is missing in it), the records of those that
// it has forgotten since the last `up` or refresh, and what the ledgers of packs say. Nothing is launched, cancelled or written.
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { Job } from "../../provider/job/deployment";
import {
  agreeingListsMs,
  needsSecondList,
  observedIn,
  SessionIndex,
} from "../../provider/job/sessions";
import { type JobState, observed } from "../../provider/job/state";
import { isExpected, isFinished } from "../../provider/job/status";
import { assertServer, assertUser } from "../../provider/lifecycle/owner";
import { readRecord } from "../../provider/record/record";
import { ended, withRecorded } from "../../provider/server/records";
import type { Listing } from "../../provider/skaha/client";
import { CommandError } from "../commandError";
import { jobsChosen } from "./select";
import type { Stack } from "./stack";

/** A job as it was just observed. */
export interface ObservedJob extends Job {
  /** False where state says that a session lives, and neither the server nor a record knows of it. */
  readonly isKnown: boolean;
  /** True where that may be so only because a list or its record could not be had. */
  readonly isUncertain?: boolean;
}

export interface Observation {
  readonly jobs: readonly ObservedJob[];
  /** The user's sessions as the server listed them. */
  readonly listing: Listing;
  /** What could not be found out, as sentences. */
  readonly problems: readonly string[];
}

/**
 * A list may leave out what lives: a job whose session one does not show, and whose record has no end, is looked for in
 * two, as in the provider's refresh.
 * @param now milliseconds since 1970
 * @param pauseMs between those two
 * @throws SkahaError where the server cannot be asked; CommandError where it is not the jobs' server, or not their user
 */
export async function observe(
  jobs: readonly Job[],
  { client, arc, packs }: Pick<Connection, "client" | "arc"> & Partial<Pick<Connection, "packs">>,
  now: number,
  pauseMs = agreeingListsMs,
): Promise<Observation> {
  const expected = jobs.filter(({ state }) => isExpected(state.status));
  const elsewhere = ownedByOthers(expected, (state) => assertServer(state, client.server));
  for (const { id, state } of jobs) packs?.know(id, state);
  let listing = await client.list();
  for (const one of ownedByOthers(expected, (state) => assertUser(state, listing.user))) {
    elsewhere.set(...one);
  }
  const first = new SessionIndex(listing.sessions);
  const problems = [...elsewhere.values()];
  const doubtful = new Set<Job>();
  const seenIn = async (sessions: SessionIndex, job: Job): Promise<ObservedJob | undefined> => {
    const found = jobIn(sessions, job, now);
    const { status, sessionId } = found?.state ?? {};
    if (!found || !isFinished(status ?? "") || !packs?.isTold(sessionId ?? "")) return found;
    try {
      return { ...found, state: await withRecorded(found.state, arc, now) };
    } catch (error) {
      problems.push(`${job.name}: its record was not read: ${messageOf(error)}`);
      return found;
    }
  };
  const seen = await Promise.all(
    jobs.map(async (job): Promise<ObservedJob> => {
      const { state } = job;
      if (isFinished(state.status)) return { ...job, isKnown: true };
      if (elsewhere.has(job)) return { ...job, isKnown: false, isUncertain: true };
      const found = await seenIn(first, job);
      if (found) return found;
      if (!needsSecondList(state.status)) return { ...job, isKnown: true };
      try {
        const folder = state.recordedIn;
        const recorded = folder === undefined ? undefined : await readRecord(arc, folder, state);
        if (!recorded?.end) doubtful.add(job);
        if (!recorded) return { ...job, isKnown: false };
        return { ...job, state: ended(state, recorded, isExpired(state, now), now), isKnown: true };
      } catch (error) {
        problems.push(`${job.name}: its record was not read: ${messageOf(error)}`);
        return { ...job, isKnown: false, isUncertain: true };
      }
    }),
  );
  if (doubtful.size === 0) return { jobs: seen, listing, problems };
  await sleep(pauseMs);
  let second: SessionIndex | undefined;
  try {
    listing = await client.list();
    second = new SessionIndex(listing.sessions);
  } catch (error) {
    problems.push(`not looked for a second time: ${messageOf(error)}`);
  }
  const agreed = await Promise.all(
    jobs.map(async (job, index) => {
      const one = seen[index] ?? { ...job, isKnown: false };
      if (!doubtful.has(job)) return one;
      if (second) return (await seenIn(second, job)) ?? one;
      return { ...job, isKnown: false, isUncertain: true };
    }),
  );
  return { jobs: agreed, listing, problems };
}

export interface ObserveChosenOptions {
  /** Names, ids, sweeps or patterns; none means all. */
  readonly wanted: readonly string[];
  /** Conditions like `sigma=5`. */
  readonly where?: readonly string[] | undefined;
  /** From state alone: nobody is asked. */
  readonly offline?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The jobs that a command is about, as they are now or, offline, as the last `up` left them; beside all that the stack has.
 * @throws CommandError where a name fits no job, or the server cannot be asked
 */
export async function observeChosen(
  stack: Stack,
  { wanted, where, offline, now }: ObserveChosenOptions,
): Promise<Pick<Observation, "jobs" | "problems"> & { readonly all: readonly Job[] }> {
  const all = await stack.jobs();
  const jobs = jobsChosen(all, wanted, where);
  if (offline) return { jobs: jobs.map((job) => ({ ...job, isKnown: true })), problems: [], all };
  try {
    return { ...(await observe(jobs, stack.connection(), now)), all };
  } catch (error) {
    const advice = "; --offline shows the jobs as the last up or refresh left them";
    throw new CommandError(`${messageOf(error)}${advice}`, 1, { cause: error });
  }
}

/** A job as a list shows it. */
function jobIn(sessions: SessionIndex, job: Job, now: number): ObservedJob | undefined {
  const { id, state } = job;
  const jobSession = observedIn(id, sessions, state);
  if (!jobSession) return undefined;
  const seen = observed(state, jobSession.session, jobSession.attempt, now);
  return { ...job, state: seen, isKnown: true };
}

/**
 * What cannot be seen from here, each with the reason in a sentence.
 * @throws CommandError where that is all there is to see
 */
function ownedByOthers(jobs: readonly Job[], assert: (state: JobState) => void): Map<Job, string> {
  const found = new Map<Job, string>();
  for (const job of jobs) {
    try {
      assert(job.state);
    } catch (error) {
      found.set(job, `${job.name}: ${messageOf(error)}`);
    }
  }
  const [first] = found.values();
  if (first !== undefined && found.size === jobs.length) throw new CommandError(first);
  return found;
}

function isExpired({ expiryTime }: JobState, now: number): boolean {
  return expiryTime !== undefined && now >= Date.parse(expiryTime);
}
