// A table as CSV (RFC 4180): numbers bare, text that looks like anything else in quotes, booleans as Python writes
// them, and nothing for what is not known. Readers that heed quotes get the types from it; pandas 3.1, astropy 8.0,
// polars 2.1, pyarrow 26 and STILTS guess them without, so that "0123" is 123 to them. Pure.

import type { Cell, Table } from "./table";

export function csvOf({ columns, rows }: Table): string {
  const header = columns.map(({ name }) => name);
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  if (typeof cell === "boolean") return cell ? "True" : "False";
  if (typeof cell === "number") return number(cell);
  return isBare(cell) ? cell : `"${cell.replaceAll('"', '""')}"`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}

/** Text that no reader takes for a number (Fortran's and Python's ways included), a boolean, nothing or two fields. */
function isBare(text: string): boolean {
  return (
    /^[\p{L}\d/_.+-]/u.test(text) &&
    !/[",\r\n]|\s$/.test(text) &&
    !/^(true|false|t|f|yes|no|y|n|nan|na|null|none|n\/a)$/i.test(text) &&
    !/^[+-]?(inf|infinity|nan|[\d._]+([deq][+-]?\d+)?)$/i.test(text) &&
    Number.isNaN(Number(text))
  );
}
