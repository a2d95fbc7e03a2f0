// Tables of parameters, read without changing what they say: an identifier stays the text that it is.
import { readFileSync } from "node:fs";
import { expandHome } from "../homePath";
import { formatNames, tableFormatOf } from "../tables/recognize";
import { type Line, linesOf } from "./csvText";
import { type Row, type Value, withColumns } from "./row";
import { decimalNumber, scalarOf } from "./scalar";

type BaseType = "string" | "number" | "boolean";
/** With a question mark, an empty field is null. */
export type ColumnType = BaseType | `${BaseType}?`;
type ColumnTypes = { readonly [column: string]: ColumnType };
/** What a column of a type holds. */
export type ValueOf<T extends ColumnType> = T extends `${infer Base extends BaseType}?`
  ? ValueOf<Base> | null
  : T extends "number"
    ? number
    : T extends "boolean"
      ? boolean
      : string;
type ColumnChoice = readonly string[] | ColumnTypes;
type NameIn<K> = K extends readonly string[] ? K[number] : K;

/** With chosen columns exactly these and the key; else any column. */
export type CsvRow<
  K extends string | readonly string[],
  C extends ColumnChoice,
> = C extends readonly string[]
  ? { readonly [Name in NameIn<K> | C[number]]: string | number }
  : string extends keyof C
    ? { readonly [column: string]: string | number } & {
        readonly [Name in NameIn<K> & string]: string | number;
      }
    : { readonly [Name in keyof C]: C[Name] extends ColumnType ? ValueOf<C[Name]> : never } & {
        readonly [Name in Exclude<NameIn<K> & string, keyof C>]: string | number;
      };

export interface CsvOptions<K extends string | readonly string[], C extends ColumnChoice> {
  /** The column, or columns, that tell the rows apart: what jobs are named by. */
  readonly key: K;
  /**
   * The columns that jobs are about, beside the key: a list of names, or names with what each holds. In one without a
   * type, a field is a number if a number is written exactly so (`8`, `0.5`), and else text: `0123`, `2E10` and
   * `4295806720038285000001` stay as they are. With a question mark an empty field is null: `"number?"`.
   * @default all, without a type
   * @example ["ra", "dec"]
   * @example { gaia: "string", ram: "number", done: "boolean", z: "number?" }
   */
  readonly columns?: C;
  /**
   * What stands for an empty field, by column.
   * @example { z: -1 }
   */
  readonly default?: { readonly [column: string]: string | number | boolean };
  /** @default the one of , ; tab and | that the first line has */
  readonly delimiter?: string;
}

const mostFaults = 10;

/**
 * The rows of a table whose first line names the columns, also as a comment (`# id,ra`). Blanks around names and
 * fields are dropped, those in quotes are kept. Lines that begin with # and rows of empty fields are skipped, and
 * so is a first column without a name: pandas' index. An empty field is "", unless `columns` or `default` say
 * otherwise.
 * @param source a file, from the program's folder or `~/` for the home, or the text itself
 * @throws an error that lists what is wrong, by file and line
 * @example csv("galaxies.csv", { key: "galaxy", columns: { ram: "number" } })
 */
export function csv<
  const K extends string | readonly string[],
  const C extends ColumnChoice = ColumnTypes,
>(source: string | { readonly text: string }, options: CsvOptions<K, C>): readonly CsvRow<K, C>[] {
  const file = typeof source === "string" ? source : "csv";
  const text = (typeof source === "string" ? read(source) : given(source.text)).replace(
    /^\uFEFF/,
    "",
  );
  const chosen = options.columns && choiceOf(options.columns);
  const key: readonly string[] = typeof options.key === "string" ? [options.key] : options.key;
  const [header, ...lines] = linesOf(file, text, options.delimiter, key);
  if (!header) throw new Error(`${file}: is empty; its first line names the columns`);
  const kept = withNames(header.fields, lines);
  const names = kept.map((index) => header.fields[index] ?? "");
  const described = [...(chosen?.keys() ?? []), ...Object.keys(options.default ?? {})];
  refuseHeader(`${file}:${header.line}`, names, key, described);

  const faults: string[] = [];
  const lineOf = new Map<string, number>();
  const rows: Row[] = [];
  const ofTable = {
    key,
    declared: chosen && [...new Set([...key, ...chosen.keys()])],
  };
  for (const { fields, line } of lines) {
    if (fields.length !== header.fields.length) {
      faults.push(
        `${file}:${line}: has ${fields.length} fields, but there are ${header.fields.length} columns`,
      );
      continue;
    }
    const values = names.map((name, index): [string, Value | undefined] => {
      const field = fields[kept[index] ?? -1] ?? "";
      const value = readField(field, chosen?.get(name), options.default?.[name]);
      if (typeof value !== "object" || value === null) return [name, value];
      faults.push(`${file}:${line}: ${name} is ${JSON.stringify(field)}, ${value.not}`);
      return [name, undefined];
    });
    if (values.some(([, value]) => value === undefined)) continue;
    const row = Object.fromEntries(values) as Row;
    const ofRow = JSON.stringify(key.map((name) => row[name]));
    const before = lineOf.get(ofRow);
    if (before !== undefined) {
      const what = key.map((name) => `${name} ${JSON.stringify(row[name])}`).join(", ");
      faults.push(`${file}:${line}: has the same key as line ${before}: ${what}`);
      continue;
    }
    lineOf.set(ofRow, line);
    rows.push(withColumns(row, ofTable));
  }
  if (faults.length > 0) {
    const more = faults.length > mostFaults ? [`... and ${faults.length - mostFaults} more`] : [];
    throw new Error([...faults.slice(0, mostFaults), ...more].join("\n"));
  }
  return rows as unknown as readonly CsvRow<K, C>[]; // as `columns` says, which was checked field by field
}

/** The type that each of the chosen columns is to have, if one was given. */
export type Choice = ReadonlyMap<string, ColumnType | undefined>;

export function choiceOf(columns: readonly string[] | ColumnTypes): Choice {
  return Array.isArray(columns)
    ? new Map((columns as readonly string[]).map((name) => [name, undefined]))
    : new Map(Object.entries(columns as ColumnTypes));
}

const mostHead = 65_536;

function given(text: string): string {
  const format = tableFormatOf(Buffer.from(text.slice(0, mostHead)));
  if (format === undefined) return text;
  throw new Error(
    `csv: is ${formatNames[format]}, not CSV; write \`table(Buffer.from(text), ...)\` instead of \`csv({ text }, ...)\``,
  );
}

function read(file: string): string {
  const bytes = readFileSync(expandHome(file));
  const format = tableFormatOf(bytes);
  if (format !== undefined) {
    throw new Error(
      `${file}: is ${formatNames[format]}, not CSV; write \`table\` instead of \`csv\``,
    );
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Error(`${file}: is UTF-16; save it as UTF-8`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Error(`${file}: is not UTF-8, so its letters are not certain; save it as UTF-8`, {
      cause: error,
    });
  }
}

/** Which columns there are: without names, not the index that pandas writes first, nor empty ones at the end. */
function withNames(header: readonly string[], lines: readonly Line[]): readonly number[] {
  return [...header.keys()].filter((index) => {
    if (header[index] !== "") return true;
    const isEnd = header.slice(index).every((name) => name === "");
    return index > 0 && !(isEnd && lines.every(({ fields }) => (fields[index] ?? "") === ""));
  });
}

function refuseHeader(
  where: string,
  names: readonly string[],
  key: readonly string[],
  described: readonly string[],
): void {
  const refuse = (what: string) => new Error(`${where}: ${what}`);
  const unnamed = names.indexOf("");
  if (unnamed >= 0) throw refuse(`column ${unnamed + 1} has no name`);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw refuse(`two columns are called ${twice}`);
  if (key.length === 0) throw new TypeError(`${where}: \`key\` names no column`);
  const absent = [...key, ...described].filter((name) => !names.includes(name));
  if (absent.length === 0) return;
  throw refuse(`has no column ${[...new Set(absent)].join(", ")}; it has ${names.join(", ")}`);
}

/** @returns why not, for what is not of the type */
function readField(
  field: string,
  type: ColumnType | undefined,
  ifEmpty: Value | undefined,
): Value | { readonly not: string } {
  if (field === "" && ifEmpty !== undefined) return ifEmpty;
  if (field === "" && type?.endsWith("?")) return null;
  const base = type?.replace("?", "");
  if (base === undefined) return scalarOf(field);
  if (base === "string") return field;
  const text = field.trim();
  if (base === "boolean") {
    const lower = text.toLowerCase();
    return lower === "true" ? true : lower === "false" ? false : { not: "not a boolean" };
  }
  const number = decimalNumber(text);
  if (number === undefined)
    return {
      not: `not a number${text === "" ? ': "number?" makes it null, `default` another value' : ""}`,
    };
  if (number !== "inexact") return number;
  return { not: 'which a number does not hold exactly: say "string" for this column' };
}
