// How state keeps the jobs of an array: what is common once, and each job as a short row of a table. Pure.
//
// A row is a JSON list: its values by `fields`, then a map of what else is known of the job, where there is any. What
// is common counts for a row unless that map says otherwise; null there says that it is not so.
import { attemptName, idOf, shortIdOf } from "../job/identity";
import { type JobState, trustedState } from "../job/state";
import { countByStatus } from "../job/status";
import { sharing } from "../text/sharedText";
import { hasPages, paged, unpaged } from "./rows/pages";

/** The newest form, whose rows may be in pages. A later one is refused: it may say what this release would lose. */
const version = 2;
/** The form without pages, which earlier releases read, too. */
const plainVersion = 1;

/** What most rows have a value for. */
const fields = [
  "id",
  "status",
  "attempt",
  "sessionId",
  "launchTime",
  "startTime",
  "expiryTime",
] as const;

type Values = Readonly<Record<string, unknown>>;

/** Of these many rows have the same second. */
const oftenAlike: ReadonlySet<string> = new Set(["launchTime", "startTime", "expiryTime"]);

/** As the engine stores it. */
export interface StateTable {
  readonly version: number;
  /** What each row has first, in this order. */
  readonly fields: readonly string[];
  readonly commonState: Values;
  /** How many jobs have each status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** By key; of thousands in pages (`rows/pages.ts`). */
  readonly jobs: Readonly<Record<string, string>>;
}

/** A job as state has it. */
export interface StoredJob {
  /** Its name on the server. */
  readonly id: string;
  readonly state: JobState;
}

/** Kept by the array in one place, as secrets. */
const apart: ReadonlySet<string> = new Set(["secretEnv", "registryAuth"]);

/** @param startOf what the ids of a job of that key begin with, as they are made today */
export function writeStates(
  jobs: ReadonlyMap<string, StoredJob>,
  startOf: (key: string) => string,
): StateTable {
  const all = [...jobs].map(([key, { id, state }]) => ({ key, id, rest: shortened(id, state) }));
  const common = mostCommon(all.map(({ rest }) => rest));
  const rows = all.map(({ key, id, rest }) => {
    const own = { ...rest, id: shortIdOf(id, startOf(key)) };
    return [key, rowOf(own, common)] as const;
  });
  const written = paged(Object.fromEntries(rows));
  return {
    version: hasPages(written) ? version : plainVersion,
    fields,
    commonState: common,
    statuses: countByStatus([...jobs.values()].map(({ state }) => state)),
    jobs: written,
  };
}

/** @throws Error for what a later release wrote */
export function readStates(
  table: Partial<StateTable>,
  startOf: (key: string) => string,
): Map<string, StoredJob> {
  if ((table.version ?? version) > version) {
    throw new Error(
      `this array's state was written by a later version of pulumi-skaha: install that one (npm install pulumi-skaha@latest), then run again`,
    );
  }
  const { fields: names = fields, commonState = {} } = table;
  const { recordRoot, ...common } = commonState;
  const jobs = new Map<string, StoredJob>();
  const shared = sharing();
  for (const [key, text] of Object.entries(unpaged(table.jobs ?? {}))) {
    const values: readonly unknown[] = JSON.parse(text);
    // Filled in place, and without a `delete`: of thousands of states, copies take most of the time.
    const state: Record<string, unknown> = { ...common };
    let [shortId, root]: unknown[] = [undefined, recordRoot];
    for (const [index, name] of names.entries()) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      if (name === "id") shortId = value;
      else state[name] = oftenAlike.has(name) ? shared(value) : value;
    }
    for (const [name, value] of Object.entries((values[names.length] ?? {}) as Values)) {
      if (name === "recordRoot") root = value;
      else if (value === null) delete state[name];
      else state[name] = value;
    }
    const id = idOf(String(shortId), startOf(key));
    jobs.set(key, { id, state: completed(id, state, root ?? undefined) });
  }
  return jobs;
}

/** How many jobs a table has, without reading its rows. */
export function countIn({ statuses = {} }: Partial<StateTable>): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** State without what follows from the rest of it. */
function shortened(id: string, state: JobState): Record<string, unknown> {
  const { sessionName, recordedIn, ...rest } = state;
  const short: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && !apart.has(name) && name !== "__provider") short[name] = value;
  }
  if (state.sessionId !== undefined && sessionName !== attemptName(id, state.attempt)) {
    short.sessionName = sessionName ?? "";
  }
  const end = `/${id}/${state.attempt}`;
  if (recordedIn?.endsWith(end)) short.recordRoot = recordedIn.slice(0, -end.length);
  else if (recordedIn !== undefined) short.recordedIn = recordedIn;
  // What runs shows in the id; that there is a command is all that is asked of its digests later.
  if (state.runs !== undefined) short.runs = state.runs.replaceAll(/:\S+/g, ":");
  return short;
}

/** Adds to a state what follows from the rest of it. */
function completed(id: string, state: Record<string, unknown>, recordRoot: unknown): JobState {
  const { sessionId, sessionName } = state;
  const attempt = state.attempt as number;
  if (sessionId === undefined) delete state.sessionName;
  else if (sessionName === undefined) state.sessionName = attemptName(id, attempt);
  else if (sessionName === "") state.sessionName = undefined;
  if (recordRoot !== undefined) state.recordedIn = `${String(recordRoot)}/${id}/${attempt}`;
  return trustedState(state);
}

/** Of each property that is no field, the value that most rows have. */
function mostCommon(rows: readonly Values[]): Record<string, unknown> {
  const counts = new Map<string, Map<unknown, number>>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if ((fields as readonly string[]).includes(name)) continue;
      const of = counts.get(name) ?? new Map<unknown, number>();
      counts.set(name, of);
      const known = comparable(value);
      of.set(known, (of.get(known) ?? 0) + 1);
    }
  }
  const common: Record<string, unknown> = {};
  for (const [name, of] of counts) {
    const without = rows.length - [...of.values()].reduce((sum, count) => sum + count, 0);
    const [value, count] = [...of].reduce((most, one) => (one[1] > most[1] ? one : most));
    if (count > without && count > 1) {
      common[name] =
        typeof value === "string" && value.startsWith(mark) ? JSON.parse(value.slice(1)) : value;
    }
  }
  return common;
}

/** Before the JSON of a value that is none of JSON's plain ones; no text of state begins with it. */
const mark = "\u0000";

function comparable(value: unknown): unknown {
  return typeof value === "object" && value !== null ? `${mark}${JSON.stringify(value)}` : value;
}

function rowOf(own: Values, common: Values): string {
  const values: unknown[] = fields.map((name) => own[name] ?? null);
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own)) {
    if ((fields as readonly string[]).includes(name)) continue;
    if (!Object.hasOwn(common, name) || comparable(common[name]) !== comparable(value)) {
      rest[name] = value;
    }
  }
  for (const name of Object.keys(common)) if (!Object.hasOwn(own, name)) rest[name] = null;
  if (Object.keys(rest).length > 0) return JSON.stringify([...values, rest]);
  while (values.at(-1) === null) values.pop();
  return JSON.stringify(values);
}
