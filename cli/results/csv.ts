// A table as CSV (RFC 4180) that pandas, astropy and R read with the types it had: numbers bare, text that
// would be read as anything else in quotes, booleans as Python writes them, and nothing for what is not known.
// Pure.

export type Cell = string | number | boolean | null | undefined;

export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
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
