// The BINARY and BINARY2 streams of a VOTable: rows of big-endian cells, one after the other, in base64.
import { type Cell, float32Cell, integerCell, TableError } from "../table";
import { type Field, isMissing, kindOf, missingOf } from "./field";

type Decode = (bytes: Buffer, at: number) => Cell;

/**
 * @param stream base64
 * @param serialization BINARY2 has a bit for each cell before each row, the most significant first: set if it is null
 * @returns the cells of each column; none for those that are unusable
 */
export function columnsOfStream(
  fields: readonly Field[],
  stream: string,
  serialization: "BINARY" | "BINARY2",
): { readonly cells: readonly (readonly Cell[])[]; readonly rowCount: number } {
  const bytes = bytesOf(stream);
  const flagBytes = serialization === "BINARY2" ? Math.ceil(fields.length / 8) : 0;
  const columns = fields.map((field) => {
    const kind = kindOf(field);
    const cells: Cell[] = [];
    return { field, kind, cells, missing: missingOf(field), decode: decoders[field.datatype] };
  });
  let [at, row] = [0, 0];
  const take = (count: number): number => {
    const from = at;
    at += count;
    if (at > bytes.length) throw new TableError(`ends within row ${row + 1}; copy it again`);
    return from;
  };
  for (; at < bytes.length; row += 1) {
    const flags = take(flagBytes);
    for (const [index, { field, kind, cells, missing, decode }] of columns.entries()) {
      const count = kind.count ?? bytes.readUInt32BE(take(4));
      const from = take(kind.bytesOf(count));
      if (kind.unusable !== undefined) continue;
      const isFlagged =
        flagBytes > 0 && ((bytes[flags + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0;
      const cell = isFlagged
        ? null
        : kind.isText
          ? textAt(bytes.subarray(from, at), { field, row })
          : (decode?.(bytes, from) ?? null);
      cells.push(isMissing(cell, missing) ? null : cell);
    }
  }
  return { cells: columns.map(({ cells }) => cells), rowCount: row };
}

const decoders: Readonly<Record<string, Decode>> = {
  boolean: (bytes, at) => {
    const byte = String.fromCharCode(bytes[at] ?? 0);
    return "Tt1".includes(byte) ? true : "Ff0".includes(byte) ? false : null;
  },
  // The standard has the bit first (0x80), but astropy writes 0x08.
  bit: (bytes, at) => bytes[at] !== 0,
  unsignedByte: (bytes, at) => bytes.readUInt8(at),
  short: (bytes, at) => bytes.readInt16BE(at),
  int: (bytes, at) => bytes.readInt32BE(at),
  long: (bytes, at) => integerCell(bytes.readBigInt64BE(at)),
  float: (bytes, at) => float32Cell(bytes.readFloatBE(at)),
  double: (bytes, at) => bytes.readDoubleBE(at),
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true });

/** Up to the first NUL; nothing is null. */
function textAt(
  bytes: Buffer,
  { field: { name, datatype }, row }: { readonly field: Field; readonly row: number },
): string | null {
  try {
    if (datatype === "char") {
      const end = bytes.indexOf(0);
      return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end)) || null;
    }
    let end = 0;
    while (end < bytes.length && bytes.readUInt16BE(end) !== 0) end += 2;
    return utf16.decode(bytes.subarray(0, end)) || null;
  } catch (error) {
    const encoding = datatype === "char" ? "UTF-8" : "UTF-16";
    throw new TableError(`row ${row + 1}: the column ${name} holds text that is not ${encoding}`, {
      cause: error,
    });
  }
}

function bytesOf(stream: string): Buffer {
  const text = stream.replace(/\s+/g, "");
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(text)) {
    throw new TableError("is a VOTable whose STREAM is not base64; copy or download it again");
  }
  return Buffer.from(text, "base64");
}
