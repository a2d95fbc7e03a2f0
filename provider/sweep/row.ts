// One set of parameters: what a sweep has for each of its jobs. Plain data, wherever it comes from.
import { isUncertain, plainScalar, type Scalar, uncertain } from "./scalar";

/** The value of a parameter; a bigint is its digits, all of them. */
export type Value = Scalar;

/** One job's parameters by name. */
export type Row = { readonly [parameter: string]: Value };

/** What the columns of a table say of its rows; survives `{ ...row }`. */
export interface Columns {
  /** The columns that tell its rows apart. */
  readonly key: readonly string[];
  /** Those that were given a type, and the key: what jobs are about, without comments. */
  readonly declared: readonly string[] | undefined;
  /** What the table has for its row that is no parameter, by column. */
  readonly withheld?: Readonly<Record<string, Withheld>>;
}

/** Why a column, or a cell of it, is no parameter. */
export interface Withheld {
  /** A sentence, with the file. */
  readonly why: string;
  /** Whether that is so of the whole column, as of arrays, and not of this row's cell alone, as of NaN. */
  readonly isColumn: boolean;
}

const columns = Symbol.for("pulumi-skaha/columns");

export function withColumns<R extends Row>(row: R, of: Columns): R {
  return { ...row, [columns]: of };
}

export function columnsOf(row: Row): Columns | undefined {
  return (row as { readonly [columns]?: Columns })[columns];
}

/** Why a parameter is not there, if a table says so. */
export function withheldOf(row: Row, name: string): string | undefined {
  const { withheld } = columnsOf(row) ?? {};
  return withheld && Object.hasOwn(withheld, name) ? withheld[name]?.why : undefined;
}

const guards = new WeakMap<object, object>();

/** The row itself if nothing is withheld; else one that throws, with the reason, when such a parameter is read. */
export function guarded<R extends Row>(row: R): R {
  const { withheld } = columnsOf(row) ?? {};
  if (!withheld) return row;
  let guard = guards.get(withheld);
  if (!guard) {
    const getters = Object.entries(withheld).map(
      ([name, { why }]): [string, PropertyDescriptor] => [
        name,
        {
          get: () => {
            throw new TypeError(why);
          },
        },
      ],
    );
    guard = Object.create(Object.prototype, Object.fromEntries(getters)) as object;
    guards.set(withheld, guard);
  }
  if (Object.getPrototypeOf(row) === guard) return row;
  return Object.create(guard, Object.getOwnPropertyDescriptors(row)) as R;
}

/** The one text that equal values have: `0.10` is `0.1`, `-0` is `0`. */
export function textOf(value: Value): string {
  return String(Object.is(value, -0) ? 0 : value);
}

/** The parameters as JSON can hold them, without a table's marks: a bigint becomes its digits. */
export type PlainRow<R extends Row> = {
  readonly [Name in keyof R]: R[Name] extends bigint
    ? string | number
    : bigint extends R[Name]
      ? Exclude<R[Name], bigint> | string | number
      : R[Name];
};

export function plainRow<R extends Row>(row: R): PlainRow<R> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, plainScalar(value)]),
  ) as PlainRow<R>;
}

/** A row as error messages show it. */
export function shown(row: Row): string {
  const entries = Object.entries(row).map(
    ([name, value]) =>
      `${name}: ${typeof value === "string" ? JSON.stringify(value) : textOf(value)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

/** @returns what is wrong with a row, in words */
export function faultOf(row: unknown): string | undefined {
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    return `is ${JSON.stringify(row) ?? String(row)}, not an object of parameters`;
  }
  const entries = Object.entries(row);
  if (entries.length === 0) return "has no parameters";
  const half = entries.find((entry) =>
    entry.some((one) => typeof one === "string" && !one.isWellFormed()),
  );
  if (half)
    return `has half of a surrogate pair, which is no character, in ${JSON.stringify(half[0])}`;
  const found = entries.find(([, value]) => !isValue(value));
  if (!found) return undefined;
  const [name, value] = found;
  if (typeof value === "number" && isUncertain(value)) return `has ${name} ${uncertain(value)}`;
  const what = typeof value === "object" ? "an object" : String(value);
  const reason =
    typeof value === "number"
      ? "a parameter has to be a finite number"
      : "a parameter is a string, a number, a bigint, a boolean or null";
  return `has ${what} as ${name}: ${reason}`;
}

function isValue(value: unknown): value is Value {
  if (typeof value === "number") return Number.isFinite(value) && !isUncertain(value);
  return value === null || ["string", "bigint", "boolean"].includes(typeof value);
}
