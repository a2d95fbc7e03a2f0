// A table as ECSV 1.0: CSV below a header in YAML that says each column's type and unit, so that astropy reads it
// back as it was. Empty text and nothing are one in it, and astropy drops blanks at a text's ends. Pure.
import { textCell } from "./columnType";
import type { Cell, ColumnType, Table } from "./table";

export function ecsvOf({ columns, rows }: Table): string {
  const header = [
    "%ECSV 1.0",
    "---",
    "delimiter: ','",
    "datatype:",
    ...columns.map(({ name, type, unit }) => {
      const ofUnit = unit === undefined ? "" : `, unit: ${unit}`;
      return `- {name: ${JSON.stringify(name)}${ofUnit}, datatype: ${type}}`;
    }),
    "schema: astropy-2.0",
  ];
  const lines = [
    columns.map(({ name }) => quoted(name)),
    ...rows.map((row) => columns.map(({ type }, index) => field(row[index], type))),
  ];
  return `${header.map((line) => `# ${line}\n`).join("")}${lines.map((line) => `${line.join(",")}\n`).join("")}`;
}

function field(cell: Cell, type: ColumnType): string {
  const text = textCell(cell);
  if (text === undefined) return '""';
  switch (type) {
    case "bool":
      return text === "true" ? "True" : "False";
    case "float64":
      return text.replace("Infinity", "inf").replace("NaN", "nan");
    case "string":
      return quoted(text);
    default:
      return text;
  }
}

/** A line that begins with # without quotes is a comment. */
function quoted(text: string): string {
  return /^[\p{L}\d/_.+-][^",\r\n]*$/u.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}
