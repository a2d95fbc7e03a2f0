// VOTables that the standard allows, and those that are to be answered with a remedy.
import { readTable } from "../../../provider/tables/read";

const head = '<?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE>';
const tail = "</RESOURCE></VOTABLE>";

function votable(table: string): Uint8Array {
  return Buffer.from(`${head}${table}${tail}`);
}

function tabledata(fields: string, ...rows: readonly string[]): Uint8Array {
  return votable(
    `<TABLE>${fields}<DATA><TABLEDATA>${rows.map((row) => `<TR>${row}</TR>`).join("\n")}</TABLEDATA></DATA></TABLE>`,
  );
}

function binary(fields: string, bytes: readonly number[], kind = "BINARY"): Uint8Array {
  const stream = Buffer.from(bytes).toString("base64");
  return votable(
    `<TABLE>${fields}<DATA><${kind}><STREAM encoding="base64">${stream}</STREAM></${kind}></DATA></TABLE>`,
  );
}

function cellsOf(bytes: Uint8Array): Record<string, readonly unknown[]> {
  return Object.fromEntries(readTable(bytes).columns.map(({ name, read }) => [name, read()]));
}

describe("TABLEDATA", () => {
  test("is null where a cell is empty, is what VALUES null says, or is no boolean", () => {
    const bytes = tabledata(
      '<FIELD name="n" datatype="int"><VALUES null="-99"/></FIELD><FIELD name="b" datatype="boolean"/>',
      "<TD>-99</TD><TD>?</TD>",
      "<TD/><TD> </TD>",
      "<TD>+7</TD><TD>tRuE</TD>",
    );
    expect(cellsOf(bytes)).toEqual({ n: [null, null, 7], b: [null, null, true] });
  });

  test("keeps blanks, entities, CDATA and letters of text", () => {
    const bytes = tabledata(
      '<FIELD name="s" datatype="char" arraysize="*"/>',
      "<TD> a&lt;b&#x3a9; </TD>",
      "<TD><![CDATA[<x> & y]]> z</TD>",
      "<TD> </TD>",
    );
    expect(cellsOf(bytes)).toEqual({ s: [" a<bΩ ", "<x> & y z", " "] });
  });

  test("has integers of 64 bits exactly, also in hexadecimal", () => {
    const bytes = tabledata(
      '<FIELD name="id" datatype="long"/>',
      "<TD>4295806720038285001</TD>",
      "<TD>-9223372036854775808</TD>",
      "<TD>0x1F</TD>",
    );
    expect(cellsOf(bytes)).toEqual({
      id: [4295806720038285001n, -9223372036854775808n, 31],
    });
  });

  test.each([
    ["int", "1.0"],
    ["unsignedByte", "256"],
    ["long", "9223372036854775808"],
    ["double", "1d5"],
    ["boolean", "yes"],
    ["bit", "2"],
  ])("refuses in a column of %s the text %s", (datatype, text) => {
    const bytes = tabledata(
      `<FIELD name="x" datatype="${datatype}"/>`,
      "<TD/>",
      `<TD>${text}</TD>`,
    );
    expect(() => cellsOf(bytes)).toThrow(`row 2: the column x is "${text}", which is no`);
  });

  test("refuses a row with fewer cells than columns", () => {
    const bytes = tabledata(
      '<FIELD name="a" datatype="int"/><FIELD name="b" datatype="int"/>',
      "<TD>1</TD>",
    );
    expect(() => readTable(bytes)).toThrow("row 1 has 1 cells, but there are 2 columns");
  });
});

describe("BINARY", () => {
  test("has text of any length, and passes over arrays", () => {
    const bytes = binary(
      '<FIELD name="s" datatype="char" arraysize="*"/><FIELD name="bits" datatype="bit" arraysize="9"/>' +
        '<FIELD name="more" datatype="bit" arraysize="*"/><FIELD name="xy" datatype="short" arraysize="2x2"/>' +
        '<FIELD name="n" datatype="short"/>',
      [
        ...[0, 0, 0, 2, 0x61, 0x62, 0xff, 0x80, 0, 0, 0, 9, 1, 2, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5],
        ...[0, 0, 0, 0, 0xff, 0x80, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0xff, 0xff],
      ],
    );
    const { columns } = readTable(bytes);
    expect(columns.map(({ unusable }) => unusable)).toEqual([
      undefined,
      "holds arrays (bit, arraysize 9)",
      "holds arrays (bit, arraysize *)",
      "holds arrays (int16, arraysize 2x2)",
      undefined,
    ]);
    expect([columns[0]?.read(), columns[4]?.read()]).toEqual([
      ["ab", null],
      [5, -1],
    ]);
  });

  test("has in BINARY2 a null for each bit that is set, the most significant first", () => {
    const fields = Array.from({ length: 9 }, (_, index) => {
      return `<FIELD name="f${index}" datatype="unsignedByte"/>`;
    }).join("");
    const row = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const bytes = binary(fields, [0x80, 0x80, ...row, 0x01, 0x7f, ...row], "BINARY2");
    const { columns } = readTable(bytes);
    expect(columns.map(({ read }) => read())).toEqual([
      [null, 1],
      ...[2, 3, 4, 5, 6, 7].map((value) => [value, value]),
      [8, null],
      [null, 9],
    ]);
  });

  test("refuses what ends within a row, and what is no base64", () => {
    const field = '<FIELD name="n" datatype="int"/>';
    expect(() => readTable(binary(field, [0, 0, 0, 1, 0, 0]))).toThrow("ends within row 2");
    const bytes = votable(
      `<TABLE>${field}<DATA><BINARY><STREAM encoding="base64">AA*A</STREAM></BINARY></DATA></TABLE>`,
    );
    expect(() => readTable(bytes)).toThrow("STREAM is not base64");
  });
});

describe("the table", () => {
  test("is the first with data, whatever the namespace's prefix, and its names are not the IDs", () => {
    const bytes = Buffer.from(
      '<v:VOTABLE xmlns:v="http://www.ivoa.net/xml/VOTable/v1.2"><v:RESOURCE>' +
        '<v:TABLE><v:FIELD name="none" datatype="int"/></v:TABLE>' +
        '<v:TABLE><v:PARAM name="p" datatype="int" value="1"><v:VALUES null="2"/></v:PARAM>' +
        '<v:FIELD ID="_2mass" name="2mass" datatype="int" unit="deg"/>' +
        "<v:DATA><v:TABLEDATA><v:TR><v:TD>2</v:TD></v:TR></v:TABLEDATA></v:DATA></v:TABLE>" +
        '<v:TABLE><v:FIELD name="other" datatype="int"/><v:DATA><v:TABLEDATA/></v:DATA></v:TABLE>' +
        "</v:RESOURCE></v:VOTABLE>",
    );
    const { columns, rowCount } = readTable(bytes);
    expect(columns).toMatchObject([{ name: "2mass", type: "int32", unit: "deg" }]);
    expect([rowCount, columns[0]?.read()]).toEqual([1, [2]]);
  });

  test("is read in the encoding that the document declares", () => {
    const xml = tabledata('<FIELD name="s" datatype="char" arraysize="*"/>', "<TD>é</TD>");
    const declared = Buffer.from(xml).toString().replace("?>", ' encoding="ISO-8859-1"?>');
    expect(cellsOf(Buffer.from(declared, "latin1"))).toEqual({ s: ["é"] });
    expect(() => readTable(Buffer.from(Buffer.from(xml).toString(), "latin1"))).toThrow(
      "is XML that is not in its encoding, UTF-8",
    );
  });

  test("has no rows where the service found none", () => {
    const { rowCount, columns } = readTable(tabledata('<FIELD name="n" datatype="int"/>'));
    expect([rowCount, columns[0]?.read()]).toEqual([0, []]);
  });

  const field = '<FIELD name="n" datatype="int"/>';
  test.each([
    [
      "the data are elsewhere",
      `<TABLE>${field}<DATA><BINARY><STREAM href="file://x.bin"/></BINARY></DATA></TABLE>`,
      "is a VOTable whose data are elsewhere (file://x.bin)",
    ],
    [
      "the data are FITS",
      `<TABLE>${field}<DATA><FITS><STREAM href="x.fits"/></FITS></DATA></TABLE>`,
      "whose data are a FITS file",
    ],
    [
      "the query failed",
      '<INFO name="QUERY_STATUS" value="ERROR">unknown column "raa"</INFO>',
      'a service\'s answer that its query failed: unknown column "raa"',
    ],
    ["no table has data", `<TABLE>${field}</TABLE>`, "is a VOTable without data"],
    [
      "it is cut off",
      `<TABLE>${field}<DATA><TABLEDATA><TR><TD>1</TD></TR>`,
      "is XML that is damaged or cut off, at line 1: Unexpected close tag",
    ],
    [
      "a datatype is none",
      '<TABLE><FIELD name="n" datatype="string"/><DATA><TABLEDATA/></DATA></TABLE>',
      'the column n has the datatype "string", which VOTable does not have',
    ],
  ])("is refused with the remedy where %s", (_, inside, message) => {
    expect(() => readTable(votable(inside))).toThrow(message);
  });
});
