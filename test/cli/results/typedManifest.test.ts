// The manifest in the formats that keep types, read back by the package's own readers; test/long has astropy do so.
import { typeOf } from "../../../cli/results/columnType";
import { ecsvOf } from "../../../cli/results/ecsv";
import { manifestTable } from "../../../cli/results/manifest";
import type { Table } from "../../../cli/results/table";
import { votableOf } from "../../../cli/results/votable";
import { readTable } from "../../../provider/tables/read";

const gaia = "4295806720038285001";

describe("typeOf", () => {
  test.each([
    [[1, undefined, -2], "int64"],
    [[gaia, 12, null], "int64"],
    [["-9223372036854775808"], "int64"],
    [["18446744073709551615", 1], "uint64"],
    [["18446744073709551615", -1], "string"],
    [["18446744073709551616"], "string"],
    [[gaia, "12"], "string"],
    [[gaia, 0.5], "string"],
    [["0123"], "string"],
    [[1, 0.5], "float64"],
    [[2 ** 60], "float64"],
    [[true, null], "bool"],
    [[true, 1], "string"],
    [[null, undefined], "string"],
    [[], "string"],
  ])("of %j is %s", (cells, type) => {
    expect(typeOf(cells)).toBe(type);
  });
});

const cells: Readonly<Record<string, readonly unknown[]>> = {
  "#id": ["#1", "2", null],
  source_id: [4295806720038285001n, 12, null],
  big: [18446744073709551615n, 0, null],
  x: [0.1, -1e300, null],
  done: [true, false, null],
  text: [' a "b", ', "0123", null],
  'odd, "name" & <more>': ["a\u001bb\r\nc\td", "é\u{1F600}", null],
};
const table: Table = {
  columns: [
    { name: "#id", type: "string" },
    { name: "source_id", type: "int64" },
    { name: "big", type: "uint64" },
    { name: "x", type: "float64", unit: "GiB" },
    { name: "done", type: "bool" },
    { name: "text", type: "string" },
    { name: 'odd, "name" & <more>', type: "string" },
  ],
  rows: [0, 1, 2].map((row) =>
    Object.values(cells).map((column) => {
      const cell = column[row];
      return typeof cell === "bigint" ? String(cell) : (cell as string | number | boolean | null);
    }),
  ),
};

describe.each([
  ["ecsvOf", ecsvOf, "uint64"],
  ["votableOf", votableOf, "text"],
])("%s", (_, write, ofUnsigned) => {
  test("is read back with each column's name, type, unit and cells", () => {
    const { columns, rowCount } = readTable(Buffer.from(write(table)));
    expect(columns.map(({ name, type, unit }) => [name, type, unit])).toEqual([
      ["#id", "text", undefined],
      ["source_id", "int64", undefined],
      ["big", ofUnsigned, undefined],
      ["x", "float64", "GiB"],
      ["done", "bool", undefined],
      ["text", "text", undefined],
      ['odd, "name" & <more>', "text", undefined],
    ]);
    const read = columns.map((column) => [column.name, column.read()]);
    const big = ofUnsigned === "text" ? ["18446744073709551615", "0", null] : cells.big;
    expect(Object.fromEntries(read)).toEqual({ ...cells, big });
    expect(rowCount).toBe(3);
  });

  test("has the columns of a stack without jobs", () => {
    const { columns, rowCount } = readTable(Buffer.from(write(manifestTable([]))));
    expect(rowCount).toBe(0);
    expect(columns.find(({ name }) => name === "seconds")).toMatchObject({
      type: "int64",
      unit: "s",
    });
  });
});

test("the manifest of jobs has a type for each column, whatever their parameters are", () => {
  const job = { id: "i", urn: "u", status: "Held", isKnown: true, attempt: 1, sweep: "s" };
  const { columns } = manifestTable([
    { ...job, name: "s/1", key: "1", params: { source_id: gaia, band: 2, flag: true } },
    { ...job, name: "s/2", key: "2", params: { source_id: 12, band: 0.5 } },
  ]);
  expect(columns.slice(3, 6)).toEqual([
    { name: "source_id", type: "int64" },
    { name: "band", type: "float64" },
    { name: "flag", type: "bool" },
  ]);
});
