// What libraries of the field wrote, cell by cell as `expected.json` has it: as the formats' standards say.
import path from "node:path";
import { readTable } from "../../provider/tables/read";
import type { Cell, Column, Table } from "../../provider/tables/table";
import { checkout } from "../../toolchain/checkout";
import expected from "../golden/tables/expected.json";

interface ExpectedColumn {
  readonly name: string;
  readonly type: string;
  readonly unit: string | null;
}

interface Expected {
  readonly columns: readonly ExpectedColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** The table that was meant, where astropy wrote masks as columns of their own. */
  readonly withMask?: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
    readonly units: Readonly<Record<string, string>>;
  };
}

const folder = path.join(checkout, "test/golden/tables");
const files = Object.entries(expected.files as Readonly<Record<string, Expected>>);

test("there are files", () => {
  expect(files).toHaveLength(29);
});

describe.each(files)("%s", (file, all) => {
  const { columns, rows } = meant(all);
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

/** With masks applied, and without the row labels that pandas adds to a table whose rows have no name. */
function meant({ columns, rows, withMask }: Expected): Pick<Expected, "columns" | "rows"> {
  if (withMask) {
    return {
      columns: withMask.columns.map((name) => ({
        name,
        type: columns.find((column) => column.name === name)?.type ?? "",
        unit: withMask.units[name] ?? null,
      })),
      rows: withMask.rows,
    };
  }
  const kept = columns.map(({ name }) => name !== "__index_level_0__");
  return {
    columns: columns.filter((_, index) => kept[index]),
    rows: rows.map((row) => row.filter((_, index) => kept[index])),
  };
}

function isArray(cells: readonly unknown[], type: string): boolean {
  return (
    /\barray\b|complex|object|list|struct|subtype/i.test(type) ||
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
