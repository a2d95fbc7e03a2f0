// The type of a column of parameters, judged by its cells, for formats that name types. Pure.
import type { Cell, ColumnType } from "./table";

/**
 * The narrowest type that holds each cell unchanged. An identifier beyond 2^53 is text where parameters are kept,
 * with all its digits; in a column of nothing but integers it is one of them.
 */
export function typeOf(cells: readonly Cell[]): ColumnType {
  const known = cells.filter((cell) => cell !== undefined && cell !== null);
  if (known.length === 0) return "string";
  if (known.every((cell) => typeof cell === "boolean")) return "bool";
  const whole = known.map(integerOf);
  if (whole.every((value) => value !== undefined)) {
    if (whole.every((value) => BigInt.asIntN(64, value) === value)) return "int64";
    return whole.every((value) => BigInt.asUintN(64, value) === value) ? "uint64" : "string";
  }
  return known.every((cell) => typeof cell === "number") ? "float64" : "string";
}

/** Of text only what a number does not hold: `0123` and `12` are text that somebody wrote. */
export function integerOf(cell: Cell): bigint | undefined {
  if (typeof cell === "number") return Number.isSafeInteger(cell) ? BigInt(cell) : undefined;
  if (typeof cell !== "string" || !/^-?[1-9]\d{15,19}$/.test(cell)) return undefined;
  return Number.isSafeInteger(Number(cell)) ? undefined : BigInt(cell);
}

/** A cell of a column of text. */
export function textCell(cell: Cell): string | undefined {
  return cell === undefined || cell === null ? undefined : String(Object.is(cell, -0) ? 0 : cell);
}
