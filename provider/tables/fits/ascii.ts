// The columns of a FITS ASCII table (FITS standard 4.0, section 7.2): fields of fixed places, as Fortran wrote them.

import { type Cell, type Column, integerCell, TableError } from "../table";
import { fortran, namesOf, type Rows, scalingOf } from "./column";
import { type Unit, wholeOf } from "./header";

const types = { A: "text", I: "integer", F: "float64", E: "float64", D: "float64" } as const;

export function asciiColumns(cards: Unit["cards"], rows: Rows): readonly Column[] {
  return Array.from({ length: wholeOf(cards, "TFIELDS") }, (_, index) => {
    const number = index + 1;
    const { name, unit } = namesOf(cards, number);
    const { letter, width, decimals } = formOf(cards, number);
    const start = wholeOf(cards, `TBCOL${number}`) - 1;
    if (start < 0 || start + width > rows.rowBytes) {
      throw new TableError(`is damaged: the column ${name} does not fit into a row`);
    }
    const missing = cards.get(`TNULL${number}`)?.trim();
    const { scale, zero } = scalingOf(cards, number);
    const cellOf = (field: string): Cell => {
      const trimmed = field.trim();
      if (trimmed === missing) return null;
      if (letter === "A") return field.replace(/ +$/, "") || null;
      if (trimmed === "") {
        throw new TableError(
          `is blank, which is 0 by the standard and a missing value for most; say that it is missing by TNULL${number} = ' ' in the header, or write the table as a binary one`,
        );
      }
      const value = letter === "I" ? wholeCell(trimmed) : realCell(trimmed, decimals);
      return scale === 1 && zero === 0 ? value : zero + scale * Number(value);
    };
    return {
      name,
      type: types[letter],
      ...(unit !== undefined && { unit }),
      read: () =>
        Array.from({ length: rows.rowCount }, (_, row) => {
          const at = row * rows.rowBytes + start;
          try {
            return cellOf(Buffer.from(rows.bytes.subarray(at, at + width)).toString("latin1"));
          } catch (error) {
            if (!(error instanceof TableError)) throw error;
            throw new TableError(`row ${row + 1} of the column ${name} ${error.message}`);
          }
        }),
    };
  });
}

function formOf(cards: Unit["cards"], number: number) {
  const text = cards.get(`TFORM${number}`) ?? "";
  const [, letter, width = "0", decimals = "0"] = /^ *([AIFED])(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (letter === undefined) {
    throw new TableError(
      `is damaged: TFORM${number} is ${JSON.stringify(text)}, which says no type`,
    );
  }
  return { letter: letter as keyof typeof types, width: Number(width), decimals: Number(decimals) };
}

function wholeCell(text: string): Cell {
  if (!/^[-+]?\d+$/.test(text)) throw new TableError(`is ${JSON.stringify(text)}, not an integer`);
  return integerCell(BigInt(text.replace(/^\+/, "")));
}

/** A number without a point has as many decimals as the format says (7.2.5). */
function realCell(text: string, decimals: number): Cell {
  const [, digits, exponent = ""] =
    /^([-+]?\d*\.?\d*)(?:[ED]?([-+]?\d+))?$/i.exec(fortran(text)) ?? [];
  const value = Number(`${digits}${exponent === "" ? "" : `e${exponent}`}`);
  if (digits === undefined || digits === "" || !Number.isFinite(value)) {
    if (/^nan$/i.test(text)) return null;
    throw new TableError(`is ${JSON.stringify(text)}, not a number`);
  }
  return digits.includes(".") ? value : value / 10 ** decimals;
}
