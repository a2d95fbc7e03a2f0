// How the jobs of an array are declared to the engine: what they have in common once, and each job as a short text of
// what tells it apart (docs/sweeps.md, "Ten thousand jobs in one resource"). Pure.
import { isDeepStrictEqual } from "node:util";
import { isPlainMap } from "../../engine/plainMap";
import { hasUnknown } from "../../engine/unknown";

type Values = Readonly<Record<string, unknown>>;

/** A parameter of a sweep, as JSON can hold it. */
export type Param = string | number | boolean | null;

/** One job before it is written. */
export interface DeclaredJob {
  readonly key: string;
  readonly params: Readonly<Record<string, Param>>;
  /** Its inputs. What is not known yet may be among them, as any instance; equal is then what is the same. */
  readonly inputs: Values;
}

/** What the rows of an array are read with. */
export interface RowForm {
  /** The parameters, in the order in which rows have their values. */
  readonly columns: readonly string[];
  /** Inputs that all jobs have alike. */
  readonly common: Values;
  /**
   * Inputs that differ in parts. `{ "$": "band" }` stands for that parameter, `{ "$": 0 }` for the first value that a row
   * has after its parameters, each with `before` and `after` for text around it.
   */
  readonly template: Values;
}

/** A row before it is text: parameters by `columns` (or one map of them), then its own values. */
export interface UnwrittenRow {
  readonly key: string;
  readonly values: readonly unknown[];
}

export interface Declared extends RowForm {
  readonly rows: readonly UnwrittenRow[];
}

/** Where a value comes from a row. */
interface Hole {
  readonly $: string | number;
  readonly before?: string;
  readonly after?: string;
}

/** Inputs whose parts are words of a command: a number and its digits are the same word. */
const wordy: readonly string[] = ["args", "env", "untrackedEnv", "resumeArgs"];

/** @param jobs at least one */
export function declaredRows(jobs: readonly DeclaredJob[]): Declared {
  const columns = [...new Set(jobs.flatMap(({ params }) => Object.keys(params)))];
  const isRegular = jobs.every(({ params }) => Object.keys(params).length === columns.length);
  const rows = jobs.map(({ key, params }) => ({
    key,
    values: isRegular ? columns.map((name) => params[name] as unknown) : [params],
  }));
  const finder = new HoleFinder(
    jobs,
    columns,
    rows.map(({ values }) => values),
  );
  const common: Record<string, unknown> = {};
  const template: Record<string, unknown> = {};
  for (const name of new Set(jobs.flatMap(({ inputs }) => Object.keys(inputs)))) {
    const values = jobs.map(({ inputs }) => inputs[name]);
    if (areAlike(values)) common[name] = values[0];
    else template[name] = finder.templateOf(values, wordy.includes(name));
  }
  return { columns, common, template, rows };
}

class HoleFinder {
  #own = 0;

  constructor(
    private readonly jobs: readonly DeclaredJob[],
    private readonly columns: readonly string[],
    private readonly rows: readonly unknown[][],
  ) {}

  templateOf(values: readonly unknown[], areWords: boolean): unknown {
    if (areAlike(values) && !isMistakable(values[0])) return values[0];
    const lists = values.filter(Array.isArray);
    const [first] = lists;
    if (lists.length === values.length && lists.every(({ length }) => length === first?.length)) {
      return (first ?? []).map((_: unknown, index: number) =>
        this.templateOf(
          lists.map((list) => list[index]),
          areWords,
        ),
      );
    }
    const names = isPlainMap(values[0]) ? Object.keys(values[0]) : undefined;
    if (names && !names.includes("$") && values.every((one) => hasJust(one, names))) {
      const maps = values as readonly Values[];
      return Object.fromEntries(
        names.map((name) => [
          name,
          this.templateOf(
            maps.map((map) => map[name]),
            areWords,
          ),
        ]),
      );
    }
    return this.#ofParam(values, areWords) ?? this.#ofRow(values, areWords);
  }

  #ofParam(values: readonly unknown[], areWords: boolean): Hole | undefined {
    for (const name of this.columns) {
      const params = this.jobs.map(({ params }) => params[name]);
      if (values.every((value, index) => value !== undefined && value === params[index])) {
        return { $: name };
      }
      if (areWords) {
        const around = textAround(values, params);
        if (around) return { $: name, ...around };
      }
    }
    return undefined;
  }

  #ofRow(values: readonly unknown[], areWords: boolean): Hole {
    const { own, ...around } = areWords ? withoutCommonText(values) : { own: values };
    for (const [index, value] of own.entries()) this.rows[index]?.push(value ?? null);
    this.#own += 1;
    return { $: this.#own - 1, ...around };
  }
}

/**
 * What tells words apart, and what all of them begin and end with, as `--out=/arc/projects/x/` and `.fits`: up to a sign
 * that parts words, so that another job of the kind changes no row but its own.
 */
function withoutCommonText(
  values: readonly unknown[],
): Omit<Hole, "$"> & { readonly own: readonly unknown[] } {
  const [first, ...others] = values;
  const isWord = (one: unknown) => typeof one === "string" && !hasUnknown(one);
  if (typeof first !== "string" || others.length === 0 || !values.every(isWord)) {
    return { own: values };
  }
  const words = values as readonly string[];
  let [start, end] = [first.length, first.length];
  for (const word of words.slice(1)) {
    const shorter = Math.min(first.length, word.length);
    const isSame = (one: number, other: number) => first[one] === word[other];
    const mostAtStart = Math.min(start, shorter);
    for (start = 0; start < mostAtStart && isSame(start, start); ) start += 1;
    const mostAtEnd = Math.min(end, shorter - start);
    const fits = (from: number) => isSame(first.length - 1 - from, word.length - 1 - from);
    for (end = 0; end < mostAtEnd && fits(end); ) end += 1;
  }
  const before = /^.*[/=:]/s.exec(first.slice(0, start))?.[0] ?? "";
  const after = /[/.].*$/s.exec(first.slice(first.length - end))?.[0] ?? "";
  return {
    own: words.map((word) => word.slice(before.length, word.length - after.length)),
    ...(before !== "" && { before }),
    ...(after !== "" && { after }),
  };
}

/** The same text before and after the parameter in every word, if that is so. */
function textAround(
  words: readonly unknown[],
  params: readonly (Param | undefined)[],
): Omit<Hole, "$"> | undefined {
  const [word, param] = [wordOf(words[0]), wordOf(params[0])];
  const at = word !== undefined && param ? word.indexOf(param) : -1;
  if (word === undefined || param === undefined || at < 0) return undefined;
  const [before, after] = [word.slice(0, at), word.slice(at + param.length)];
  const fits = words.every((one, index) => {
    const own = wordOf(params[index]);
    return own !== undefined && wordOf(one) === `${before}${own}${after}`;
  });
  if (!fits) return undefined;
  return { ...(before !== "" && { before }), ...(after !== "" && { after }) };
}

function wordOf(value: unknown): string | undefined {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

function areAlike(values: readonly unknown[]): boolean {
  const [first] = values;
  return values.every((one) => one === first || isEqual(one, first));
}

/** Plain values by what they hold; of anything else only the same one is equal. */
function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((part, index) => isEqual(part, other[index]));
  }
  if (!isPlainMap(one) || !isPlainMap(other)) return false;
  const names = Object.keys(one);
  return hasJust(other, names) && names.every((name) => isEqual(one[name], other[name]));
}

function hasJust(value: unknown, names: readonly string[]): value is Values {
  return (
    isPlainMap(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name))
  );
}

/** Whether a value would be taken for a place in a row. */
function isMistakable(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isMistakable);
  return (
    isPlainMap(value) && (Object.hasOwn(value, "$") || Object.values(value).some(isMistakable))
  );
}

export interface ReadRow {
  readonly params: Readonly<Record<string, Param>>;
  readonly inputs: Values;
}

/** @returns reads the text of a row, as `JSON.stringify(values)` wrote it */
export function rowReader({ columns, common, template }: RowForm): (text: string) => ReadRow {
  const templates = Object.entries(template);
  return (text) => {
    const values: readonly unknown[] = JSON.parse(text);
    const isRegular = !isPlainMap(values[0]);
    const params = isRegular
      ? Object.fromEntries(columns.map((name, index) => [name, values[index]]))
      : values[0];
    const own = values.slice(isRegular ? columns.length : 1);
    const row = { params: params as Readonly<Record<string, Param>>, own };
    const inputs: Record<string, unknown> = { ...common };
    for (const [name, one] of templates) {
      inputs[name] = filled(one, row, wordy.includes(name)) ?? undefined;
    }
    return { params: row.params, inputs };
  };
}

/** @param areWords a parameter among words is its text, whatever it is otherwise */
function filled(
  template: unknown,
  row: { readonly params: Values; readonly own: readonly unknown[] },
  areWords: boolean,
): unknown {
  if (Array.isArray(template)) return template.map((part) => filled(part, row, areWords));
  if (!isPlainMap(template)) return template;
  if (!Object.hasOwn(template, "$")) {
    return Object.fromEntries(
      Object.entries(template).map(([name, part]) => [name, filled(part, row, areWords)]),
    );
  }
  const { $: from, before = "", after = "" } = template as unknown as Hole;
  const value = typeof from === "number" ? row.own[from] : row.params[from];
  const isWord = typeof from === "number" ? before !== "" || after !== "" : areWords;
  return isWord && value !== null ? `${before}${String(value)}${after}` : value;
}

/** Whether two forms read the same text alike. */
export function isSameForm(one: RowForm, other: RowForm): boolean {
  return isDeepStrictEqual(
    [one.columns, one.common, one.template],
    [other.columns, other.common, other.template],
  );
}
