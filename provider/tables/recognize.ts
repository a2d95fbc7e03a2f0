// What a file is, by its first bytes and never by its name. What is no table that can be read here is told
// apart too, so that the answer can say what to do.
import { gunzipSync } from "node:zlib";
import { messageOf } from "../errors";
import { TableError } from "./table";

/** The formats that are read. */
export type TableFormat = "fits" | "votable" | "ecsv" | "parquet";

const mostHeadBytes = 65_536;

/** What error messages call a format. */
export const formatNames: Readonly<Record<TableFormat, string>> = {
  fits: "a FITS file",
  votable: "a VOTable",
  ecsv: "an ECSV table",
  parquet: "a Parquet file",
};

/** @param bytes without gzip */
export function formatOf(bytes: Uint8Array): TableFormat | undefined {
  if (startsWith(bytes, "SIMPLE  =")) return "fits";
  if (startsWith(bytes, "PAR1")) return "parquet";
  const head = headOf(bytes);
  if (/^# %ECSV /.test(head)) return "ecsv";
  if (/^\s*</.test(head) && /<(?:[\w.-]+:)?VOTABLE[\s>]/.test(head)) return "votable";
  return undefined;
}

/** The format of a file that is gzipped or not; undefined for any other file. */
export function tableFormatOf(bytes: Uint8Array): TableFormat | undefined {
  try {
    return formatOf(unzipped(bytes));
  } catch {
    return undefined;
  }
}

/** @throws a TableError if it is gzip that is damaged */
export function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new TableError(`is gzipped, but damaged: ${messageOf(error)}; copy it again`, {
      cause: error,
    });
  }
}

/** The first of it, as text. */
function headOf(bytes: Uint8Array): string {
  const start = bytes.subarray(0, mostHeadBytes);
  const isUtf16 =
    (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  const label = isUtf16 ? (start[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8";
  return new TextDecoder(label).decode(start);
}

const formatsRead = "FITS, VOTable, ECSV or Parquet";

/** Files that people have tables in, and what each can be turned into. */
const others: readonly { readonly is: (bytes: Uint8Array) => boolean; readonly what: string }[] = [
  {
    is: (bytes) => bytes.length === 0,
    what: "is empty",
  },
  {
    is: (bytes) => startsWith(bytes, "\x89HDF\r\n\x1a\n"),
    what: 'is HDF5, whose layout is each program\'s own; write the table as FITS or Parquet, with astropy: Table.read("FILE", path=...).write("FILE.fits")',
  },
  {
    is: (bytes) => startsWith(bytes, "PK\x03\x04") || startsWith(bytes, "PK\x05\x06"),
    what: "is a ZIP archive: of a spreadsheet (.xlsx, .ods) save the sheet as CSV and write `csv`; of NumPy (.npz) or others, write the table as FITS, ECSV or Parquet",
  },
  {
    is: (bytes) => startsWith(bytes, "\xd0\xcf\x11\xe0"),
    what: "is an old spreadsheet (.xls); save the sheet as CSV and write `csv`",
  },
  {
    is: (bytes) => startsWith(bytes, "ARROW1") || startsWith(bytes, "\xff\xff\xff\xff"),
    what: "is Arrow (Feather); write it as Parquet, with pandas: pd.read_feather(FILE).to_parquet(...)",
  },
  {
    is: (bytes) => startsWith(bytes, "FEA1"),
    what: "is Feather of version 1; write it as Parquet, with pandas: pd.read_feather(FILE).to_parquet(...)",
  },
  {
    is: (bytes) => startsWith(bytes, "SQLite format 3\0"),
    what: "is an SQLite database; write the rows as Parquet or CSV, with pandas: pd.read_sql(...).to_parquet(...)",
  },
  {
    is: (bytes) => startsWith(bytes, "\x93NUMPY"),
    what: "is a NumPy array (.npy); write a table with named columns, with astropy: Table(np.load(FILE)).write(...)",
  },
  {
    is: (bytes) => bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5,
    what: "is a Python pickle, which runs code when it is read; write the table as Parquet, with pandas: DataFrame.to_parquet(...)",
  },
  {
    is: (bytes) => startsWith(bytes, "Obj\x01"),
    what: "is Avro; write it as Parquet",
  },
  {
    is: (bytes) => startsWith(bytes, "ORC"),
    what: "is ORC; write it as Parquet",
  },
  {
    is: (bytes) => startsWith(bytes, "PARE"),
    what: "is Parquet with an encrypted footer; write it without encryption",
  },
  {
    is: (bytes) => startsWith(bytes.subarray(257), "ustar"),
    what: "is a tar archive; unpack it and name the table in it",
  },
  {
    is: (bytes) => startsWith(bytes, "BZh"),
    what: "is compressed by bzip2; unpack it (bunzip2), or compress it by gzip, which is read as it is",
  },
  {
    is: (bytes) => startsWith(bytes, "\xfd7zXZ\0"),
    what: "is compressed by xz; unpack it (unxz), or compress it by gzip, which is read as it is",
  },
  {
    is: (bytes) => startsWith(bytes, "\x28\xb5\x2f\xfd"),
    what: "is compressed by Zstandard; unpack it (unzstd), or compress it by gzip, which is read as it is",
  },
  {
    is: (bytes) => startsWith(bytes, "\x1f\x9d"),
    what: "is compressed by compress (.Z); unpack it (uncompress)",
  },
  {
    is: (bytes) => startsWith(bytes, "CDF\x01") || startsWith(bytes, "CDF\x02"),
    what: "is netCDF; write the table as Parquet or CSV",
  },
  {
    is: (bytes) => startsWith(bytes, "version https://git-lfs.github.com/spec/"),
    what: "is a pointer of Git LFS, not the table itself; fetch it with `git lfs pull`",
  },
  {
    is: (bytes) => /^\s*(<!doctype html|<html)/i.test(headOf(bytes)),
    what: "is a web page, perhaps the answer of a server that wants a login; download the table again",
  },
  {
    is: (bytes) => /^\s*</.test(headOf(bytes)),
    what: "is XML, but no VOTable; write it as one, or as FITS, ECSV or Parquet",
  },
];

/** What a file is that is no table of the formats, and what to do. */
export function remedyOf(bytes: Uint8Array): string {
  const other = others.find(({ is }) => is(bytes));
  if (other) return other.what;
  const isText = !/[^\P{Cc}\s\x85]/u.test(headOf(bytes.subarray(0, 4096)));
  return isText
    ? `is text, and neither a VOTable nor ECSV; of a table whose first line names the columns, write \`csv\``
    : `is no table in ${formatsRead}; write it as one of these`;
}

/** @param head each character a byte */
function startsWith(bytes: Uint8Array, head: string): boolean {
  if (bytes.length < head.length) return false;
  for (let at = 0; at < head.length; at += 1) {
    if (bytes[at] !== head.charCodeAt(at)) return false;
  }
  return true;
}
