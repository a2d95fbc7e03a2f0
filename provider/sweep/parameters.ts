// Sets of parameters, from short descriptions of them: plain arrays of rows, to be filtered, mapped and
// joined like any others. Pure.
import type { Row, Value } from "./row";

type Lists = { readonly [parameter: string]: readonly Value[] };
type RowOf<L extends Lists> = { readonly [Name in keyof L]: L[Name][number] };

const mostValues = 1_000_000;

/**
 * Every combination of the values.
 * @example grid({ method: ["ls", "bls"], band: range(2, 22, 2) })  // 20 rows: { method: "ls", band: 2 }, ...
 */
export function grid<const L extends Lists>(parameters: L): readonly RowOf<L>[] {
  let rows: [string, Value][][] = [[]];
  for (const [name, values] of named("grid", parameters)) {
    if (rows.length * values.length > mostValues) {
      throw new RangeError(`grid: ${name} brings it to more than ${mostValues} combinations`);
    }
    rows = rows.flatMap((row) => values.map((value): [string, Value][] => [...row, [name, value]]));
  }
  return rows.map((row) => Object.fromEntries(row)) as RowOf<L>[];
}

/**
 * The first values of all lists, then the second, and so on; the lists are equally long.
 * @example zip({ ra: [10.68, 23.46], dec: [41.27, 30.66] })  // 2 rows
 */
export function zip<const L extends Lists>(parameters: L): readonly RowOf<L>[] {
  const lists = named("zip", parameters);
  const lengths = lists.map(([name, values]) => `${name} has ${values.length}`);
  if (new Set(lists.map(([, values]) => values.length)).size > 1) {
    throw new RangeError(`zip: the lists have to be equally long, but ${lengths.join(", ")}`);
  }
  const [[, first] = ["", []]] = lists;
  return first.map((_, index) =>
    Object.fromEntries(lists.map(([name, values]) => [name, values[index] as Value])),
  ) as RowOf<L>[];
}

/**
 * Rows as they are, with their exact types.
 * @example list([{ galaxy: "M31", ram: 16 }, { galaxy: "M33", ram: 8 }])
 */
export function list<const R extends Row>(rows: readonly R[]): readonly R[] {
  return rows;
}

/** All rows of several lists, one list after the other; `[...a, ...b]` does the same. */
export function concat<Lists extends readonly (readonly Row[])[]>(
  ...lists: Lists
): readonly Lists[number][number][] {
  return lists.flat() as Lists[number][number][];
}

/**
 * The rows without those that a function says yes to, or that have all the values of one that is given.
 * @example exclude(rows, ({ method, band }) => method === "bls" && band > 10)
 * @example exclude(rows, { method: "bls", band: 20 }, { method: "ls", band: 2 })
 */
export function exclude<R extends Row>(
  rows: readonly R[],
  ...unwanted: readonly (((row: R) => boolean) | Partial<R>)[]
): readonly R[] {
  const tests = unwanted.map((one) => {
    if (typeof one === "function") return one;
    const wanted = Object.entries(one);
    if (wanted.length === 0) throw new TypeError("exclude: {} would exclude every row");
    for (const [name] of wanted) {
      if (rows.length === 0 || rows.some((row) => Object.hasOwn(row, name))) continue;
      throw new TypeError(`exclude: no row has a parameter ${name}`);
    }
    return (row: R) => wanted.every(([name, value]) => isSame(row[name], value));
  });
  return rows.filter((row) => !tests.some((test) => test(row)));
}

/** A bigint is equal to whatever is written with its digits. */
function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || ((typeof a === "bigint" || typeof b === "bigint") && String(a) === String(b));
}

/**
 * Numbers from `start`, 0 if left out, to `end`, which is not among them.
 * Decimals come out as written: `range(0, 1, 0.1)` has 0.3, whatever it starts from.
 * @example range(2, 22, 2)  // 2, 4, ..., 20
 */
export function range(end: number): readonly number[];
export function range(start: number, end: number, step?: number): readonly number[];
export function range(first: number, second?: number, step = 1): readonly number[] {
  const [start, end] = second === undefined ? [0, first] : [first, second];
  finite("range", { start, end, step });
  if (step === 0) throw new RangeError("range: step is 0");
  const places = Math.max(decimals(start), decimals(step));
  const values: number[] = [];
  for (let index = 0; ; index += 1) {
    const exact = start + index * step;
    const value = index === 0 ? start : places > 15 ? exact : Number(exact.toFixed(places)) + 0; // no -0
    if (step > 0 ? value >= end : value <= end) return values;
    if (values.length === mostValues) {
      throw new RangeError(
        `range: ${start} to ${end} by ${step} has more than ${mostValues} values`,
      );
    }
    values.push(value);
  }
}

/**
 * `count` numbers at equal distances, `start` and `end` among them (as in NumPy).
 * @example linspace(0, 1, 5)  // 0, 0.25, 0.5, 0.75, 1
 */
export function linspace(start: number, end: number, count: number): readonly number[] {
  finite("linspace", { start, end });
  whole("linspace", count);
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return start;
    if (index === count - 1) return end;
    return short(start + (end - start) * (index / (count - 1)));
  });
}

/**
 * `count` numbers at equal ratios, from 10 to the power `start` to 10 to the power `end`, both among them
 * (as in NumPy).
 * @example logspace(-1, 2, 4)  // 0.1, 1, 10, 100
 */
export function logspace(start: number, end: number, count: number): readonly number[] {
  return linspace(start, end, count).map((exponent) => {
    const value = short(10 ** exponent);
    if (!Number.isFinite(value)) throw new RangeError(`logspace: 10 ** ${exponent} is too large`);
    return value;
  });
}

/** `count` equal jobs: `{ replica: 1 }` to `{ replica: count }`. See `replicaEnv` of a `Sweep`. */
export function replicas(count: number): readonly { readonly replica: number }[] {
  whole("replicas", count);
  return Array.from({ length: count }, (_, index) => ({ replica: index + 1 }));
}

function named(what: string, parameters: Lists): [string, readonly Value[]][] {
  const lists = Object.entries(parameters);
  if (lists.length === 0) throw new TypeError(`${what}: names no parameter`);
  for (const [name, values] of lists) {
    if (!Array.isArray(values)) {
      throw new TypeError(`${what}: ${name} has to be a list of values, like [${String(values)}]`);
    }
    if (values.length === 0) throw new RangeError(`${what}: ${name} has no values`);
  }
  return lists;
}

function finite(what: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) {
      throw new TypeError(`${what}: ${name} is ${value}, and has to be a finite number`);
    }
  }
}

function whole(what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= mostValues) return;
  throw new RangeError(`${what}: the count is ${count}, and has to be a whole number from 1 on`);
}

/** Without the last digit's noise: 0.1 + 0.2 is 0.3. */
function short(value: number): number {
  return Number(value.toPrecision(15));
}

/** How many decimals the number is written with. */
function decimals(value: number): number {
  const [digits = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits.split(".")[1]?.length ?? 0) - Number(exponent));
}
