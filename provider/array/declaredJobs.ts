// The jobs that an array declares, each with its checked inputs and its name, from the rows that the engine has. What
// was read once in this process is not read again: `check`, `diff` and `update` are asked about the same rows.
import { isDeepStrictEqual } from "node:util";
import { hasUnknown, unknownValue } from "../engine/unknown";
import type { FieldParser } from "../job/fields";
import { idOf, idStarts } from "../job/identity";
import { type CheckFailure, checkInputs, type JobInputs, trustedInputs } from "../job/inputs";
import { retypedKeys } from "../sweep/keys";
import { withColumns } from "../sweep/row";
import { declaredRows, isSameForm, type Param, type RowForm, rowReader } from "./declaredRows";
import { remembering } from "./rememberingParser";

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
  /** Of a table's rows: the columns that make their keys, which change with a column's type. */
  readonly key?: readonly string[];
  /** Keys of the jobs that are launched first. */
  readonly canary?: readonly string[];
  /** Variables with values from elsewhere: `plainEnv` those that are no secret. */
  readonly plainEnv?: Props;
  readonly secretEnv?: Props;
  readonly registryAuth?: Props;
}

export function trustedArray(props: Props): ArrayInputs {
  return props as unknown as ArrayInputs; // made by the class, or by `check`
}

const separator = " ";
const namelessYet = "?";

/** What `check` made of an array. */
export interface CheckedArray {
  readonly jobs: ReadonlyMap<string, DeclaredArrayJob>;
  /** As the engine stores it: rows with their jobs' ids, and values as they were checked. */
  readonly array: ArrayInputs;
}

export class DeclaredJobs {
  readonly #parse: FieldParser = remembering();
  #last: CheckedArray | undefined;

  /**
   * All jobs, checked and named. A job keeps its name while what it runs is unchanged.
   * @param olds the array's inputs as they were stored before; none for a new one
   */
  check(olds: Partial<ArrayInputs>, news: ArrayInputs): CheckedArray {
    const before = olds.jobs === undefined ? undefined : readerOf(olds as ArrayInputs);
    const read = readerOf(news);
    const startOf = idStarts(`${news.place}x`);
    const jobs = new Map<string, DeclaredArrayJob>();
    for (const [key, body] of Object.entries(news.jobs)) {
      if (body === unknownValue) continue;
      const { params, inputs } = read(key, body);
      const start = startOf(`${news.name}/${key}`);
      const fresh = this.#checked(undefined, inputs);
      const old = olds.jobs?.[key] ?? oldRowOf(params, { olds, news });
      const known = old === undefined || old === unknownValue ? undefined : parted(old);
      const oldId = known && known.name !== namelessYet ? idOf(known.name, start) : undefined;
      const isKept = known === undefined || oldId === undefined || oldId === fresh.id;
      const job =
        isKept || before === undefined || fresh.failures.length > 0
          ? fresh
          : this.#checked({ ...before(key, known.body).inputs, jobName: oldId }, inputs);
      jobs.set(key, { ...job, params });
    }
    this.#last = { jobs, array: written(news, jobs) };
    return this.#last;
  }

  /** The jobs of inputs that `check` returned. */
  trusted(array: ArrayInputs): ReadonlyMap<string, DeclaredArrayJob> {
    const last = this.#last;
    const isLast = last !== undefined && isSameArray(last.array, array);
    const reader = readerOf(array);
    const jobs = new Map<string, DeclaredArrayJob>();
    const start = idStarts(`${array.place}x`);
    for (const [key, text] of Object.entries(array.jobs)) {
      if (text === unknownValue) continue;
      const known = isLast && last.array.jobs[key] === text ? last.jobs.get(key) : undefined;
      if (known) {
        jobs.set(key, known);
        continue;
      }
      const { name, body } = parted(text);
      const { params, inputs } = reader(key, body);
      const id = name === namelessYet ? unknownValue : idOf(name, start(`${array.name}/${key}`));
      jobs.set(key, {
        id,
        params,
        inputs: trustedInputs({ ...inputs, jobName: id }),
        failures: [],
      });
    }
    return jobs;
  }

  #checked(olds: Props = {}, inputs: Props): Omit<DeclaredArrayJob, "params"> {
    const checked = checkInputs(olds, inputs, this.#parse);
    return {
      id: String(checked.inputs.jobName ?? unknownValue),
      inputs: trustedInputs(checked.inputs),
      failures: checked.failures,
    };
  }
}

/** The row that a job had while its table's columns had other types. */
function oldRowOf(
  params: Readonly<Record<string, Param>>,
  { olds, news }: { readonly olds: Partial<ArrayInputs>; readonly news: ArrayInputs },
): string | undefined {
  const { key } = news;
  if (key === undefined || olds.jobs === undefined) return undefined;
  const row = withColumns(params, { key, declared: undefined });
  const others = retypedKeys(row, key).filter((one) => !Object.hasOwn(news.jobs, one));
  return others.map((one) => olds.jobs?.[one]).find((one) => one !== undefined);
}

/** @returns a job's inputs as they are written for a single one */
function readerOf(array: ArrayInputs) {
  const read = rowReader(array);
  const { secretEnv, plainEnv, registryAuth } = array;
  const more = { ...(secretEnv && { secretEnv }), ...(registryAuth && { registryAuth }) };
  return (key: string, body: string) => {
    const { params, inputs } = read(body);
    const own = inputs.env as Props | undefined;
    const env = plainEnv && (hasUnknown(plainEnv) ? unknownValue : { ...own, ...plainEnv });
    const identity = `${array.place}${array.name}/${key}`;
    return { params, inputs: { ...inputs, ...more, ...(env !== undefined && { env }), identity } };
  };
}

/** Values as they were checked, so that nobody checks them again; what all share stays in its one place. */
function written(array: ArrayInputs, jobs: ReadonlyMap<string, DeclaredArrayJob>): ArrayInputs {
  const { plainEnv = {} } = array;
  const shared = new Set(hasUnknown(plainEnv) ? [] : Object.keys(plainEnv));
  const declared = [...jobs].map(([key, { params, inputs }]) => {
    const { identity: _i, jobName: _j, secretEnv: _s, registryAuth: _r, env, ...own } = inputs;
    if (env === undefined || (env as unknown) === unknownValue) return { key, params, inputs: own };
    const entries = Object.entries(env).filter(([name]) => !shared.has(name));
    const rest = entries.length > 0 && { env: Object.fromEntries(entries) };
    return { key, params, inputs: { ...own, ...rest } };
  });
  if (declared.length === 0) return array;
  const { rows, ...form } = declaredRows(declared);
  const texts = new Map(rows.map(({ key, values }) => [key, JSON.stringify(values)]));
  const start = idStarts(`${array.place}x`);
  const named = Object.entries(array.jobs).map(([key, body]) => {
    const job = jobs.get(key);
    if (!job) return [key, body];
    const begin = start(`${array.name}/${key}`);
    const { id } = job;
    const name = hasUnknown(id) ? namelessYet : id.startsWith(begin) ? id.slice(begin.length) : id;
    return [key, `${name}${separator}${texts.get(key)}`];
  });
  return { ...array, ...form, jobs: Object.fromEntries(named) };
}

/** A row as `check` returned it. */
export function parted(text: string): { readonly name: string; readonly body: string } {
  const at = text.indexOf(separator);
  return { name: text.slice(0, at), body: text.slice(at + 1) };
}

/** Whether the same rows are the same jobs in both. */
function isSameArray(one: ArrayInputs, other: ArrayInputs): boolean {
  const around = ({ place, name, plainEnv, secretEnv, registryAuth }: ArrayInputs) => [
    place,
    name,
    plainEnv,
    secretEnv,
    registryAuth,
  ];
  return isSameForm(one, other) && isDeepStrictEqual(around(one), around(other));
}
