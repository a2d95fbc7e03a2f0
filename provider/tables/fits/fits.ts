// The first table of a FITS file (FITS standard 4.0). Our own reader, because no JavaScript library of FITS
// is kept that knows TNULL, unsigned columns and 64-bit integers; held to files that astropy, fitsio and
// STIL wrote.

import { type Table, TableError } from "../table";
import { asciiColumns } from "./ascii";
import { binaryColumns } from "./binary";
import { type Unit, unitsOf, wholeOf } from "./header";

/**
 * @param bytes the whole file, without gzip
 * @throws a TableError if there is no table in it, or it is damaged
 */
export function readFits(bytes: Uint8Array): Table {
  const seen: string[] = [];
  for (const unit of unitsOf(bytes)) {
    const what = kindOf(unit);
    if (what === "compressed table") {
      throw new TableError(
        "holds a tile-compressed table (ZTABLE); unpack it with `funpack`, or write it again with astropy",
      );
    }
    if (what === "binary table" || what === "ASCII table") return tableOf(bytes, unit, what);
    seen.push(what);
  }
  throw new TableError(
    `is FITS without a table: it holds ${seen.join(", ")}; a table is in a BINTABLE or TABLE extension`,
  );
}

type Kind =
  | "image"
  | "no data"
  | "compressed image"
  | "compressed table"
  | "binary table"
  | "ASCII table"
  | `${string} extension`;

function kindOf({ cards, length }: Unit): Kind {
  const extension = cards.get("XTENSION");
  if (extension === "TABLE") return "ASCII table";
  if (extension === "BINTABLE" || extension === "A3DTABLE") {
    if (cards.get("ZIMAGE") === "T") return "compressed image";
    return cards.get("ZTABLE") === "T" ? "compressed table" : "binary table";
  }
  if (extension === undefined || extension === "IMAGE") return length > 0 ? "image" : "no data";
  return `${extension} extension`;
}

function tableOf(
  bytes: Uint8Array,
  { cards, start, length }: Unit,
  what: "binary table" | "ASCII table",
): Table {
  const rowBytes = wholeOf(cards, "NAXIS1");
  const rowCount = wholeOf(cards, "NAXIS2");
  const data = bytes.subarray(start, start + length);
  if (data.length < length) {
    const whole = rowBytes === 0 ? 0 : Math.min(rowCount, Math.floor(data.length / rowBytes));
    throw new TableError(
      `is cut off: of the ${rowCount} rows of its table ${whole} are there whole; copy the file again`,
    );
  }
  const columns = what === "binary table" ? binaryColumns : asciiColumns;
  return {
    format: `a FITS ${what}`,
    columns: columns(cards, { bytes: data, rowBytes, rowCount }),
    rowCount,
  };
}
