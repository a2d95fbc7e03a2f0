// What libraries of the field wrote, cell by cell as `expected.json` has it: as the formats' standards say.
import { readFileSync } from "node:fs";
import path from "node:path";
import { readTable } from "../../provider/tables/read";
import { readers } from "../../provider/tables/readers";
import { formatOf } from "../../provider/tables/recognize";
import type { Cell, Column, Table } from "../../provider/tables/table";
import { checkout } from "../../toolchain/checkout";
import expected from "../golden/tables/expected.json";

interface Expected {
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly unit: string | null;
  }[];
  readonly rows: readonly (readonly unknown[])[];
}

const folder = path.join(checkout, "test/golden/tables");
const files = Object.entries(expected.files as Readonly<Record<string, Expected>>);

/** Files of formats that have a reader. */
const readable = files.filter(([file]) => {
  const format = formatOf(readFileSync(path.join(folder, file)));
  return format === undefined || readers[format]() !== undefined;
});

test("there are files", () => {
  expect(files).toHaveLength(29);
  expect(readable.length).toBeGreaterThanOrEqual(14);
});

describe.each(readable)("%s", (file, { columns, rows }) => {
  let table: Table;
  beforeAll(() => {
    table = readTable(path.join(folder, file));
  });

  test("has the columns, with their units", () => {
    expect(table.columns.map(({ name, unit }) => ({ name, unit: unit ?? null }))).toEqual(
      columns.map(({ name, unit }) => ({ name, unit })),
    );
    expect(table.rowCount).toBe(rows.length);
  });

  test("has each cell as the standard has it, and refuses arrays by name", () => {
    const read = table.columns.map((column, index) => [
      column.name,
      isArray(
        rows.map((row) => row[index]),
        columns[index]?.type ?? "",
      )
        ? refusalOf(column)
        : column.read().map(written),
    ]);
    const wanted = columns.map(({ name, type }, index) => {
      const cells = rows.map((row) => row[index]);
      return [name, isArray(cells, type) ? expect.stringContaining(name) : cells];
    });
    expect(read).toEqual(wanted);
  });
});

function isArray(cells: readonly unknown[], type: string): boolean {
  return (
    /array|complex|object|list|struct/i.test(type) ||
    cells.some((cell) => typeof cell === "object" && cell !== null)
  );
}

function refusalOf(column: Column): string {
  expect(column.unusable).toEqual(expect.any(String));
  try {
    column.read();
  } catch (error) {
    return (error as Error).message;
  }
  return "read";
}

/** As `expected.json` writes cells. */
function written(cell: Cell): unknown {
  if (typeof cell === "number") return Object.is(cell, -0) ? "-0" : String(cell);
  return typeof cell === "bigint" ? String(cell) : cell;
}
