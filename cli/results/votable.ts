// A table as a VOTable 1.4, which TOPCAT, STILTS and astropy of any age read. Its rows are BINARY2, in which
// text keeps blanks and control characters, and nothing is not the same as an empty text. Pure.
import { textCell } from "./columnType";
import type { Cell, ColumnType, Table } from "./table";

const lineLength = 76;

/** VOTable has no unsigned integer of 64 bits: its digits are text. */
const fieldOf: Readonly<Record<ColumnType, string>> = {
  bool: 'datatype="boolean"',
  int64: 'datatype="long"',
  uint64: 'datatype="unicodeChar" arraysize="*"',
  float64: 'datatype="double"',
  string: 'datatype="unicodeChar" arraysize="*"',
};

export function votableOf({ columns, rows }: Table): string {
  const fields = columns.map(({ name, type, unit }) => {
    const ofUnit = unit === undefined ? "" : ` unit="${escaped(unit)}"`;
    return `   <FIELD name="${escaped(name)}" ${fieldOf[type]}${ofUnit}/>\n`;
  });
  const types = columns.map(({ type }) => type);
  const bytes = Buffer.concat(rows.map((row) => rowOf(row, types)));
  const stream = bytes.toString("base64").match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
 <RESOURCE>
  <TABLE name="manifest" nrows="${rows.length}">
${fields.join("")}   <DATA>
    <BINARY2>
     <STREAM encoding="base64">
${stream.map((line) => `${line}\n`).join("")}     </STREAM>
    </BINARY2>
   </DATA>
  </TABLE>
 </RESOURCE>
</VOTABLE>
`;
}

/** A bit for each cell that is null, the first the most significant, and then the cells. */
function rowOf(row: readonly Cell[], types: readonly ColumnType[]): Buffer {
  const flags = Buffer.alloc(Math.ceil(types.length / 8));
  const cells = types.map((type, index) => {
    const text = textCell(row[index]);
    if (text === undefined) flags[index >> 3] = (flags[index >> 3] ?? 0) | (0x80 >> (index & 7));
    return cellOf(text, type);
  });
  return Buffer.concat([flags, ...cells]);
}

/** @param text undefined for nothing, which takes as much room */
function cellOf(text: string | undefined, type: ColumnType): Buffer {
  if (type === "bool") return Buffer.from(text === undefined ? "?" : text === "true" ? "T" : "F");
  if (type === "int64") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(text ?? 0));
    return bytes;
  }
  if (type === "float64") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(Number(text ?? Number.NaN));
    return bytes;
  }
  const utf16 = Buffer.from(text ?? "", "utf16le").swap16();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(utf16.length / 2);
  return Buffer.concat([length, utf16]);
}

/** For an attribute. What XML cannot hold is replaced. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
