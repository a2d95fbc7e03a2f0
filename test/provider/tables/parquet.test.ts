// Parquet files in the encodings, compressions and types that pyarrow and polars write (test/fixtures/tables/write.py).
import { readFileSync } from "node:fs";
import path from "node:path";
import { readTable } from "../../../provider/tables/read";
import { checkout } from "../../../toolchain/checkout";

const folder = path.join(checkout, "test/fixtures/tables");

function cellsOf(file: string): Record<string, unknown> {
  const { columns } = readTable(path.join(folder, file));
  return Object.fromEntries(
    columns.map(({ name, unusable, read }) => [name, unusable ?? read()] as const),
  );
}

const cells = {
  half: [0.1, 65504, 6e-8],
  cents: ["-0.05", "12345678901234567890.99", null],
  small: ["1.5", "-1.5", "0.0"],
  early: ["1969-12-31T23:59:59.999999999", "1970-01-01T00:00:00.000000000", null],
  day: ["1969-12-31", "2026-02-28", null],
  clock: ["23:59:59.999999", "00:00:00.000000", null],
  id: [4295806720038285001n, -9223372036854775808n, null],
  big: [18446744073709551615n, 0, 9007199254740993n],
  u2: [65535, 0, null],
  i1: [-128, 127, null],
  uuid: ["00000000-0000-0000-0000-000000000001", "80000000-0000-0000-0000-000000000000", null],
  none: [null, null, null],
  text: ["é", "", null],
};

describe("readParquet", () => {
  test.each(["none", "snappy", "gzip", "brotli", "zstd"])("has exact cells under %s", (codec) => {
    expect(cellsOf(`pyarrow-26.0.1-${codec}.parquet`)).toEqual({
      ...cells,
      pair: "holds a struct in each cell",
    });
  });

  test("has the same cells in pages of version 2, delta encodings and several row groups", () => {
    expect(cellsOf("pyarrow-26.0.1-v2-pages.parquet")).toEqual(cells);
  });

  test("reads what polars writes", () => {
    expect(cellsOf("polars-2.1.0.parquet")).toEqual({
      id: [4295806720038285001n, null],
      kind: ["a", "b"],
    });
  });

  test("says what to do about LZ4", () => {
    expect(() => cellsOf("pyarrow-26.0.1-lz4.parquet")).toThrow(
      "is Parquet compressed by LZ4_RAW; write it with zstd or snappy",
    );
  });

  test("says that a file is damaged where its end is missing", () => {
    const bytes = readFileSync(path.join(folder, "pyarrow-26.0.1-zstd.parquet"));
    expect(() => readTable(bytes.subarray(0, -100))).toThrow("is a Parquet file that is damaged");
  });

  test("says that a file is damaged where its pages are", () => {
    const bytes = Buffer.from(readFileSync(path.join(folder, "pyarrow-26.0.1-zstd.parquet")));
    bytes.fill(0xff, 4, 200);
    const { columns } = readTable(bytes);
    expect(() => columns.map(({ read }) => read())).toThrow("is a Parquet file that is damaged");
  });
});
