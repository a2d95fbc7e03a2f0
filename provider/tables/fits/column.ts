// What the columns of both kinds of FITS table have in common: names, units, scaling.

import { TableError } from "../table";
import type { Unit } from "./header";

/** The data of a table. */
export interface Rows {
  /** The rows, and what follows them (the heap). */
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
  readonly rowCount: number;
}

/** The name and unit of a column; one without a name is called `col` and its number, as astropy does. */
export function namesOf(
  cards: Unit["cards"],
  number: number,
): { name: string; unit: string | undefined } {
  return {
    name: cards.get(`TTYPE${number}`)?.trim() || `col${number}`,
    unit: cards.get(`TUNIT${number}`)?.trim() || undefined,
  };
}

/** Whether its values are computed in floating point: by a factor, or an offset that is no integer. */
export function isScaled(cards: Unit["cards"], number: number): boolean {
  const zero = cards.get(`TZERO${number}`);
  return (
    scalingOf(cards, number).scale !== 1 || (zero !== undefined && exactWhole(zero) === undefined)
  );
}

export function scalingOf(cards: Unit["cards"], number: number): { scale: number; zero: number } {
  return {
    scale: realOf(cards, `TSCAL${number}`, 1),
    zero: realOf(cards, `TZERO${number}`, 0),
  };
}

function realOf(cards: Unit["cards"], keyword: string, absent: number): number {
  const text = cards.get(keyword);
  if (text === undefined) return absent;
  const value = Number(fortran(text));
  if (text !== "" && Number.isFinite(value)) return value;
  throw new TableError(`is damaged: its header has ${keyword} = ${text}, not a number`);
}

/** A whole number with all its digits, also one that is written as 2.147483648E9. */
export function exactWhole(text: string | undefined): bigint | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^[-+]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ""));
  const value = Number(fortran(text));
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

/** `1.5D3` is 1500. */
export function fortran(text: string): string {
  return text.replace(/[dD]/, "E");
}
