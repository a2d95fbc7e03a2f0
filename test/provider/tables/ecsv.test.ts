// ECSV as astropy reads it, and what is to be answered with a remedy.
import { readTable } from "../../../provider/tables/read";

function ecsv(header: readonly string[], body: string): Uint8Array {
  const lines = ["%ECSV 1.0", "---", ...header, "schema: astropy-2.0"];
  return Buffer.from(`${lines.map((line) => `# ${line}\n`).join("")}${body}`);
}

function typed(types: Readonly<Record<string, string>>): readonly string[] {
  const columns = Object.entries(types).map(
    ([name, datatype]) => `- {name: ${name}, datatype: ${datatype}}`,
  );
  return ["datatype:", ...columns];
}

function cellsOf(bytes: Uint8Array): Record<string, readonly unknown[]> {
  return Object.fromEntries(readTable(bytes).columns.map(({ name, read }) => [name, read()]));
}

describe("readEcsv", () => {
  const types = typed({ id: "int64", s: "string" });

  test("takes the delimiter from the header", () => {
    const bytes = ecsv(["delimiter: ','", ...types], 'id, s\n1, a b\n," c "\n');
    expect(cellsOf(bytes)).toEqual({ id: [1, null], s: ["a b", " c "] });
  });

  test("passes over comments and empty lines, but not over a quoted #", () => {
    const bytes = ecsv(types, 'id s\n1 "x\ny"\n#2 y\n\n3 "#z"\n4 #w\n');
    expect(cellsOf(bytes)).toEqual({ id: [1, 3, 4], s: ["x\ny", "#z", "#w"] });
  });

  test("takes several blanks for one", () => {
    const bytes = ecsv(types, 'id  s \n  1    "a  b"\n  "" x\r\n');
    expect(cellsOf(bytes)).toEqual({ id: [1, null], s: ["a  b", "x"] });
  });

  test("keeps what columns are called, and units however they are written", () => {
    const header = [
      "datatype:",
      "- {name: 1e5, datatype: int64, unit: !astropy.units.Unit {unit: deg}}",
      "- {name: 007, datatype: int64, unit: m}",
    ];
    expect(readTable(ecsv(header, "1e5 007\n1 2\n")).columns).toMatchObject([
      { name: "1e5", unit: "deg" },
      { name: "007", unit: "m" },
    ]);
  });

  test("has integers exactly, and the shortest float32", () => {
    const bytes = ecsv(
      typed({ u: "uint64", f: "float32", g: "float64" }),
      "u f g\n18446744073709551615 0.10000000149011612 -inf\n007 16777217 nan\n",
    );
    expect(cellsOf(bytes)).toEqual({
      u: [18446744073709551615n, 7],
      f: [0.1, 16777216],
      g: [-Infinity, Number.NaN],
    });
  });

  test("applies a mask that has a column of its own", () => {
    const header = [...typed({ a: "int64", "a.mask": "bool" })];
    const meta = [
      "meta: !!omap",
      "- __serialized_columns__:",
      "    a:",
      "      __class__: astropy.table.column.MaskedColumn",
      "      data: !astropy.table.SerializedColumn {name: a}",
      "      mask: !astropy.table.SerializedColumn {name: a.mask}",
    ];
    const bytes = ecsv([...header, ...meta], "a a.mask\n1 False\n2 True\n");
    expect(cellsOf(bytes)).toEqual({ a: [1, null] });
  });

  test("refuses JSON, complex numbers and float128 by name, and reads the other columns", () => {
    const header = [
      ...typed({ id: "int64", c: "complex128", q: "float128" }),
      "- {name: j, datatype: string, subtype: json}",
    ];
    const { columns } = readTable(ecsv(header, 'id c q j\n1 0j 0.1 "{""a"":1}"\n'));
    expect(columns.map(({ name, unusable }) => [name, unusable])).toEqual([
      ["id", undefined],
      ["c", "holds complex numbers (complex128)"],
      ["q", "holds numbers of 128 bits; write it as float64 or as a string"],
      ["j", "holds JSON"],
    ]);
    expect(columns[0]?.read()).toEqual([1]);
  });

  test.each([
    ["int8", "128"],
    ["int64", "1.0"],
    ["uint8", "-1"],
    ["bool", "true"],
    ["float64", "1d5"],
  ])("refuses in a column of %s the text %s", (datatype, text) => {
    expect(() => cellsOf(ecsv(typed({ x: datatype }), `x\n""\n${text}\n`))).toThrow(
      `row 2: the column x is "${text}", which is no ${datatype}`,
    );
  });

  test.each([
    [
      "a row is short",
      ecsv(types, "id s\n1 a\n2\n"),
      "row 2 has 1 fields, but there are 2 columns",
    ],
    ["names differ", ecsv(types, "s id\n"), "names other columns in its header (id, s)"],
    ["there is no header", ecsv(["meta: {}"], "id\n1\n"), "has a header without `datatype`"],
    ["nothing follows", ecsv(types, ""), "has no line with the columns' names"],
    ["the delimiter is none", ecsv(["delimiter: ';'", ...types], "id;s\n"), 'the delimiter ";"'],
    ["a type is none", ecsv(typed({ a: "int" }), "a\n1\n"), 'the datatype "int"'],
    ["a quote is open", ecsv(types, 'id s\n1 "a\n'), "has rows that are damaged: Quote Not Closed"],
  ])("refuses it where %s", (_, bytes, message) => {
    expect(() => readTable(bytes)).toThrow(message);
  });
});
