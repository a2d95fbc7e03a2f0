// How a placeholder writes a value: `{seqNum:06}`, `{x:.3f}`, `{night:%Y%m%d}`, as Python's format() would.
// Pure.

import { dayParts, formatDate, unknownDirective } from "../sweep/dates";
import { decimalOf, type Scalar } from "../sweep/scalar";

/** The text, or why there is none, to follow "{seqNum:06} ". */
export type Formatted = { readonly text: string } | { readonly problem: string };

const padded = /^0(\d{1,3})d?$/;
const fixed = /^(?:0(\d{1,3}))?\.(\d{1,2})f$/;
const known = "{n:06} (zeros), {x:.3f} (decimals) or {night:%Y%m%d} (parts of a date)";

/** Whether something after a colon is meant as a format, also where the name before it is misspelt. */
export function isFormat(spec: string): boolean {
  return padded.test(spec) || fixed.test(spec) || /^%[A-Za-z]/.test(spec);
}

export function formatted(value: Scalar, spec: string): Formatted {
  if (value === null) return { problem: "has no value to write: it is null here" };
  const zeros = padded.exec(spec);
  if (zeros) return withZeros(value, Number(zeros[1]));
  const decimals = fixed.exec(spec);
  if (decimals) return withDecimals(value, Number(decimals[2]), Number(decimals[1] ?? 0));
  if (spec.includes("%")) return ofDate(value, spec);
  return { problem: `has an unknown format: use ${known}` };
}

/** Digits stay digits, however many: a text that has zeros already, or a 64-bit id, loses none. */
function withZeros(value: Exclude<Scalar, null>, width: number): Formatted {
  const [, sign, digits] = /^(-?)(\d+)$/.exec(String(value)) ?? [];
  if (digits === undefined) {
    return { problem: `pads whole numbers with zeros, but ${shown(value)} is not a whole number` };
  }
  return { text: `${sign}${digits.padStart(width - (sign?.length ?? 0), "0")}` };
}

function withDecimals(value: Exclude<Scalar, null>, places: number, width: number): Formatted {
  const text = String(value);
  const number = Number(text);
  if (typeof value === "boolean" || decimalOf(text) === undefined || !Number.isFinite(number)) {
    return { problem: `writes numbers with decimals, but ${shown(value)} is not a number` };
  }
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) {
    return { problem: `would not write ${text} with its own digits: leave the format out` };
  }
  const [, sign = "", digits = ""] = /^(-?)(.*)$/.exec(rounded(number, places)) ?? [];
  return { text: `${sign}${digits.padStart(width - sign.length, "0")}` };
}

/** As Python and C round: what lies exactly between two goes to the even one, which `toFixed` does not. */
function rounded(number: number, places: number): string {
  const near = number.toFixed(places);
  const all = Math.abs(number).toFixed(100);
  const rest = all.slice(all.indexOf(".") + 1 + places);
  if (!/^50*$/.test(rest)) return near;
  const cut = all.slice(0, all.indexOf(".") + 1 + places).replace(/\.$/, "");
  const isEven = /[02468]$/.test(cut);
  if (!isEven) return near;
  return number < 0 ? `-${cut}` : cut;
}

function ofDate(value: Exclude<Scalar, null>, spec: string): Formatted {
  const unknown = unknownDirective(spec);
  if (unknown !== undefined) {
    return {
      problem: `has ${unknown}, which is not a part of a date: use %Y %y %m %d %j %H %M %S %%`,
    };
  }
  const parts = dayParts(String(value));
  if (!parts) {
    return {
      problem: `writes a date like 2026-11-25 or 20261125, but ${shown(value)} is not a date`,
    };
  }
  const lacks = /%[HMS]/.test(spec) && !parts.hasTime;
  if (lacks) return { problem: `asks for the time of day, but ${shown(value)} has none` };
  return { text: formatDate(parts, spec) };
}

function shown(value: Exclude<Scalar, null>): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
