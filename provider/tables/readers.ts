// The reader of each format, loaded when a file of it is met: a program without tables pays for none of them.
// A reader gets the bytes of a whole file (gzip is taken off before), and throws a TableError that says what is
// wrong and what to do; the file's name is put in front of it. It is synchronous, as a program declares its jobs.
import type { TableFormat } from "./recognize";
import type { Table } from "./table";

export type Reader = (bytes: Uint8Array) => Table;

/** Undefined where a format has no reader. */
export const readers: Readonly<Record<TableFormat, () => Reader | undefined>> = {
  fits: () => (require("./fits/fits") as typeof import("./fits/fits")).readFits,
  votable: () => (require("./votable/votable") as typeof import("./votable/votable")).readVotable,
  ecsv: () => (require("./ecsv") as typeof import("./ecsv")).readEcsv,
  parquet: () => (require("./parquet/parquet") as typeof import("./parquet/parquet")).readParquet,
};
