// Tables of parameters, read without changing what they say: an identifier stays the text that it is.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { formatNames, tableFormatOf } from "../tables/recognize";
import { type Row, type Value, withColumns } from "./row";

export type ColumnType = "string" | "number" | "boolean";
type ColumnTypes = { readonly [column: string]: ColumnType };
type ValueOf<T extends ColumnType> = T extends "number"
  ? number
  : T extends "boolean"
    ? boolean
    : string;
type NameIn<K> = K extends readonly string[] ? K[number] : K;

/** With typed columns exactly these and the key; else any column. */
export type CsvRow<
  K extends string | readonly string[],
  C extends ColumnTypes,
> = string extends keyof C
  ? { readonly [column: string]: string | number } & {
      readonly [Name in NameIn<K> & string]: string | number;
    }
  : { readonly [Name in keyof C]: ValueOf<C[Name]> } & {
      readonly [Name in Exclude<NameIn<K> & string, keyof C>]: string | number;
    };

export interface CsvOptions<K extends string | readonly string[], C extends ColumnTypes> {
  /** The column, or columns, that tell the rows apart: what jobs are named by. */
  readonly key: K;
  /**
   * What columns hold. In one that is not named, a field is a number if a number is written exactly so
   * (`8`, `0.5`), and else text: `0123`, `2E10` and `4295806720038285000001` stay as they are.
   * @example { gaia: "string", ram: "number", done: "boolean" }
   */
  readonly columns?: C;
  /** @default the one of , ; tab and | that the first line has */
  readonly delimiter?: string;
}

const delimiters = [",", ";", "\t", "|"];
const mostFaults = 10;

/**
 * The rows of a table whose first line names the columns. Spaces around names are dropped, those in fields
 * are kept; empty lines are skipped; an empty field is "".
 * @param source a file, from the program's folder, or the text itself
 * @throws an error that lists what is wrong, by file and line
 * @example csv("galaxies.csv", { key: "galaxy", columns: { ram: "number" } })
 */
export function csv<
  const K extends string | readonly string[],
  const C extends ColumnTypes = ColumnTypes,
>(source: string | { readonly text: string }, options: CsvOptions<K, C>): readonly CsvRow<K, C>[] {
  const file = typeof source === "string" ? source : "csv";
  const text = (typeof source === "string" ? read(source) : source.text).replace(/^\uFEFF/, "");
  const [header, ...records] = recordsOf(file, text, options.delimiter);
  if (!header) throw new Error(`${file}: is empty; its first line names the columns`);
  const names = header.fields.map((name) => name.trim());
  const { columns } = options;
  const key: readonly string[] = typeof options.key === "string" ? [options.key] : options.key;
  refuseHeader(`${file}:${header.line}`, names, key, columns);

  const faults: string[] = [];
  const lineOf = new Map<string, number>();
  const rows: Row[] = [];
  const ofTable = {
    key,
    declared: columns && [...new Set([...key, ...Object.keys(columns)])],
  };
  for (const { fields, line } of records) {
    if (fields.length !== names.length) {
      faults.push(
        `${file}:${line}: has ${fields.length} fields, but there are ${names.length} columns`,
      );
      continue;
    }
    const values = names.map((name, index): [string, Value | undefined] => {
      const field = fields[index] ?? "";
      const value = typed(field, columns?.[name]);
      if (value === undefined) {
        faults.push(
          `${file}:${line}: ${name} is ${JSON.stringify(field)}, not a ${columns?.[name]}`,
        );
      }
      return [name, value];
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

function read(file: string): string {
  const bytes = readFileSync(file);
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

interface Line {
  readonly fields: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

function recordsOf(file: string, text: string, chosen: string | undefined): Line[] {
  if (chosen === "") throw new TypeError(`${file}: \`delimiter\` is empty`);
  const delimiter = chosen ?? delimiterOf(file, text);
  try {
    const records = parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"], // else the first line's is taken for all
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as { record: string[]; info: { bytes: number } }[];
    // The parser's own count takes a CRLF inside quotes for two lines.
    const bytes = Buffer.from(text);
    let [read, line] = [0, 1];
    return records.map(({ record, info }) => {
      const piece = bytes.subarray(read, info.bytes).toString();
      const begins = line + lineEnds(/^[\r\n]*/.exec(piece)?.[0] ?? "");
      [read, line] = [info.bytes, line + lineEnds(piece)];
      return { fields: record, line: begins };
    });
  } catch (error) {
    const { message, lines } = error as { message: string; lines?: number };
    const hint = 'a field that holds " is written in quotes, with "" for each';
    throw new Error(`${file}:${lines ?? 1}: ${message} (${hint})`, { cause: error });
  }
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** Judged by the first line alone, outside quotes: fields below it may hold any of them. */
function delimiterOf(file: string, text: string): string {
  const line = /^(?:\s*\n)*([^\n\r]*)/.exec(text)?.[1] ?? "";
  const names = line.replace(/"[^"]*"/g, "");
  const counts = delimiters
    .map((delimiter) => ({ delimiter, count: names.split(delimiter).length - 1 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const [most, next] = counts;
  if (most && next && most.count === next.count) {
    const both = `${JSON.stringify(most.delimiter)} and ${JSON.stringify(next.delimiter)}`;
    throw new Error(`${file}:1: has ${both} equally often; say which is the \`delimiter\``);
  }
  return most?.delimiter ?? ",";
}

function refuseHeader(
  where: string,
  names: readonly string[],
  key: readonly string[],
  columns: ColumnTypes | undefined,
): void {
  const refuse = (what: string) => new Error(`${where}: ${what}`);
  const unnamed = names.indexOf("");
  if (unnamed >= 0) throw refuse(`column ${unnamed + 1} has no name`);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw refuse(`two columns are called ${twice}`);
  if (key.length === 0) throw new TypeError(`${where}: \`key\` names no column`);
  const absent = [...key, ...Object.keys(columns ?? {})].filter((name) => !names.includes(name));
  if (absent.length === 0) return;
  throw refuse(`has no column ${[...new Set(absent)].join(", ")}; it has ${names.join(", ")}`);
}

/** @returns undefined for what is not of the type */
function typed(field: string, type: ColumnType | undefined): Value | undefined {
  if (type === "string") return field;
  const text = field.trim();
  if (type === "boolean") {
    const lower = text.toLowerCase();
    return lower === "true" ? true : lower === "false" ? false : undefined;
  }
  const number = Number(text);
  if (type === "number") return text !== "" && Number.isFinite(number) ? number : undefined;
  return String(Number(field)) === field && Number.isFinite(Number(field)) ? Number(field) : field;
}
