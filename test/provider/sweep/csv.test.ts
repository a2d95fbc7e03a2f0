import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { csv } from "../../../provider/sweep/csv";
import { keyOf } from "../../../provider/sweep/keys";
import type { Row } from "../../../provider/sweep/row";
import { columnsOf } from "../../../provider/sweep/row";

/** Rows without what they carry for keys. */
const plain = (rows: readonly Row[]) => rows.map((row) => Object.fromEntries(Object.entries(row)));
const read = (text: string, options: Partial<Parameters<typeof csv>[1]> = {}) =>
  plain(csv({ text }, { key: "galaxy", ...options }) as readonly Row[]);

const folder = mkdtempSync(path.join(os.tmpdir(), "csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: string | Buffer): string {
  const where = path.join(folder, name);
  writeFileSync(where, bytes);
  return where;
}

describe("csv", () => {
  const two = [
    { galaxy: "M31", ram: 16 },
    { galaxy: "M33", ram: 8 },
  ];
  test.each([
    ["plain", "galaxy,ram\nM31,16\nM33,8\n"],
    ["without a last line end", "galaxy,ram\nM31,16\nM33,8"],
    ["CRLF", "galaxy,ram\r\nM31,16\r\nM33,8\r\n"],
    ["old Mac", "galaxy,ram\rM31,16\rM33,8\r"],
    ["mixed line ends", "galaxy,ram\nM31,16\r\nM33,8\n"],
    ["a BOM", "\uFEFFgalaxy,ram\r\nM31,16\r\nM33,8\r\n"],
    ["empty lines", "\ngalaxy,ram\n\nM31,16\n\n\nM33,8\n\n"],
    ["quotes", '"galaxy","ram"\n"M31","16"\n"M33","8"\n'],
    ["semicolons", "galaxy;ram\nM31;16\nM33;8\n"],
    ["tabs", "galaxy\tram\nM31\t16\nM33\t8\n"],
    ["bars", "galaxy|ram\nM31|16\nM33|8\n"],
    ["spaces around names", "galaxy , ram\nM31,16\nM33,8\n"],
  ])("reads %s", (_what, text) => {
    expect(read(text)).toEqual(two);
  });

  test.each([
    ["8", 8],
    ["0.5", 0.5],
    ["-3", -3],
    ["1e+21", 1e21],
    ["4295806720038285000001", "4295806720038285000001"],
    ["5853498713190525696", "5853498713190525696"],
    ["0123", "0123"],
    ["2E10", "2E10"],
    ["1e5", "1e5"],
    ["0.10", "0.10"],
    ["+5", "+5"],
    [".5", ".5"],
    ["-0", "-0"],
    ["0x10", "0x10"],
    [" 8", 8],
    ['" 8"', " 8"],
    [" r.fits ", "r.fits"],
    ["NaN", "NaN"],
    ["Infinity", "Infinity"],
    ["true", "true"],
    ["NULL", "NULL"],
    ["2026-11-22", "2026-11-22"],
    ["1_000", "1_000"],
    ["12h30m", "12h30m"],
  ])("takes %j for %j", (field, value) => {
    expect(read(`galaxy,x\nM31,${field}`)).toEqual([{ galaxy: "M31", x: value }]);
  });

  test("leaves every field that is no plain number as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (fields) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = fields.map((field, index) => `${index},${quoted(field)}`).join("\r\n");
        const rows = read(`galaxy,x\r\n${text}`);
        expect(rows.map(({ x }) => String(x))).toEqual(fields);
      }),
    );
  });

  test("finds the delimiter outside quotes", () => {
    expect(read('"name, ra, dec";galaxy\n"a,b,c";M31\n')).toEqual([
      { "name, ra, dec": "a,b,c", galaxy: "M31" },
    ]);
    expect(() => read("galaxy,a;b\n1,2\n")).toThrow('has "," and ";" equally often');
    expect(read("galaxy,a;b\n1,2\n", { delimiter: "," })).toEqual([{ galaxy: 1, "a;b": 2 }]);
    expect(read("galaxy\nM31\n")).toEqual([{ galaxy: "M31" }]);
  });

  test("takes columns for what they are said to be", () => {
    const rows = csv(
      { text: "gaia,ram,done,comment\n123, 8,TRUE,4\n0124,1e1,false,x\n" },
      { key: "gaia", columns: { gaia: "string", ram: "number", done: "boolean" } },
    );
    expect(plain(rows as readonly Row[])).toEqual([
      { gaia: "123", ram: 8, done: true, comment: 4 },
      { gaia: "0124", ram: 10, done: false, comment: "x" },
    ]);
    expect(rows.map((row) => keyOf(row as Row))).toEqual(['gaia="123"', "gaia=0124"]);
  });

  test("lists what is wrong by file and line, ten of it at most", () => {
    const where = file(
      "bad.csv",
      ["galaxy,ram", "M31,16", "M33", "M31,8", '"a\r\nb",9', "M81,", "M82,big", "M83,1,2"].join(
        "\r\n",
      ),
    );
    expect(() => csv(where, { key: "galaxy", columns: { ram: "number" } })).toThrow(
      [
        `${where}:3: has 1 fields, but there are 2 columns`,
        `${where}:4: has the same key as line 2: galaxy "M31"`,
        `${where}:7: ram is "", not a number: "number?" makes it null, \`default\` another value`,
        `${where}:8: ram is "big", not a number`,
        `${where}:9: has 3 fields, but there are 2 columns`,
      ].join("\n"),
    );
    const many = `galaxy,ram\n${"x\n".repeat(25)}`;
    expect(() => read(many)).toThrow(/(csv:\d+: has 1 fields.*\n){10}\.\.\. and 15 more/);
  });

  test.each<[string, Partial<Parameters<typeof csv>[1]>, string]>([
    ["", {}, "csv: is empty"],
    ["name,ram\nM31,8", {}, "csv:1: has no column galaxy; it has name, ram"],
    ["galaxy,ram\nM31,8", { columns: { rma: "number" } }, "has no column rma"],
    ["galaxy,ram", { key: [] }, "`key` names no column"],
    ["galaxy,,ram\nM31,,8", {}, "column 2 has no name"],
    ["galaxy,ram,ram\nM31,8,8", {}, "two columns are called ram"],
    ['galaxy,ram\nM31,8\n"M33"x,8', {}, "csv:3: Invalid Closing Quote"],
    ['galaxy,size\nM31,8\nM33,12" dish', {}, "csv:3: Invalid Opening Quote"],
    ['galaxy,ram\n"M31,8', {}, "Quote Not Closed"],
    ["galaxy,ram\nM31,8", { delimiter: "" }, "`delimiter` is empty"],
  ])("refuses %j with %j", (text, options, message) => {
    expect(() => read(text, options)).toThrow(message);
  });

  test("refuses a file that is not UTF-8, which would change its letters", () => {
    const latin = file("latin.csv", Buffer.from("galaxy\nGro\xdfe Wolke\n", "latin1"));
    expect(() => csv(latin, { key: "galaxy" })).toThrow("is not UTF-8");
    const wide = file("wide.csv", Buffer.from("\uFEFFgalaxy\nM31\n", "utf16le"));
    expect(() => csv(wide, { key: "galaxy" })).toThrow("is UTF-16");
    expect(() => csv(path.join(folder, "none.csv"), { key: "galaxy" })).toThrow("ENOENT");
  });

  test("reads a file with a BOM", () => {
    const where = file("bom.csv", "\uFEFFgalaxy,ram\r\nM31,16\r\n");
    expect(plain(csv(where, { key: ["galaxy"] }) as readonly Row[])).toEqual([two[0]]);
  });

  test.each([
    ["a row of commas", "galaxy,ram\nM31,16\n,\n , \nM33,8\n,,,\n"],
    ["commented rows", "galaxy,ram\n#M32,4\nM31,16\n  # M32,4\nM33,8\n#,\n"],
    ["comments above the header", '# by TOPCAT\n\n# 3" beam, a,b\r\ngalaxy,ram\nM31,16\nM33,8\n'],
    ["a commented header", "# galaxy,ram\nM31,16\nM33,8\n"],
    [
      "a commented header among comments",
      "#by me\r\n#galaxy, ram\r\n# units: ,GB\r\nM31,16\r\nM33,8",
    ],
    ["blanks after commas", "galaxy, ram\nM31, 16\nM33,\t8 \n"],
    ["pandas' index", ",galaxy,ram\n0,M31,16\n1,M33,8\n"],
    ["trailing commas", "galaxy,ram,,\nM31,16,,\nM33,8,,\n,,,\n"],
    ["blanks and tabs", "# galaxy\tram\nM31\t16\n M33 \t 8\n"],
  ])("reads past %s", (_what, text) => {
    expect(read(text)).toEqual(two);
  });

  test("keeps in quotes what would be a comment or a blank", () => {
    expect(read('galaxy,x\n"#1"," r.fits "\n2#,#3\n')).toEqual([
      { galaxy: "#1", x: " r.fits " },
      { galaxy: "2#", x: "#3" },
    ]);
  });

  test("finds lines below comments by their own numbers", () => {
    const text = "# one\n# galaxy,ram\n# three\nM31,16\n# five\n\nM33\n,\n# nine\nM33,1,2\n";
    expect(() => read(text)).toThrow("csv:7: has 1 fields");
    expect(() => read(text)).toThrow("csv:10: has 3 fields");
    expect(() => read("# a\n# b\nname,ram\nM31,8")).toThrow("csv:3: has no column galaxy");
    expect(() => read('#\ngalaxy\n#\n"M31')).toThrow(/^csv:[34]: Quote Not Closed/);
  });

  test("makes of empty fields what is wanted", () => {
    const text = "galaxy,z,name,n,done\nM31,,,,\nM33,0.5,x,2,true\n";
    expect(read(text)[0]).toEqual({ galaxy: "M31", z: "", name: "", n: "", done: "" });
    const rows = csv(
      { text },
      {
        key: "galaxy",
        columns: { z: "number?", name: "string?", n: "number", done: "boolean?" },
        default: { n: -1 },
      },
    );
    const typed: readonly { z: number | null; name: string | null; n: number }[] = rows;
    expect(plain(typed as unknown as readonly Row[])).toEqual([
      { galaxy: "M31", z: null, name: null, n: -1, done: null },
      { galaxy: "M33", z: 0.5, name: "x", n: 2, done: true },
    ]);
    expect(() => read(text, { default: { zz: 1 } })).toThrow("has no column zz");
  });

  test.each(["4295806720038285056", "9007199254740993", "0.1234567890123456789"])(
    "refuses %s as a number",
    (id) => {
      expect(() => read(`galaxy,id\nM31,${id}\n`, { columns: { id: "number" } })).toThrow(
        `csv:2: id is "${id}", which a number does not hold exactly: say "string" for this column`,
      );
    },
  );
});

test("columns may be a list of names: what jobs are about, as of a table", () => {
  const text = "id,ra,comment\n1,0.50,x\n";
  const [row] = csv({ text }, { key: "id", columns: ["ra"] });
  expect(row).toMatchObject({ id: 1, ra: "0.50" });
  expect(row && columnsOf(row)?.declared).toEqual(["id", "ra"]);
  expect(() => csv({ text }, { key: "id", columns: ["dec"] })).toThrow("has no column dec");
});
