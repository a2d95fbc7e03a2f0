// From a file, whatever it is called, to its table.
import { readFileSync } from "node:fs";
import { messageOf } from "../errors";
import { expandHome } from "../homePath";
import { formatNames, formatOf, remedyOf, type TableFormat, unzipped } from "./recognize";
import { type Table, TableError } from "./table";

/** Gets the bytes of a whole file, without gzip. Throws a TableError that says what is wrong and what to do. */
type Reader = (bytes: Uint8Array) => Table;

/** Each is loaded when a file of its format is read: a program without tables pays for none of them. */
const readers: Readonly<Record<TableFormat, () => Reader | undefined>> = {
  fits: () => (require("./fits/fits") as typeof import("./fits/fits")).readFits,
  votable: () => (require("./votable/votable") as typeof import("./votable/votable")).readVotable,
  ecsv: () => (require("./ecsv") as typeof import("./ecsv")).readEcsv,
  parquet: () => (require("./parquet/parquet") as typeof import("./parquet/parquet")).readParquet,
};

/**
 * The table of a file: of FITS the first table extension, of a VOTable the first TABLE. Gzip around it is taken off.
 * Synchronous, as a program declares its jobs.
 * @param source a path, or the bytes
 * @throws a TableError that begins with the path, and says what the file is and what to do
 */
export function readTable(source: string | Uint8Array): Table {
  const name = typeof source === "string" ? source : "table";
  try {
    const bytes = unzipped(typeof source === "string" ? readFileSync(expandHome(source)) : source);
    const format = formatOf(bytes);
    if (format === undefined) throw new TableError(remedyOf(bytes));
    const read = readers[format]();
    if (!read) throw new TableError(`is ${formatNames[format]}, which cannot be read yet`);
    return read(bytes);
  } catch (error) {
    throw new TableError(`${name}: ${messageOf(error)}`, { cause: error });
  }
}
