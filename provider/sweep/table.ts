// Rows of parameters from the tables of the field (FITS, VOTable, ECSV, Parquet), with the types that the
// file has: an identifier keeps all its digits, text stays text.
import { readTable } from "../tables/read";
import type { Cell, Column, Table } from "../tables/table";
import type { ColumnType } from "./csv";
import { guarded, type Row, textOf, type Value, type Withheld, withColumns } from "./row";
import { decimalNumber, isUncertain, plainScalar } from "./scalar";

type ColumnTypes = { readonly [column: string]: ColumnType };
type ColumnChoice = readonly string[] | ColumnTypes;
type TableValue = string | number | boolean | null;
type ValueOf<T extends ColumnType> = T extends "number"
  ? number
  : T extends "boolean"
    ? boolean
    : string;
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
   * `"string"` makes text of whatever it holds, NaN and infinities too; one that is given a type has no missing values.
   * @default all that hold one value in each cell
   * @example ["RA", "DEC"]
   * @example { SOURCE_ID: "string", RA: "number" }
   */
  readonly columns?: C;
}

const mostFaults = 10;
const mostNames = 20;

/**
 * The rows of a table in a FITS, VOTable, ECSV or Parquet file, gzipped or not, whatever it is called. Types are the
 * file's: an integer beyond 2^53 is text with all its digits, a missing value is null. A column of arrays
 * is no parameter; using it is an error that names it.
 * @param source a file, from the program's folder, or its bytes
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
  const key: readonly string[] = typeof options.key === "string" ? [options.key] : options.key;
  if (key.length === 0) throw new TypeError(`${file}: \`key\` names no column`);
  const choice = options.columns && choiceOf(options.columns);
  refuseAbsent(file, read, [...key, ...(choice?.keys() ?? [])]);
  const wanted = choice && new Set([...key, ...choice.keys()]);
  const rows = new RowMaker(file, read, key, choice, wanted).rows();
  return rows as unknown as readonly TableRow<K, C>[]; // as `columns` says, which was checked cell by cell
}

type Choice = ReadonlyMap<string, ColumnType | undefined>;

function choiceOf(columns: ColumnChoice): Choice {
  return Array.isArray(columns)
    ? new Map((columns as readonly string[]).map((name) => [name, undefined]))
    : new Map(Object.entries(columns as ColumnTypes));
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

class RowMaker {
  readonly #faults: string[] = [];
  #moreFaults = 0;

  constructor(
    readonly file: string,
    readonly table: Table,
    readonly key: readonly string[],
    readonly choice: Choice | undefined,
    readonly wanted: ReadonlySet<string> | undefined,
  ) {}

  rows(): readonly Row[] {
    const { withheld, readable } = this.#columns();
    const marks = { key: this.key, declared: this.wanted && [...this.wanted] };
    const rows: Row[] = [];
    const firstOf = new Map<string, number>();
    const given = readable.map((column) => ({ column, cells: this.#cells(column) }));
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
  #columns(): { withheld: Readonly<Record<string, Withheld>>; readable: readonly Column[] } {
    const withheld: Record<string, Withheld> = {};
    const readable: Column[] = [];
    const count = new Map<string, number>();
    for (const { name } of this.table.columns) count.set(name, (count.get(name) ?? 0) + 1);
    for (const column of this.table.columns) {
      const { name } = column;
      const isWanted = this.wanted?.has(name) ?? true;
      const why =
        (count.get(name) ?? 0) > 1
          ? "is there twice in the file"
          : (column.unusable ?? (isWanted ? undefined : "is not among `columns`"));
      if (why === undefined) readable.push(column);
      else if (this.key.includes(name) || this.wanted?.has(name)) {
        throw new Error(`${this.file}: the column ${name} ${why}, so it is no parameter`);
      } else withheld[name] = { why: `${this.file}: the column ${name} ${why}`, isColumn: true };
    }
    return { withheld, readable };
  }

  #cells(column: Column): readonly Cell[] {
    try {
      return column.read();
    } catch (error) {
      throw new Error(`${this.file}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  #given(name: string, cell: Cell, row: number): Given {
    const type = this.choice?.get(name);
    if (cell === null) {
      if (this.key.includes(name)) this.#fault(row, `${name} is missing, which its key is made of`);
      else if (type !== undefined) this.#fault(row, `${name} is missing, so it is no ${type}`);
      return { value: null };
    }
    const value = type === undefined ? undefined : typed(cell, type);
    if (value !== undefined) return { value };
    if (type !== undefined) {
      this.#fault(row, `${name} is ${shownCell(cell)}, not a ${type}`);
      return { value: null };
    }
    if (typeof cell !== "number") return { value: plainScalar(cell) };
    if (Number.isFinite(cell)) return { value: isUncertain(cell) ? floatText(cell) : cell };
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
  if (type === "string") {
    return typeof cell === "number" && isUncertain(cell) ? floatText(cell) : textOf(cell);
  }
  if (type === "boolean") return typeof cell === "boolean" ? cell : undefined;
  if (typeof cell === "boolean") return undefined;
  if (typeof cell === "number") {
    return Number.isFinite(cell) && !isUncertain(cell) ? cell : undefined;
  }
  const number = decimalNumber(String(cell).trim());
  return typeof number === "number" ? number : undefined;
}

/** A float beyond 2^53 is no integer with so many digits. */
function floatText(value: number): string {
  return value.toExponential();
}

function shownCell(cell: Exclude<Cell, null>): string {
  return typeof cell === "string" ? JSON.stringify(cell) : textOf(cell);
}
