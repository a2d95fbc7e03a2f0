import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { readTable } from "../../../provider/tables/read";
import type { Cell } from "../../../provider/tables/table";
import { checkout } from "../../../toolchain/checkout";

const file = (name: string) => path.join(checkout, "test/golden/fits", `astropy-8.0.2-${name}`);
const bytesOf = (name: string) => new Uint8Array(readFileSync(file(name)));

function cellsOf(source: string | Uint8Array): Record<string, readonly Cell[] | string> {
  return Object.fromEntries(
    readTable(source).columns.map(({ name, unusable, read }) => [name, unusable ?? read()]),
  );
}

/** A binary table with one column. */
function oneColumn(cards: readonly string[], rowBytes: number, data: Uint8Array): Uint8Array {
  const block = (lines: readonly string[]) =>
    Buffer.from(
      [...lines, "END"]
        .map((line) => line.padEnd(80))
        .join("")
        .padEnd(2880),
      "latin1",
    );
  const primary = block(["SIMPLE  =                    T", "BITPIX  = 8", "NAXIS   = 0"]);
  const header = block([
    "XTENSION= 'BINTABLE'",
    ...["BITPIX  = 8", "NAXIS   = 2", `NAXIS1  = ${rowBytes}`],
    ...[`NAXIS2  = ${data.length / rowBytes}`, "PCOUNT  = 0", "GCOUNT  = 1", "TFIELDS = 1"],
    ...cards,
  ]);
  return Buffer.concat([primary, header, data]);
}

describe("readFits", () => {
  test("reads scaled integers as floats, TNULL before the scale, and refuses other kinds by name", () => {
    expect(cellsOf(file("odd-columns.fits"))).toEqual({
      id: [1, 9007199254740993n, 3],
      scaled: [21.5, null, 0],
      shifted: [0.5, 1.5, 2.5],
      "o'clock": [0.1, 1e-45, 3.4028235e38],
      flag: [true, false, true],
      bits: "holds an array of 11 bit in each cell",
      z: "holds complex numbers",
      words: "holds an array of text in each cell",
      notes: ["short", "a longer one", null],
      nothing: "holds an array of 0 int32 in each cell",
    });
  });

  test("joins a long unit, and takes no HIERARCH keyword for a column's", () => {
    const [first, , , clock] = readTable(file("odd-columns.fits")).columns;
    expect(first).toMatchObject({
      name: "id",
      type: "int64",
      unit: "a unit of many words, ".repeat(8).trim(),
    });
    expect(clock).toMatchObject({ name: "o'clock", type: "float32", unit: "h" });
  });

  test("reads an ASCII table", () => {
    expect(cellsOf(file("ascii.fits"))).toEqual({
      name: ["M 31", " c", null],
      n: [1, -5, 2147483647],
      ra: [10.68471, -0.5, 0],
      flux: [1e-300, 1.5, 0.1],
    });
  });

  test("takes no tile-compressed image for a table, and gzip by its content", () => {
    expect(cellsOf(file("after-compressed-image.fits"))).toEqual({ n: [1, 2] });
    expect(cellsOf(file("gzip.dat"))).toEqual({ n: [1, 2] });
    expect(() => readTable(file("images.fits"))).toThrow(
      "images.fits: is FITS without a table: it holds no data, image, compressed image; a table is in a BINTABLE or TABLE extension",
    );
  });

  test("says where a file is cut off", () => {
    const whole = bytesOf("odd-columns.fits");
    expect(() => readTable(whole.subarray(0, 8640 + 100))).toThrow(
      "table: is cut off: of the 3 rows of its table 1 are there whole; copy the file again",
    );
    expect(() => readTable(whole.subarray(0, 4000))).toThrow(
      "is cut off, or no FITS: a header has no END",
    );
    expect(() => readTable(gzipSync(whole).subarray(0, 500))).toThrow("is gzipped, but damaged");
  });

  test("refuses cells that say nothing certain, by row and column", () => {
    const flags = oneColumn(["TTYPE1  = 'ok'", "TFORM1  = 'L'"], 1, Buffer.from("T\0Y"));
    expect(() => cellsOf(flags)).toThrow(
      "row 3 of the column ok is the byte 89, and neither T, F nor 0",
    );
    const name = (text: Uint8Array) => oneColumn(["TTYPE1  = 'name'", "TFORM1  = '6A'"], 6, text);
    expect(cellsOf(name(Buffer.from("Å M31 ", "utf8").subarray(0, 6)))).toEqual({
      name: ["Å M31"],
    });
    expect(() => cellsOf(name(Buffer.from("\xc5 M31 ", "latin1")))).toThrow(
      "row 1 of the column name is neither ASCII nor UTF-8",
    );
  });

  test("takes an offset with a point or exponent for the integer that it is", () => {
    const data = Buffer.alloc(16);
    data.writeBigInt64BE(-(2n ** 63n), 0);
    data.writeBigInt64BE(2n ** 63n - 1n, 8);
    const cards = ["TFORM1  = 'K'", "TZERO1  = 9.223372036854775808E18", "TSCAL1  = 1.0"];
    expect(readTable(oneColumn(cards, 8, data)).columns).toMatchObject([
      { name: "col1", type: "uint64" },
    ]);
    expect(cellsOf(oneColumn(cards, 8, data))).toEqual({ col1: [0, 2n ** 64n - 1n] });
  });

  test("refuses a header whose columns are not as wide as a row", () => {
    expect(() => cellsOf(oneColumn(["TFORM1  = '2J'"], 4, Buffer.alloc(4)))).toThrow(
      "is damaged: its columns (TFORM) take 8 bytes a row, but NAXIS1 says 4",
    );
    expect(() => cellsOf(oneColumn(["TFORM1  = '1Z'"], 4, Buffer.alloc(4)))).toThrow(
      'is damaged: TFORM1 is "1Z", which says no type',
    );
  });
});
