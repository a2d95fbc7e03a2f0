// The jobs that an array declares, each with its checked inputs and its name, from the rows that the engine has. What
// was read once in this process is not read again: `check`, `diff` and `update` are asked about the same rows.
import { isDeepStrictEqual } from "node:util";
import { hasUnknown, unknownValue } from "../engine/unknown";
import type { ContentsOf } from "../files/contents";
import type { FieldParser } from "../job/fields";
import { idStarts } from "../job/identity";
import {
  type CheckFailure,
  type Checking,
  checkInputs,
  type JobInputs,
  trustedInputs,
} from "../job/inputs";
import type { Choice } from "./choice";
import { remembering } from "./rememberingParser";
import { inWrittenOrder } from "./rows/declaredOrder";
import { declaredRows, isSameForm, type Param, type RowForm, rowReader } from "./rows/declaredRows";
import { namedRow, readNamedRow } from "./rows/namedRow";
import { oldKeyOf, otherKeysOf } from "./rows/otherKeys";
import { unpaged } from "./rows/pages";

type Props = Readonly<Record<string, unknown>>;

/** One job as it is declared. */
export interface DeclaredArrayJob {
  /** Its name on the server; {@link unknownValue} where a preview does not know it yet. */
  readonly id: string;
  readonly params: Readonly<Record<string, Param>>;
  readonly inputs: JobInputs;
  readonly failures: readonly CheckFailure[];
}

/** What the engine has of an array: as the program declares it, or as `check` returned it. */
export interface ArrayInputs extends RowForm {
  /** What a job's identity begins with: all but its logical name. */
  readonly place: string;
  /** The sweep's name: its jobs are called `<name>/<key>`. */
  readonly name: string;
  /** By key; from `check` on each with the job's id before it, or the hash of one that is made of its key. */
  readonly jobs: Readonly<Record<string, string>>;
  /** How the program orders the rows (`declaredOrder.ts`); not stored. */
  readonly order?: string;
  /** Of a table's rows: the columns that make their keys, which change with a column's type. */
  readonly key?: readonly string[];
  /** Keys of the jobs that are launched first. */
  readonly canary?: readonly string[];
  /** Variables with values from elsewhere: `plainEnv` those that are no secret. */
  readonly plainEnv?: Props;
  readonly secretEnv?: Props;
  /** The same where jobs differ in them, by key. */
  readonly ownEnv?: Readonly<Record<string, Props>>;
  readonly ownSecretEnv?: Readonly<Record<string, Props>>;
  readonly registryAuth?: Props;
  /** From `check` on where a run goes on past what is refused: why, by key. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** What is said of an array besides its rows, which may be in pages. */
export type ArrayHead = Omit<ArrayInputs, "jobs">;

export function headOf(props: Props): ArrayHead {
  return props as unknown as ArrayHead; // made by the class, or by `check`
}

export function trustedArray(props: Props): ArrayInputs {
  const array = props as unknown as ArrayInputs; // made by the class, or by `check`
  if (props.jobs === undefined) return array;
  const jobs = unpaged(array.jobs);
  return jobs === array.jobs ? array : { ...array, jobs };
}

/** What `check` made of an array. */
export interface CheckedArray {
  readonly jobs: ReadonlyMap<string, DeclaredArrayJob>;
  /** As the engine stores it: rows with their jobs' ids, and values as they were checked. */
  readonly array: ArrayInputs;
}

export class DeclaredJobs {
  readonly #parse: FieldParser = remembering();
  #last: CheckedArray | undefined;
  /** Keys as the program orders them, by the array's name. */
  readonly #orders = new Map<string, readonly string[]>();

  /**
   * All jobs, checked and named. A job keeps its name while what it runs is unchanged.
   * @param olds the array's inputs as they were stored before; none for a new one
   * @param choice the jobs that the run is about: others stay as they are in `olds`
   * @param isElsewhere whether a job of that id is a resource of its own so far
   */
  check(
    olds: Partial<ArrayInputs>,
    { order, ...declared }: ArrayInputs,
    choice?: Choice,
    contentsOf?: ContentsOf,
    isElsewhere?: (id: string) => boolean,
  ): CheckedArray {
    const how = { parse: this.#parse, contentsOf };
    this.#orders.set(declared.name, inWrittenOrder(Object.keys(declared.jobs), order));
    const { left, news } = choice
      ? aboutSome(olds, declared, choice)
      : { left: new Map<string, DeclaredArrayJob>(), news: declared };
    const before = olds.jobs === undefined ? undefined : readerOf(olds as ArrayInputs);
    const read = readerOf(news);
    const startOf = idStarts(news.place, news.name);
    const jobs = new Map<string, DeclaredArrayJob>();
    for (const [key, body] of Object.entries(news.jobs)) {
      const kept = left.get(key);
      if (kept) jobs.set(key, kept);
      if (kept || body === unknownValue) continue;
      const { params, inputs } = read(key, body);
      const fresh = checkedJob({}, inputs, how);
      const oldKey = oldKeyOf(key, params, { olds, news });
      const text = oldKey === undefined ? undefined : olds.jobs?.[oldKey];
      const old =
        oldKey === undefined || text === undefined || text === unknownValue
          ? undefined
          : readNamedRow(text, startOf(oldKey));
      const isKept = old === undefined || hasUnknown(old.id) || old.id === fresh.id;
      const idOfKey = (other: string) =>
        checkedJob({}, { ...inputs, identity: `${news.place}${news.name}/${other}` }, how).id;
      /** What it was before, where its name of then stays. */
      const earlier = () => {
        if (fresh.failures.length > 0) return undefined;
        if (!isKept && before) return { ...before(key, old.body).inputs, jobName: old.id };
        if (old !== undefined || !isElsewhere || isElsewhere(fresh.id)) return undefined;
        const jobName = otherKeysOf(key, params, news).map(idOfKey).find(isElsewhere);
        return jobName === undefined ? undefined : { ...fresh.inputs, jobName };
      };
      const known = earlier();
      const job = known ? checkedJob(known, inputs, how) : fresh;
      jobs.set(key, { ...job, params });
    }
    this.#last = { jobs, array: written(news, jobs) };
    return this.#last;
  }

  /** The keys of all rows, as this process was told of their order by `check`. */
  keysInOrder({ name, jobs }: ArrayInputs): string[] {
    const known = this.#orders.get(name) ?? [];
    return [...new Set([...known.filter((key) => Object.hasOwn(jobs, key)), ...Object.keys(jobs)])];
  }

  /** The jobs of inputs that `check` returned. */
  trusted(array: ArrayInputs): ReadonlyMap<string, DeclaredArrayJob> {
    const last = this.#last;
    const isLast = last !== undefined && isSameArray(last.array, array);
    const reader = readerOf(array);
    const jobs = new Map<string, DeclaredArrayJob>();
    const startOf = idStarts(array.place, array.name);
    for (const [key, text] of Object.entries(array.jobs)) {
      if (text === unknownValue) continue;
      const known = isLast && last.array.jobs[key] === text ? last.jobs.get(key) : undefined;
      if (known) {
        jobs.set(key, known);
        continue;
      }
      const { id, body } = readNamedRow(text, startOf(key));
      const { params, inputs } = reader(key, body);
      jobs.set(key, {
        id,
        params,
        inputs: trustedInputs({ ...inputs, jobName: id }),
        failures: [],
      });
    }
    return jobs;
  }
}

function checkedJob(olds: Props, inputs: Props, how: Checking): Omit<DeclaredArrayJob, "params"> {
  const checked = checkInputs(olds, inputs, how);
  return {
    id: String(checked.inputs.jobName ?? unknownValue),
    inputs: trustedInputs(checked.inputs),
    failures: checked.failures,
  };
}

/** A run that is about some jobs only: those of before that it leaves alone, and the rows with theirs as they were. */
function aboutSome(
  olds: Partial<ArrayInputs>,
  declared: ArrayInputs,
  { isChosen, removes }: Choice,
): { readonly left: ReadonlyMap<string, DeclaredArrayJob>; readonly news: ArrayInputs } {
  const { name, place } = declared;
  const isMeant = (key: string) => isChosen(`${name}/${key}`);
  const rows = new Map(Object.entries(declared.jobs));
  const left = new Map<string, DeclaredArrayJob>();
  if (olds.jobs !== undefined) {
    const read = readerOf(olds as ArrayInputs);
    const startOf = idStarts(place, name);
    const keysNow = renamedIn(olds, declared);
    for (const [key, text] of Object.entries(olds.jobs)) {
      const now = keysNow.get(key);
      if (isMeant(key) || (now !== undefined && isMeant(now)) || text === unknownValue) continue;
      const { id, body } = readNamedRow(text, startOf(key));
      const { params, inputs } = read(key, body);
      const job = { id, params, inputs: trustedInputs({ ...inputs, jobName: id }), failures: [] };
      left.set(key, job);
      if (now !== undefined) rows.delete(now); // it has its key of before until a run is about it
      if (!rows.has(key)) rows.set(key, "");
    }
  }
  if (removes) for (const key of [...rows.keys()]) if (isMeant(key)) rows.delete(key);
  return { left, news: { ...declared, jobs: Object.fromEntries(rows) } };
}

/** The keys that rows have now, by those that they had before, of rows that have another. */
function renamedIn(olds: Partial<ArrayInputs>, declared: ArrayInputs): ReadonlyMap<string, string> {
  const read = readerOf(declared);
  const renamed = new Map<string, string>();
  for (const [key, body] of Object.entries(declared.jobs)) {
    if (body === unknownValue || Object.hasOwn(olds.jobs ?? {}, key)) continue;
    const { params } = read(key, body);
    const oldKey = oldKeyOf(key, params, { olds, news: declared });
    if (oldKey !== undefined) renamed.set(oldKey, key);
  }
  return renamed;
}

/** @returns a job's inputs as they are written for a single one */
function readerOf(array: ArrayInputs) {
  const read = rowReader(array);
  const { secretEnv, plainEnv, ownEnv, ownSecretEnv, registryAuth } = array;
  return (key: string, body: string) => {
    const { params, inputs } = read(body);
    // What a row has itself counts: one that was left alone may have another value than all have now.
    const env = merged(plainEnv, ofKey(ownEnv, key), inputs.env);
    const secrets = merged(secretEnv, ofKey(ownSecretEnv, key));
    const identity = `${array.place}${array.name}/${key}`;
    const more = {
      ...(env !== undefined && { env }),
      ...(secrets !== undefined && { secretEnv: secrets }),
      ...(registryAuth && { registryAuth }),
      identity,
    };
    return { params, inputs: { ...inputs, ...more } };
  };
}

/** Variables of several maps; not known where one of them is not. */
function merged(...maps: readonly unknown[]): unknown {
  const given = maps.filter((one) => one !== undefined);
  if (given.length < 2) return given[0];
  return given.some(hasUnknown) ? unknownValue : Object.assign({}, ...given);
}

function ofKey(byKey: Readonly<Record<string, Props>> | undefined, key: string): unknown {
  return (byKey as unknown) === unknownValue ? unknownValue : byKey?.[key];
}

/** Values as they were checked, so that nobody checks them again; what all share stays in its one place. */
function written(array: ArrayInputs, jobs: ReadonlyMap<string, DeclaredArrayJob>): ArrayInputs {
  const { plainEnv = {}, ownEnv } = array;
  const shared = new Set(hasUnknown(plainEnv) ? [] : Object.keys(plainEnv));
  const isApart = (key: string, name: string, value: unknown) =>
    textOf(
      (ofKey(ownEnv, key) as Props | undefined)?.[name] ??
        (shared.has(name) ? plainEnv[name] : undefined),
    ) === value;
  const declared = [...jobs].map(([key, { params, inputs }]) => {
    const { identity: _i, jobName: _j, secretEnv: _s, registryAuth: _r, env, ...own } = inputs;
    if (env === undefined || (env as unknown) === unknownValue) return { key, params, inputs: own };
    const entries = Object.entries(env).filter(([name, value]) => !isApart(key, name, value));
    const rest = entries.length > 0 && { env: Object.fromEntries(entries) };
    return { key, params, inputs: { ...own, ...rest } };
  });
  if (declared.length === 0) return array;
  const { rows, ...form } = declaredRows(declared);
  const texts = new Map(rows.map(({ key, values }) => [key, JSON.stringify(values)]));
  const startOf = idStarts(array.place, array.name);
  const named = Object.entries(array.jobs).map(([key, body]) => {
    const job = jobs.get(key);
    return [key, job ? namedRow(job.id, texts.get(key) ?? body, startOf(key)) : body];
  });
  return { ...array, ...form, jobs: Object.fromEntries(named) };
}

/** A variable's value as a checked job has it. */
function textOf(value: unknown): unknown {
  return value === undefined ? undefined : String(value);
}

/** Whether the same rows are the same jobs in both. */
function isSameArray(one: ArrayInputs, other: ArrayInputs): boolean {
  const around = (array: ArrayInputs) => {
    const { place, name, plainEnv, secretEnv, ownEnv, ownSecretEnv, registryAuth } = array;
    return [place, name, plainEnv, secretEnv, ownEnv, ownSecretEnv, registryAuth];
  };
  return isSameForm(one, other) && isDeepStrictEqual(around(one), around(other));
}
