import { readFileSync } from "node:fs";
import path from "node:path";
import { csv } from "../../provider/sweep/csv";
import { expand, type SweepArgs } from "../../provider/sweep/expand";
import { keyOf } from "../../provider/sweep/keys";
import { entryOf } from "../../provider/sweep/manifest";
import type { Row } from "../../provider/sweep/row";
import { table } from "../../provider/sweep/table";
import { checkout } from "../../toolchain/checkout";

const golden = (name: string) => path.join(checkout, "test/golden/tables", name);
const ids = golden("astropy-8.0.2-fits-int64-masked.fits");
const types = golden("fitsio-1.4.2-fits-types.fits");
const floats = golden("astropy-8.0.2-fits-floats.fits");
const arrays = golden("astropy-8.0.2-fits-vararrays.fits");
const units = golden("astropy-8.0.2-fits-names-units.fits");

const plain = (rows: readonly Row[]) => rows.map((row) => Object.fromEntries(Object.entries(row)));
const image = "images.canfar.net/skaha/terminal:1.1.2";
const expanded = (over: readonly Row[], args: Partial<SweepArgs<Row>>) =>
  expand("study", { over, image, job: () => ({}), ...args } as SweepArgs<Row>);

describe("table", () => {
  test("has each row's values with the file's types, and of long ids all digits", () => {
    const rows = table(ids, { key: "source_id" });
    expect(plain(rows)).toEqual([
      { source_id: "4295806720038285001", hip: 1 },
      { source_id: "4295806720038285002", hip: null },
      { source_id: "9007199254740993", hip: 3 },
      { source_id: "-9223372036854775807", hip: null },
    ]);
    expect(table(readFileSync(ids), { key: "source_id" })).toEqual(rows);
  });

  test("keeps all digits of an id in the key, the words and the manifest", () => {
    const rows = table(ids, { key: "source_id" });
    const [first] = expanded(rows, { job: ({ source_id }) => ({ args: [source_id ?? ""] }) });
    expect(first).toMatchObject({
      key: "source_id=4295806720038285001",
      args: { args: ["4295806720038285001"] },
    });
    expect(JSON.stringify(entryOf(keyOf(rows[0] as Row), rows[0] as Row, {}))).toContain(
      '"source_id":"4295806720038285001"',
    );
  });

  test("gives a job the same key as the same rows of a CSV do", () => {
    const text = "source_id,hip\n4295806720038285001,1\n";
    const [ofCsv] = csv({ text }, { key: "source_id" });
    const [ofTable] = table(ids, { key: "source_id" });
    expect(plain([ofTable as Row])).toEqual(plain([ofCsv as Row]));
    expect(keyOf(ofTable as Row)).toBe(keyOf(ofCsv as Row));
  });

  test("chooses columns, and gives them types", () => {
    const rows = table(types, { key: "id", columns: { u8: "string", b: "boolean", i1: "number" } });
    expect(plain(rows)).toEqual([
      { id: "4295806720038285001", u8: "0", b: true, i1: -128 },
      { id: -1, u8: "9223372036854775808", b: false, i1: 0 },
      { id: 0, u8: "18446744073709551615", b: true, i1: 127 },
    ]);
    expect(plain(table(types, { key: "id", columns: ["u2"] }))[0]).toEqual({
      id: "4295806720038285001",
      u2: 0,
    });
  });

  test("refuses what is not of a chosen type, by row", () => {
    expect(() => table(types, { key: "id", columns: { u8: "number", s: "string" } })).toThrow(
      [
        `${types}: row 2: u8 is 9223372036854775808, not a number`,
        `${types}: row 2: s is missing, so it is no string`,
        `${types}: row 3: u8 is 18446744073709551615, not a number`,
      ].join("\n"),
    );
  });

  test("refuses a key that is missing, there twice, not finite, an array, or no column", () => {
    const refused = (file: string, key: string) => () => table(file, { key });
    expect(refused(ids, "hip")).toThrow(`${ids}: row 2: hip is missing, which its key is made of`);
    expect(refused(types, "b")).toThrow(`${types}: row 3: has the same key as row 1: b true`);
    expect(refused(floats, "f8")).toThrow(
      `${floats}: row 4: f8 is Infinity, which no key is made of`,
    );
    expect(refused(arrays, "ids")).toThrow(
      `${arrays}: the column ids holds an array of int64, length varies in each cell, so it is no parameter`,
    );
    expect(refused(ids, "SOURCE_ID")).toThrow(
      `${ids}: has no column SOURCE_ID; did you mean source_id?`,
    );
    expect(refused(units, "TILEID")).toThrow(
      `${units}: has no column TILEID; it has source id, RA (deg), ra (h), ID, 2mass, pm (mas yr-1)`,
    );
  });

  describe("a column of arrays, and a cell that is not finite", () => {
    const rows: readonly Row[] = table(arrays, { key: "k" });
    const why = /: the column ids holds an array of int64, length varies in each cell$/;

    test("do no harm where they are not used", () => {
      expect(plain(rows)).toEqual([{ k: 0 }, { k: 1 }, { k: 2 }, { k: 3 }]);
      expect(expanded(rows, { paramsInEnv: true })[0]?.args.env).toEqual({ SWEEP_PARAM_K: "0" });
    });

    test.each<[string, Partial<SweepArgs<Row>>]>([
      ["by a job", { job: ({ ids }) => ({ args: [ids ?? ""] }) }],
      [
        "by a job, of a copied row",
        {
          over: rows.map((row) => ({ ...row, more: 1 })),
          job: ({ ids }) => ({ args: [ids ?? ""] }),
        },
      ],
      ["in the key", { key: ["ids"] }],
      ["by the function that makes keys", { key: ({ ids }) => `${ids}` }],
      ["as a variable", { paramsInEnv: ["ids"] }],
    ])("are refused by name where they are used %s", (_, args) => {
      expect(() => expanded(rows, args)).toThrow(why);
    });

    test("say the row where it is one cell, and what to write", () => {
      const rows: readonly Row[] = table(types, { key: "id" });
      const why = `${types}: row 3: f is Infinity, which is no parameter; to have it as text, write \`columns\` with f: "string"`;
      expect(plain(rows).map(({ f }) => f)).toEqual([0.1, null, undefined]);
      for (const args of [
        { paramsInEnv: true },
        { paramsInEnv: ["f"] },
        { job: (row: Row) => ({ args: [row.f ?? ""] }) },
      ]) {
        expect(() => expanded(rows, args)).toThrow(why);
      }
      expect(expanded(rows.slice(0, 2), { paramsInEnv: ["f"] }).map((job) => job.args.env)).toEqual(
        [{ SWEEP_PARAM_F: "0.1" }, undefined],
      );
      expect(table(types, { key: "id", columns: { b: "string" } })[2]).toMatchObject({ b: "true" });
    });
  });
});

test("csv says of such a file what it is", () => {
  expect(() => csv(ids, { key: "source_id" })).toThrow(
    `${ids}: is a FITS file, not CSV; write \`table\` instead of \`csv\``,
  );
});
