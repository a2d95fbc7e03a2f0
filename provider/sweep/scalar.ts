// One rule for all that is written as text and may mean a number: fleet.yaml, csv and every other table.
// A number only where it is written exactly as it arrives; anything else stays the text that it is. Pure.

/**
 * The number that a text says, if `String` of it is that text and no digit can have been lost; else the text.
 * @example scalarOf("0.5") // 0.5
 * @example scalarOf("25921e05") // "25921e05"; so do "1.10", "007", "+5", "0x1F" and "4295806720038285056" stay
 */
export function scalarOf(text: string): string | number {
  return canonicalNumber(text) ?? text;
}

/** @returns undefined for what is not the one way to write a number that a double holds for certain */
export function canonicalNumber(text: string): number | undefined {
  const number = Number(text);
  const isCanonical = Number.isFinite(number) && String(number) === text;
  return isCanonical && !isUncertain(number) ? number : undefined;
}

const mostRoundDigits = 6;

/**
 * Whether a whole number lies beyond 2^53, where a double holds only some of them: another may have been
 * written, as with a Gaia id. Round ones (1e18, 2.5e20) pass, and those that are written with an exponent.
 */
export function isUncertain(number: number): boolean {
  if (!Number.isInteger(number) || Math.abs(number) <= Number.MAX_SAFE_INTEGER) return false;
  const text = String(Math.abs(number));
  return !text.includes("e") && text.replace(/0+$/, "").length > mostRoundDigits;
}

/** Why a number of which {@link isUncertain} is true is refused, and what to write: follows "is" or "has". */
export function uncertain(number: number): string {
  return `${number}, which may not be what was written, because beyond 2^53 a number does not hold every digit: write it as text, in quotes`;
}

/**
 * The number that a text says in decimals, where a column is declared to hold numbers: `8.0`, `+5` and `1e6` too.
 * @returns undefined for no decimal number; "inexact" where a double would hold another one
 */
export function decimalNumber(text: string): number | "inexact" | undefined {
  const written = decimalOf(text);
  if (written === undefined) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return "inexact";
  const isExact = decimalOf(String(number)) === written && !isUncertain(number);
  return isExact ? number + 0 : "inexact"; // no -0
}

/**
 * The one text of all that say the same decimal number, digit for digit whatever their count: `0.10`, `.1`
 * and `1e-1` are "1e-1".
 * @returns undefined for what is no decimal number
 */
export function decimalOf(text: string): string | undefined {
  const parts = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = "", some = "", only = "", exponent = "0"] = parts;
  const fraction = some || only;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  const power = Number(exponent) - fraction.length + (digits.length - short.length);
  return `${sign === "-" ? "-" : ""}${short}e${power}`;
}

/** What the cells of tables hold; a 64-bit identifier is a bigint or text, never a double. */
export type Scalar = string | number | bigint | boolean | null;

/** As JSON can hold it: of a bigint the digits, as a number where they surely fit one. */
export function plainScalar(value: Scalar): string | number | boolean | null {
  return typeof value === "bigint" ? scalarOf(String(value)) : value;
}
