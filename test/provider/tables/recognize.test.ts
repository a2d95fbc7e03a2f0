import { gzipSync } from "node:zlib";
import { readTable } from "../../../provider/tables/read";
import { tableFormatOf } from "../../../provider/tables/recognize";

const bytesOf = (text: string) => Buffer.from(text, "latin1");

describe("tableFormatOf", () => {
  test.each([
    ["fits", "SIMPLE  =                    T"],
    ["parquet", "PAR1\x15\x04"],
    ["ecsv", "# %ECSV 1.0\n# ---\n"],
    ["votable", '<?xml version="1.0"?>\n<!-- made by hand -->\n<VOTABLE version="1.4">'],
    ["votable", '\n<vot:VOTABLE xmlns:vot="http://www.ivoa.net/xml/VOTable/v1.3">'],
  ])("knows %s by its content, gzipped or not", (format, head) => {
    expect(tableFormatOf(bytesOf(head))).toBe(format);
    expect(tableFormatOf(gzipSync(bytesOf(head)))).toBe(format);
  });

  test("knows a VOTable in UTF-16 and after a byte order mark", () => {
    expect(tableFormatOf(Buffer.from('\ufeff<?xml version="1.0"?><VOTABLE>', "utf16le"))).toBe(
      "votable",
    );
    expect(tableFormatOf(Buffer.from("\ufeff<VOTABLE>", "utf8"))).toBe("votable");
  });

  test("takes neither CSV nor a page that shows a VOTable for one", () => {
    expect(tableFormatOf(bytesOf("galaxy,ram\nM31,16\n"))).toBeUndefined();
    expect(tableFormatOf(bytesOf("name\n<VOTABLE>\n"))).toBeUndefined();
    expect(tableFormatOf(gzipSync(bytesOf("SIMPLE  =")).subarray(0, 12))).toBeUndefined();
  });
});

describe("readTable", () => {
  test.each([
    ["", "is empty"],
    ["\x89HDF\r\n\x1a\n\0\0", "is HDF5"],
    ["PK\x03\x04\x14\0", "is a ZIP archive"],
    ["\xd0\xcf\x11\xe0\xa1\xb1", "is an old spreadsheet"],
    ["ARROW1\0\0", "is Arrow"],
    ["FEA1\0", "is Feather of version 1"],
    ["SQLite format 3\0", "is an SQLite database"],
    ["\x93NUMPY\x01\0", "is a NumPy array"],
    ["\x80\x05\x95\0", "is a Python pickle"],
    [`${"table.csv".padEnd(257, "\0")}ustar\x0000`, "is a tar archive"],
    ["BZh91AY&SY", "is compressed by bzip2"],
    ["\xfd7zXZ\0\0", "is compressed by xz"],
    ["\x28\xb5\x2f\xfd\0", "is compressed by Zstandard"],
    ["\x1f\x9d\x90", "is compressed by compress"],
    ["CDF\x01", "is netCDF"],
    ["PARE\0", "is Parquet with an encrypted footer"],
    ["version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS"],
    ["<!DOCTYPE html>\n<html><body>Log in", "is a web page"],
    ["<?xml version='1.0'?><gpx/>", "is XML, but no VOTable"],
    ["galaxy,ram\nM31,16\n", "is text, and neither a VOTable nor ECSV"],
    ["\0\x01\x02\x03", "is no table in FITS, VOTable, ECSV or Parquet"],
  ])("says what %j is, and what to do", (head, what) => {
    expect(() => readTable(bytesOf(head))).toThrow(`table: ${what}`);
  });
});
