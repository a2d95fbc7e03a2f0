// Places in packs as the lifecycle and the commands see them: each is a session of its own, whose id names its pack and
// its place, `k3j2h1g0.17`, and whose name is its job's. Pure.
import type { Session } from "../api";
import { attemptName, digest, idsBelow, parseName, tagIn } from "../job/identity";
import type { Ledger, PackMember, PlaceEntry } from "../record/ledger";

/** A job's place in a pack. */
export interface PackPlace {
  readonly sessionId: string;
  /** From 1. */
  readonly place: number;
}

export function placeId({ sessionId, place }: PackPlace): string {
  return `${sessionId}.${place}`;
}

/** @returns undefined for a session that is no place in a pack */
export function placeIn(sessionId: string): PackPlace | undefined {
  const [, session, place] = /^([^.]+)\.([1-9]\d*)$/.exec(sessionId) ?? [];
  return session === undefined ? undefined : { sessionId: session, place: Number(place) };
}

/** The id of the server's session that a job runs in: its pack's, or its own. */
export function realSessionId(sessionId: string): string {
  return placeIn(sessionId)?.sessionId ?? sessionId;
}

const longestSweep = 30;
const packHash = 13;

/** What the names of a sweep's packs begin with: readable, and with the stack's tag. */
export function packBase(sweep: string, jobId: string): string {
  const start = idsBelow(sweep).slice(0, longestSweep).replace(/-+$/, "");
  return `${start}-${tagIn(jobId)}`;
}

/** A pack's session is named after its jobs and attempts: who launches the same again finds it. No job has such a name. */
export function packName(base: string, members: readonly PackMember[]): string {
  const names = members.map(({ id, attempt }) => attemptName(id, attempt));
  return `${base}-pack-${digest(names, packHash)}p`;
}

export function isPackName(name: string): boolean {
  return baseOfPack(name) !== undefined;
}

/** What the names of all packs of its sweep begin with; undefined for a session of another kind. */
export function baseOfPack(name: string): string | undefined {
  return /^(.+)-pack-[a-z0-9]{13}p$/.exec(name)?.[1];
}

/** The tag of the stack that launched a session; undefined for one that no stack did. */
export function tagOfSession(name: string): string | undefined {
  const base = baseOfPack(name);
  if (base !== undefined) return base.slice(base.lastIndexOf("-") + 1);
  const job = parseName(name);
  return job && tagIn(job.id);
}

/** What is known of a pack. */
export interface KnownPack {
  /** By place; of a pack that another run launched, as far as the stack or its ledger tells. */
  readonly members: ReadonlyMap<number, PackMember>;
  readonly ledger: Ledger | undefined;
  /** Places that this package has taken away. */
  readonly taken: ReadonlySet<number>;
}

/** What a list shows of a pack. */
export interface ShownPack {
  readonly places: readonly Session[];
  /** Places that did not begin in a pack that is over: their jobs are still to be launched. */
  readonly unbegun: readonly number[];
}

/** @param session as the server lists it; undefined where it does not any more, and then only `fallback` is known of it */
export function shownPack(
  session: Session | undefined,
  { members, ledger, taken }: KnownPack,
  fallback: Session,
): ShownPack {
  const of = session ?? fallback;
  const isLive = session !== undefined && !["Completed", "Failed"].includes(session.status);
  const hasBegun = [...(ledger?.places.values() ?? [])].some(({ begin }) => begin !== undefined);
  const places: Session[] = [];
  const unbegun: number[] = [];
  for (const [place, { id, attempt }] of members) {
    const entry = ledger?.places.get(place) ?? {};
    const status = endStatus(entry);
    const shown = (text: string) => {
      const startTime = entry.begin ?? (hasBegun ? undefined : of.startTime);
      const name = attemptName(id, attempt);
      const own = { id: placeId({ sessionId: of.id, place }), name, startTime, status: text };
      places.push({ ...of, ...own });
    };
    if (status !== undefined && !taken.has(place)) shown(status);
    else if (status !== undefined) continue;
    else if (entry.left !== undefined) continue;
    else if (entry.begin !== undefined) {
      // What runs in a pack that is gone was killed; its own record says that it began.
      if (session !== undefined) shown(isLive ? session.status : "Failed");
    } else if (taken.has(place)) continue;
    else if (isLive) shown(session.status === "Terminating" ? "Terminating" : "Pending");
    else if (hasBegun || ledger?.isOver) unbegun.push(place);
    else if (session !== undefined) shown(session.status);
  }
  return { places, unbegun };
}

/** @returns undefined while it has not ended */
function endStatus({ end, exit }: PlaceEntry): string | undefined {
  if (end) {
    const isGood = end.exitCode === 0 && end.cause === undefined && end.missingOutputs.length === 0;
    return isGood ? "Completed" : "Failed";
  }
  if (exit === undefined) return undefined;
  return exit === 0 ? "Completed" : "Failed";
}
