import { readFileSync } from "node:fs";
import path from "node:path";
import { checkInputs } from "../../../provider/job/inputs";
import { csv } from "../../../provider/sweep/csv";
import { expand, type SweepArgs } from "../../../provider/sweep/expand";
import { keyOf, otherKeys } from "../../../provider/sweep/keys";
import { entryOf } from "../../../provider/sweep/manifest";
import { type Row, textOf } from "../../../provider/sweep/row";
import { table } from "../../../provider/sweep/table";
import { checkout } from "../../../toolchain/checkout";

const golden = (name: string) => path.join(checkout, "test/golden/tables", name);
const ids = golden("astropy-8.0.2-fits-int64-masked.fits");
const types = golden("fitsio-1.4.2-fits-types.fits");
const floats = golden("astropy-8.0.2-fits-floats.fits");
const arrays = golden("astropy-8.0.2-fits-vararrays.fits");
const units = golden("astropy-8.0.2-fits-names-units.fits");
const southern = Buffer.from(
  `# %ECSV 1.0
# ---
# datatype:
# - {name: id, datatype: int64}
# - {name: dec, datatype: float64}
id dec
1 -0.0
`,
);

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

  test("keeps the sign of a negative zero, unless the column is declared to hold numbers", () => {
    const [row] = table(southern, { key: "id" });
    const [job] = expanded([row as Row], {
      paramsInEnv: ["dec"],
      job: ({ dec }) => ({ args: [dec ?? "", `--dec=${dec}`] }),
    });
    const { inputs } = checkInputs({}, { ...job?.args });
    expect(inputs.args).toEqual(["-0", "--dec=-0"]);
    expect(inputs.env).toMatchObject({ SWEEP_PARAM_DEC: "-0" });
    const [text] = table(southern, { key: "id", columns: { dec: "string" } });
    expect(text?.dec).toBe("-0");
    const [number] = table(southern, { key: "id", columns: { dec: "number" } });
    expect(textOf(number?.dec ?? null)).toBe("0");
  });

  test("has a job of an older key go on where a negative zero is part of it", () => {
    const [row] = table(southern, { key: "dec" });
    expect(keyOf(row as Row)).toBe("dec=-0");
    expect(otherKeys(row as Row)).toEqual(["dec=0"]);
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
        `${types}: row 2: u8 is 9223372036854775808, which a number does not hold exactly: say "string" for this column`,
        `${types}: row 2: s is missing, so it is no string: "string?" makes it null, \`default\` another value`,
        `${types}: row 3: u8 is 18446744073709551615, which a number does not hold exactly: say "string" for this column`,
      ].join("\n"),
    );
  });

  test("makes null of what is missing with a question mark, and of it a default", () => {
    const hip = (options: object) =>
      plain(table(ids, { key: "source_id", ...options })).map((row) => row.hip);
    expect(hip({ columns: { hip: "number?" } })).toEqual([1, null, 3, null]);
    expect(hip({ columns: { hip: "string?" } })).toEqual(["1", null, "3", null]);
    expect(hip({ default: { hip: -1 } })).toEqual([1, -1, 3, -1]);
    expect(hip({ columns: { hip: "number" }, default: { hip: 0 } })).toEqual([1, 0, 3, 0]);
    expect(() => hip({ columns: { hip: "boolean?" } })).toThrow("row 1: hip is 1, not a boolean");
    expect(() => hip({ default: { hop: 0 } })).toThrow("has no column hop");
    expect(() => hip({ columns: [], default: { hip: 0 } })).toThrow(
      "`default` names hip, not among `columns`",
    );
  });

  test("has of a float beyond 2^53 its digits with an exponent, which no integer is written with", () => {
    const file = path.join(checkout, "test/fixtures/scalars/astropy-floats.fits");
    expect(
      table(file, { key: "n", columns: { value: "string" } })
        .slice(8)
        .map(({ value }) => value),
    ).toEqual([
      ...["10000000000000000", "1e+21", "5e-324", "1.7976931348623157e+308"],
      ...["9.007199254740994e+15", "4.2958067200382853e+18", "250000000000000000000"],
      "-1.2345678901234567e+30",
    ]);
  });

  test("withholds a column with a cell that cannot be read, unless it is chosen", () => {
    const cards = [
      ...["XTENSION= 'TABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 10", "NAXIS2  = 2"],
      ...["PCOUNT  = 0", "GCOUNT  = 1", "TFIELDS = 2", "TTYPE1  = 'id'", "TFORM1  = 'I5'"],
      ...["TBCOL1  = 1", "TTYPE2  = 'z'", "TFORM2  = 'I5'", "TBCOL2  = 6"],
    ];
    const file = (...more: string[]) => {
      const block = (lines: readonly string[]) =>
        [...lines, "END"]
          .map((line) => line.padEnd(80))
          .join("")
          .padEnd(2880);
      const primary = block(["SIMPLE  =                    T", "BITPIX  = 8", "NAXIS   = 0"]);
      const data = "    1    7    2     ".padEnd(2880);
      return Buffer.from(primary + block([...cards, ...more]) + data);
    };
    const why =
      "table: row 2 of the column z is blank, which is 0 by the standard and a missing value for most; say that it is missing by TNULL2 = ' ' in the header";
    const rows: readonly Row[] = table(file(), { key: "id" });
    expect(plain(rows)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(() => expanded(rows, { job: ({ z }) => ({ args: [z ?? ""] }) })).toThrow(why);
    expect(() => table(file(), { key: "id", columns: ["z"] })).toThrow(why);
    expect(() => table(file(), { key: "z" })).toThrow(why);
    expect(plain(table(file("TNULL2  = ' '"), { key: "id" }))).toEqual([
      { id: 1, z: 7 },
      { id: 2, z: null },
    ]);
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
  const text = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, datatype: int64}\na\n1\n";
  expect(() => csv({ text }, { key: "a" })).toThrow(
    "csv: is an ECSV table, not CSV; write `table(Buffer.from(text), ...)` instead",
  );
  const votable = '<?xml version="1.0"?>\n<VOTABLE version="1.4"></VOTABLE>';
  expect(() => csv({ text: votable }, { key: "a" })).toThrow("csv: is a VOTable, not CSV");
});

describe("a VOTable that its service cut off", () => {
  const votable = (info: string, where: "before" | "after") =>
    Buffer.from(
      `<VOTABLE version="1.4"><RESOURCE type="results">${where === "before" ? info : ""}<TABLE><FIELD name="id" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD></TR><TR><TD>2</TD></TR></TABLEDATA></DATA></TABLE>${where === "after" ? info : ""}</RESOURCE></VOTABLE>`,
    );
  const overflow = '<INFO name="QUERY_STATUS" value="OVERFLOW">truncated</INFO>';
  const ok = '<INFO name="QUERY_STATUS" value="OK"/>';

  test.each(["before", "after"] as const)("is refused where it says so %s the rows", (where) => {
    expect(() => table(votable(overflow, where), { key: "id" })).toThrow(
      /^table: is not the whole table: its service had more rows, and left off after 2 .*MAXREC.*`allowOverflow: true`/,
    );
    const rows = table(votable(overflow, where), { key: "id", allowOverflow: true });
    expect(plain(rows)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(plain(table(votable(ok, where), { key: "id" }))).toEqual(plain(rows));
  });

  test("is refused too where it said first that all was well", () => {
    const both = Buffer.from(
      votable(overflow, "after").toString().replace("<TABLE>", `${ok}<TABLE>`),
    );
    expect(() => table(both, { key: "id" })).toThrow("QUERY_STATUS is OVERFLOW");
  });
});
