// The jobs of a folder of records, for the commands that read: as if they were a stack's, though no state knows them. What has
// begun has written itself down there; what waits to begin is in the server's list.
import path from "node:path";
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import { kept } from "../../provider/job/attempts";
import type { Job } from "../../provider/job/deployment";
import {
  attemptName,
  baseOf,
  parseName,
  sessionType,
  tagIn,
  withoutHash,
} from "../../provider/job/identity";
import { cancelled, type JobState, trustedState } from "../../provider/job/state";
import { hasEnded, isAlive, statusOf } from "../../provider/job/status";
import { recordPath } from "../../provider/record/arcPath";
import { type CancelledAttempts, cancelledAttempts } from "../../provider/record/cancelled";
import { readEnded, recordFolder, recordRoot } from "../../provider/record/record";
import { type RecordedAttempt, recordedAttempts } from "../../provider/record/recordedJobs";
import { ended } from "../../provider/server/records";
import type { Listing } from "../../provider/skaha/client";
import { tagOfRecord } from "../../provider/submitted/submission";
import { CommandError } from "../commandError";
import type { GlobalOptions } from "../project";
import { say } from "../terminal";
import { connected } from "./connection";

/**
 * A folder of records in the place of a `Stack`.
 * @throws CommandError where it is no folder below /arc
 */
export function openRecord(record: string, { cwd = "." }: GlobalOptions) {
  const from = path.resolve(cwd);
  const folder = folderOf(path.resolve(from, record));
  let connection: Connection | undefined;
  let first: Promise<Listing> | undefined;
  const connect = (tell: (sentence: string) => void = say) => {
    connection ??= sharingFirst(
      connected(() => undefined, from, tell),
      () => {
        const taken = first;
        first = undefined;
        return taken;
      },
    );
    return connection;
  };
  return {
    project: {
      folder: from,
      program: from,
      get pulumi(): never {
        throw new CommandError("jobs of a record are no stack's: leave out --record");
      },
    },
    selection: [folder],
    config: () => undefined,
    connection: connect,
    deployment: async () => ({}),
    jobs: async () => {
      const { client } = connect();
      const listing = client.list();
      first = listing;
      return jobsOf(folder, connect(), listing);
    },
  };
}

function folderOf(record: string): string {
  const parsed = recordPath.safeParse(record);
  if (parsed.success) return recordRoot(parsed.data);
  throw new CommandError(`--record ${record} ${parsed.error.issues[0]?.message}`);
}

/** What was listed to find the jobs is the first list about them, too. */
function sharingFirst(
  connection: Connection,
  take: () => Promise<Listing> | undefined,
): Connection {
  const { client } = connection;
  return { ...connection, client: { ...client, list: () => take() ?? client.list() } };
}

async function jobsOf(
  record: string,
  { client, arc }: Connection,
  listing: Promise<Listing>,
): Promise<readonly Job[]> {
  const [attempts, { sessions }] = await Promise.all([recordedAttempts(arc, record), listing]);
  const { server } = client;
  const begun = await Promise.all((attempts ?? []).map((one) => stateOf(one, record, server, arc)));
  const names = new Set(begun.map(({ of }) => attemptName(of.id, of.attempt)));
  const tag = tagOfRecord(record);
  const waiting = sessions.flatMap(({ name, status }): Seen[] => {
    const of = parseName(name);
    const isOurs = of !== undefined && tagIn(of.id) === tag;
    if (!isOurs || names.has(name) || !isAlive(statusOf(status))) return [];
    const recordedIn = recordFolder(record, of.id, of.attempt);
    const { attempt } = of;
    return [{ of, state: trustedState({ server, status: "Pending", attempt, recordedIn }) }];
  });
  const unended = sessions.filter(({ status }) => !hasEnded(statusOf(status)));
  const living = new Set(unended.map(({ name }) => name));
  const jobs = [...Map.groupBy([...begun, ...waiting], ({ of }) => of.id)].map(
    async ([id, seen]) => {
      const mayBeCancelled =
        tagIn(id) === tag && seen.some(({ state }) => state.status !== "Completed");
      const marks = mayBeCancelled ? await cancelledIn(arc, record, id) : none;
      return jobOf(
        id,
        record,
        seen.map((one) => unlessCancelled(one, marks, living)),
      );
    },
  );
  const all = toldApart(await Promise.all(jobs));
  if (all.length === 0 && attempts === undefined) {
    throw new CommandError(
      `no job has recorded itself in ${record}: name the folder that submit was given as --record, or that a stack has as skaha:record`,
    );
  }
  return all.sort((a, b) => inNumbersOrder.compare(a.name, b.name));
}

const inNumbersOrder = new Intl.Collator("en", { numeric: true });

/** An attempt that has begun, or that the server lists. */
interface Seen {
  readonly of: Pick<RecordedAttempt, "id" | "attempt" | "name">;
  readonly state: JobState;
}

const none: CancelledAttempts = new Map();

async function cancelledIn(
  arc: Connection["arc"],
  record: string,
  id: string,
): Promise<CancelledAttempts> {
  try {
    return await cancelledAttempts(arc, record, id);
  } catch (error) {
    throw new CommandError(messageOf(error), 1, { cause: error });
  }
}

/** @param living names of sessions: what lives is not gone yet, and what ended well has ended well */
function unlessCancelled(one: Seen, marks: CancelledAttempts, living: ReadonlySet<string>): Seen {
  const { of, state } = one;
  const at = marks.get(of.attempt);
  const isMeant = state.status !== "Completed" && !living.has(attemptName(of.id, of.attempt));
  return at !== undefined && isMeant ? { of, state: cancelled(state, at) } : one;
}

/** Jobs of one name with different commands have the end of their ids behind it. */
function toldApart(jobs: readonly Job[]): Job[] {
  return [...Map.groupBy(jobs, ({ name }) => name)].flatMap(([commonName, alike]) => {
    if (alike.length === 1) return alike;
    return alike.map((job) => {
      const hash = job.id.slice(withoutHash(job.id).length);
      return { ...job, name: `${commonName}@${hash}`, commonName };
    });
  });
}

/** As far as its record tells; the server may know more. */
async function stateOf(
  of: RecordedAttempt,
  record: string,
  server: string,
  arc: Connection["arc"],
): Promise<Seen> {
  const { id, attempt, start: startTime, image, cores, ram, gpus } = of;
  const recordedIn = recordFolder(record, id, attempt);
  const known = { server, attempt, recordedIn, startTime, image, cores, ram, gpus };
  const state = trustedState({
    ...known,
    ...{ status: "Running", sessionName: attemptName(id, attempt) },
  });
  try {
    const recorded = await readEnded(arc, recordedIn, { startTime });
    if (recorded === undefined) return { of, state };
    const outcome = ended(state, { ...recorded, start: startTime }, false, Date.now());
    return { of, state: { ...outcome, logPath: `${recordedIn}/log` } };
  } catch (error) {
    throw new CommandError(messageOf(error), 1, { cause: error });
  }
}

/** The last attempt stands for the job. One before it that wrote no end was killed. */
function jobOf(id: string, record: string, all: readonly Seen[]): Job {
  const inOrder = [...all].sort((a, b) => a.of.attempt - b.of.attempt);
  const last = inOrder.at(-1) ?? all[0];
  if (last === undefined) throw new Error(`${id} has no attempt`);
  const attempts = inOrder.slice(0, -1).map(({ state }) => {
    const isOver = !isAlive(state.status);
    return kept(isOver ? state : { ...state, status: "Failed", cause: "Killed" });
  });
  const state = { ...last.state, ...(attempts.length > 0 && { attempts }) };
  const name = inOrder.findLast(({ of }) => of.name !== undefined)?.of.name;
  return { ...named(id, record, name), state, inputs: {} };
}

/** A name like `fit/m31` is of the sweep `fit`, as a program's is. */
function named(
  id: string,
  record: string,
  name = baseOf(id),
): Pick<Job, "name" | "id" | "urn" | "sweep"> {
  const urn = `urn:pulumi:${record}::records::${sessionType}::${id}`;
  const [, sweep] = /^([^/]+)\/./.exec(name) ?? [];
  return { name, id, urn, ...(sweep !== undefined && { sweep }) };
}
