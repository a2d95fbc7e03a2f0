// Rows of parameters from the tables of the field (FITS, VOTable, ECSV, Parquet), with the types that the
// file has: an identifier keeps all its digits, text stays text.
import { messageOf } from "../errors";
import { readTable } from "../tables/read";
import type { Cell, Column, Table } from "../tables/table";
import { type Choice, type ColumnType, choiceOf, type ValueOf } from "./csv";
import { guarded, type Row, textOf, type Value, type Withheld, withColumns } from "./row";
import { decimalNumber, isUncertain, plainScalar } from "./scalar";

type ColumnTypes = { readonly [column: string]: ColumnType };
type ColumnChoice = readonly string[] | ColumnTypes;
type TableValue = string | number | boolean | null;
type NameIn<K> = K extends readonly string[] ? K[number] : K;

/** A key is never missing. */
type KeyOf<K> = { readonly [Name in NameIn<K> & string]: Exclude<TableValue, null> };

/** With chosen columns exactly these and the key; else any column. */
export type TableRow<
  K extends string | readonly string[],
  C extends ColumnChoice,
> = C extends readonly string[]
  ? KeyOf<K> & { readonly [Name in Exclude<C[number], NameIn<K>>]: TableValue }
  : string extends keyof C
    ? KeyOf<K> & { readonly [column: string]: TableValue }
    : KeyOf<Exclude<NameIn<K>, keyof C> & string> & {
        readonly [Name in keyof C]: C[Name] extends ColumnType ? ValueOf<C[Name]> : never;
      };

export interface TableOptions<K extends string | readonly string[], C extends ColumnChoice> {
  /** The column, or columns, that tell the rows apart: what jobs are named by. */
  readonly key: K;
  /**
   * The columns that are parameters, beside the key: a list of names, or names with what each is to be.
   * `"string"` makes text of whatever it holds, NaN and infinities too. One that is given a type has no missing values
   * unless it ends with a question mark, as in `"number?"`, or `default` says what stands for them.
   * @default all that hold one value in each cell
   * @example ["RA", "DEC"]
   * @example { SOURCE_ID: "string", RA: "number", z: "number?" }
   */
  readonly columns?: C;
  /**
   * What stands for a missing value, by column.
   * @example { z: -1 }
   */
  readonly default?: { readonly [column: string]: string | number | boolean };
  /**
   * Takes a VOTable that its service cut off at its limit of rows (`QUERY_STATUS` is `OVERFLOW`) for what is wanted.
   * @default false: it is an error
   */
  readonly allowOverflow?: boolean;
}

const mostFaults = 10;
const mostNames = 20;

/**
 * The rows of a table in a FITS, VOTable, ECSV or Parquet file, gzipped or not, whatever it is called. Types are the
 * file's: an integer beyond 2^53 is text with all its digits, a missing value is null. A column of arrays
 * is no parameter; using it is an error that names it.
 * @param source a file, from the program's folder or `~/` for the home, or its bytes
 * @throws an error that lists what is wrong, by file, column and row
 * @example table("tiles.fits", { key: "TILEID" })
 * @example table("gaia.vot", { key: "source_id", columns: ["ra", "dec"] })
 */
export function table<
  const K extends string | readonly string[],
  const C extends ColumnChoice = ColumnTypes,
>(source: string | Uint8Array, options: TableOptions<K, C>): readonly TableRow<K, C>[] {
  const file = typeof source === "string" ? source : "table";
  const read = readTable(source);
  if (read.hasOverflow && !options.allowOverflow) throw new Error(`${file}: ${overflow(read)}`);
  const key: readonly string[] = typeof options.key === "string" ? [options.key] : options.key;
  if (key.length === 0) throw new TypeError(`${file}: \`key\` names no column`);
  const choice = options.columns && choiceOf(options.columns);
  const ifMissing = new Map(Object.entries(options.default ?? {}));
  refuseAbsent(file, read, [...key, ...(choice?.keys() ?? []), ...ifMissing.keys()]);
  const wanted = choice && new Set([...key, ...choice.keys()]);
  const unread = [...ifMissing.keys()].filter((name) => wanted && !wanted.has(name));
  if (unread.length > 0) {
    throw new Error(`${file}: \`default\` names ${unread.join(", ")}, not among \`columns\``);
  }
  const rows = new RowMaker(file, read, key, choice, ifMissing, wanted).rows();
  return rows as unknown as readonly TableRow<K, C>[]; // as `columns` says, which was checked cell by cell
}

function overflow({ rowCount }: Table): string {
  return `is not the whole table: its service had more rows, and left off after ${rowCount} (QUERY_STATUS is OVERFLOW); ask it for more with a higher MAXREC, as an asynchronous query where it has a limit, or write \`allowOverflow: true\` where these rows are what you want`;
}

function refuseAbsent(file: string, { columns }: Table, names: readonly string[]): void {
  const known = [...new Set(columns.map(({ name }) => name))];
  const absent = [...new Set(names)].filter((name) => !known.includes(name));
  if (absent.length === 0) return;
  const close = absent.map((name) =>
    known.find((one) => one.toLowerCase() === name.toLowerCase() || one.trim() === name.trim()),
  );
  const hint = close.every((one) => one !== undefined)
    ? `did you mean ${close.join(", ")}?`
    : `it has ${listed(columns)}`;
  throw new Error(`${file}: has no column ${absent.join(", ")}; ${hint}`);
}

function listed(columns: readonly Column[]): string {
  const shown = columns
    .slice(0, mostNames)
    .map(({ name, unit }) => (unit === undefined ? name : `${name} (${unit})`));
  const more = columns.length > mostNames ? ` and ${columns.length - mostNames} more` : "";
  return `${shown.join(", ")}${more}`;
}

/** What a column gives each row: a parameter, or why it is none. */
type Given = { readonly value: Value } | { readonly withheld: Withheld };

interface ReadColumn {
  readonly column: Column;
  readonly cells: readonly Cell[];
}

class RowMaker {
  readonly #faults: string[] = [];
  #moreFaults = 0;

  constructor(
    readonly file: string,
    readonly table: Table,
    readonly key: readonly string[],
    readonly choice: Choice | undefined,
    readonly ifMissing: ReadonlyMap<string, Value>,
    readonly wanted: ReadonlySet<string> | undefined,
  ) {}

  rows(): readonly Row[] {
    const { withheld, given } = this.#columns();
    const marks = { key: this.key, declared: this.wanted && [...this.wanted] };
    const rows: Row[] = [];
    const firstOf = new Map<string, number>();
    for (let index = 0; index < this.table.rowCount; index += 1) {
      const row: Record<string, Value> = {};
      let ofRow = withheld;
      for (const { column, cells } of given) {
        const one = this.#given(column.name, cells[index] ?? null, index + 1);
        if ("value" in one) row[column.name] = one.value;
        else ofRow = { ...ofRow, [column.name]: one.withheld };
      }
      this.#refuseEqual(row, index + 1, firstOf);
      const isWhole = Object.keys(ofRow).length === 0;
      rows.push(guarded(withColumns(row, isWhole ? marks : { ...marks, withheld: ofRow })));
    }
    if (this.#faults.length > 0) {
      const more = this.#moreFaults > 0 ? [`... and ${this.#moreFaults} more`] : [];
      throw new Error([...this.#faults, ...more].join("\n"));
    }
    return rows;
  }

  /** Those to read; and the others, with why. One that was chosen has to be read. */
  #columns(): { withheld: Readonly<Record<string, Withheld>>; given: readonly ReadColumn[] } {
    const withheld: Record<string, Withheld> = {};
    const given: ReadColumn[] = [];
    const count = new Map<string, number>();
    for (const { name } of this.table.columns) count.set(name, (count.get(name) ?? 0) + 1);
    for (const column of this.table.columns) {
      const { name } = column;
      const isWanted = this.wanted?.has(name) ?? true;
      const why =
        (count.get(name) ?? 0) > 1
          ? "is there twice in the file"
          : (column.unusable ?? (isWanted ? undefined : "is not among `columns`"));
      if (why === undefined) {
        try {
          given.push({ column, cells: column.read() });
        } catch (error) {
          const what = `${this.file}: ${messageOf(error)}`;
          if (this.key.includes(name) || this.wanted) throw new Error(what, { cause: error });
          withheld[name] = { why: what, isColumn: true };
        }
      } else if (this.key.includes(name) || this.wanted?.has(name)) {
        throw new Error(`${this.file}: the column ${name} ${why}, so it is no parameter`);
      } else withheld[name] = { why: `${this.file}: the column ${name} ${why}`, isColumn: true };
    }
    return { withheld, given };
  }

  #given(name: string, cell: Cell, row: number): Given {
    const type = this.choice?.get(name);
    if (cell === null) {
      const instead = this.ifMissing.get(name);
      if (instead !== undefined) return { value: instead };
      if (this.key.includes(name)) this.#fault(row, `${name} is missing, which its key is made of`);
      else if (type !== undefined && !type.endsWith("?")) {
        const remedy = `"${type}?" makes it null, \`default\` another value`;
        this.#fault(row, `${name} is missing, so it is no ${type}: ${remedy}`);
      }
      return { value: null };
    }
    const value = type === undefined ? undefined : typed(cell, type);
    if (value !== undefined) return { value };
    if (type !== undefined) {
      this.#fault(row, `${name} is ${shownCell(cell)}, ${notOf(cell, type)}`);
      return { value: null };
    }
    if (typeof cell !== "number") return { value: plainScalar(cell) };
    if (Number.isFinite(cell)) return { value: floatValue(cell) };
    const what = `${name} is ${cell}`;
    if (this.key.includes(name)) {
      this.#fault(row, `${what}, which no key is made of`);
      return { value: null };
    }
    const why = `${this.file}: row ${row}: ${what}, which is no parameter; to have it as text, write \`columns\` with ${name}: "string"`;
    return { withheld: { why, isColumn: false } };
  }

  #refuseEqual(row: Row, number: number, firstOf: Map<string, number>): void {
    const ofRow = JSON.stringify(this.key.map((name) => row[name]));
    const before = firstOf.get(ofRow);
    if (before === undefined) {
      firstOf.set(ofRow, number);
      return;
    }
    if (this.key.some((name) => row[name] === null)) return; // told already
    const what = this.key.map((name) => `${name} ${JSON.stringify(row[name])}`).join(", ");
    this.#fault(number, `has the same key as row ${before}: ${what}`);
  }

  #fault(row: number, what: string): void {
    if (this.#faults.length < mostFaults) this.#faults.push(`${this.file}: row ${row}: ${what}`);
    else this.#moreFaults += 1;
  }
}

/** @returns undefined for what is not of the type */
function typed(cell: Exclude<Cell, null>, type: ColumnType): Value | undefined {
  if (type === "string" || type === "string?") {
    return typeof cell === "number" ? String(floatValue(cell)) : textOf(cell);
  }
  if (type === "boolean" || type === "boolean?")
    return typeof cell === "boolean" ? cell : undefined;
  if (typeof cell === "boolean") return undefined;
  if (typeof cell === "number") {
    return Number.isFinite(cell) && !isUncertain(cell) ? cell : undefined;
  }
  const number = decimalNumber(String(cell).trim());
  return typeof number === "number" ? number : undefined;
}

/** Why a cell that is not of a type is not. */
function notOf(cell: Exclude<Cell, null>, type: ColumnType): string {
  const base = type.replace("?", "");
  const isInexact =
    base === "number" &&
    typeof cell !== "number" &&
    decimalNumber(String(cell).trim()) === "inexact";
  if (!isInexact) return `not a ${base}`;
  return 'which a number does not hold exactly: say "string" for this column';
}

/** Text where a number of a program's would not arrive as it is: the sign of `-0`, and beyond 2^53 the digits. */
function floatValue(cell: number): number | string {
  if (Object.is(cell, -0)) return "-0";
  return isUncertain(cell) ? cell.toExponential() : cell;
}

function shownCell(cell: Exclude<Cell, null>): string {
  return typeof cell === "string" ? JSON.stringify(cell) : textOf(cell);
}
