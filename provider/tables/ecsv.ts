// ECSV, astropy's table as text (APE 6): a header in YAML that gives each column's type and unit, then the rows.
// An empty field is null, in quotes or not; a line that begins with # among the rows is a comment, as it is to astropy.
import { messageOf } from "../errors";
import { astropyMetaOf, type Described, unmasked } from "./astropyMeta";
import {
  type Cell,
  type Column,
  float32Cell,
  integerCell,
  type Table,
  TableError,
  unusableColumn,
} from "./table";

/** @param bytes of the whole file */
export function readEcsv(bytes: Uint8Array): Table {
  const { header, body } = partsOf(textOf(bytes));
  const meta = astropyMetaOf(header);
  const delimiter = meta.delimiter ?? " ";
  if (delimiter !== " " && delimiter !== ",") {
    throw new TableError(
      `has the delimiter ${JSON.stringify(delimiter)}; ECSV has a blank or a comma`,
    );
  }
  const [names, ...rows] = recordsOf(body, delimiter);
  if (!names) throw new TableError("has no line with the columns' names below its header");
  const described = meta.columns.map(({ name }) => name);
  if (JSON.stringify(names) !== JSON.stringify(described)) {
    throw new TableError(
      `names other columns in its header (${described.join(", ")}) than above its rows (${names.join(", ")})`,
    );
  }
  for (const [row, fields] of rows.entries()) {
    if (fields.length === described.length) continue;
    throw new TableError(
      `row ${row + 1} has ${fields.length} fields, but there are ${described.length} columns`,
    );
  }
  const columns = meta.columns.map((column, index) => columnOf(column, rows, index));
  return { format: "an ECSV table", columns: unmasked(columns, meta), rowCount: rows.length };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TableError("is ECSV that is not UTF-8; save it as UTF-8", { cause: error });
  }
}

/** The header's YAML without its marks, and what is below it. */
function partsOf(text: string): { header: string; body: string } {
  const header = /^(?:#.*(?:\r\n|\r|\n|$))*/.exec(text)?.[0] ?? "";
  const yaml = header
    .split(/\r\n|\r|\n/)
    .filter((line) => /^# /.test(line) && !/^# %ECSV /.test(line))
    .map((line) => line.slice(2))
    .filter((line) => line !== "---");
  return { header: yaml.join("\n"), body: text.slice(header.length) };
}

type Fields = readonly string[];

/** Blanks around a field are none of it; where the blank parts fields, several do so as one does. */
function recordsOf(body: string, delimiter: " " | ","): readonly Fields[] {
  const { parse } = require("csv-parse/sync") as typeof import("csv-parse/sync");
  // Each option costs as much again as the parsing, so it is given only where there is something for it.
  const hasComments = /(^|[\r\n])#/.test(body);
  const hasWideGaps = delimiter === " " && /(^|[ \r\n]) | ($|[\r\n])/.test(body);
  try {
    const records = parse(body, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"], // else the first line's is taken for all
      relax_column_count: true,
      skip_empty_lines: true,
      ...(delimiter === "," ? { trim: true } : {}),
      ...(hasComments ? { comment: "#", comment_no_infix: true } : {}),
      // Nothing is written as "", so that what is empty without quotes is between two blanks.
      ...(hasWideGaps
        ? { cast: (field, { quoting }) => (field === "" && !quoting ? undefined : field) }
        : {}),
    }) as unknown as (string | undefined)[][];
    if (!hasWideGaps) return records as string[][];
    return records
      .map((record) => record.filter((field) => field !== undefined))
      .filter((fields) => fields.length > 0);
  } catch (error) {
    const what = messageOf(error).replace(/^Error: /, "");
    throw new TableError(`has rows that are damaged: ${what} (counted below the header)`, {
      cause: error,
    });
  }
}

function columnOf(
  { name, datatype, subtype, unit }: Described,
  rows: readonly Fields[],
  index: number,
): Column {
  const head = { name, type: datatype === "string" ? "text" : datatype, ...(unit ? { unit } : {}) };
  if (subtype !== undefined) {
    const what = subtype === "json" ? "JSON" : `arrays (${subtype})`;
    return unusableColumn({ ...head, type: `${datatype}, subtype ${subtype}` }, `holds ${what}`);
  }
  if (datatype.startsWith("complex")) {
    return unusableColumn(head, `holds complex numbers (${datatype})`);
  }
  if (datatype === "float128") {
    return unusableColumn(head, "holds numbers of 128 bits; write it as float64 or as a string");
  }
  const cellOf = cells[datatype];
  if (!cellOf) {
    throw new TableError(
      `the column ${name} has the datatype ${JSON.stringify(datatype)}, which ECSV does not have`,
    );
  }
  const read = () =>
    rows.map((fields, row) => {
      const field = fields[index] ?? "";
      const cell = field === "" ? null : cellOf(field);
      if (cell !== undefined) return cell;
      throw new TableError(
        `row ${row + 1}: the column ${name} is ${JSON.stringify(field)}, which is no ${head.type}`,
      );
    });
  return { ...head, read };
}

/** Undefined for a field that is not of the type. */
type CellOf = (field: string) => Cell | undefined;

const cells: Readonly<Record<string, CellOf>> = {
  bool: boolean,
  int8: integer(-(2n ** 7n), 2n ** 7n - 1n),
  int16: integer(-(2n ** 15n), 2n ** 15n - 1n),
  int32: integer(-(2n ** 31n), 2n ** 31n - 1n),
  int64: integer(-(2n ** 63n), 2n ** 63n - 1n),
  uint8: integer(0n, 2n ** 8n - 1n),
  uint16: integer(0n, 2n ** 16n - 1n),
  uint32: integer(0n, 2n ** 32n - 1n),
  uint64: integer(0n, 2n ** 64n - 1n),
  float16: float,
  float32: (field) => {
    const value = float(field);
    return value === undefined ? undefined : float32Cell(Math.fround(value));
  },
  float64: float,
  string: (field) => field,
};

function boolean(field: string): boolean | undefined {
  const word = field.trim();
  if (word === "True" || word === "1") return true;
  return word === "False" || word === "0" ? false : undefined;
}

function integer(least: bigint, most: bigint): CellOf {
  return (field) => {
    const word = field.trim();
    if (!/^[+-]?\d+$/.test(word)) return undefined;
    const value = word.length <= 15 ? Number(word) + 0 : integerCell(BigInt(word.replace("+", "")));
    return value < least || value > most ? undefined : value;
  };
}

function float(field: string): number | undefined {
  const word = field.trim();
  const named = /^([+-]?)(?:(inf)(?:inity)?|nan)$/i.exec(word);
  if (named) return named[2] === undefined ? Number.NaN : named[1] === "-" ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : undefined;
}
