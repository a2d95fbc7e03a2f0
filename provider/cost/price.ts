// What amounts are worth, by the weights that a stack sets (`skaha:price`). Pure.
import { decimalIn } from "../text/decimal";
import type { Amounts } from "./amounts";

/** How much one of each costs. */
export type Price = Amounts;

/** What each is called, in the plural for amounts. */
const units = {
  "core-hour": "coreHours",
  "gib-hour": "gibHours",
  "gpu-hour": "gpuHours",
  session: "sessions",
} as const satisfies Record<string, keyof Amounts>;

/** CANFAR's drafts of a fair share have these, and a penalty for each session. */
export const examplePrice = "1 per core-hour, 1 per GiB-hour, 35 per GPU-hour, 1 per session";

/** @returns why it cannot be understood, as a sentence goes on after the text */
export function parsePrice(text: string): Price | { readonly problem: string } {
  const comma = /\d+,\d+(?=\s+per\s)/.exec(text)?.[0];
  if (comma !== undefined) {
    return {
      problem: `has ${JSON.stringify(comma)}: write it with a decimal point, ${comma.replace(",", ".")}`,
    };
  }
  const price: { -readonly [Key in keyof Price]?: number } = {};
  for (const part of text.split(",")) {
    const [, number = "", unit = ""] = /^\s*(\S+)\s+per\s+([a-z-]+?)\s*$/i.exec(part) ?? [];
    const name = unit.toLowerCase();
    const shown = JSON.stringify(part.trim());
    if (!Object.hasOwn(units, name)) {
      return {
        problem: `has ${shown}: each part says how much per core-hour, GiB-hour, GPU-hour or session, like "35 per GPU-hour"`,
      };
    }
    const weight = decimalIn(number);
    if (weight === undefined) {
      return { problem: `has ${shown}: ${number} is no number; write one like 1, 0.5 or 1e3` };
    }
    if (weight < 0) return { problem: `has ${shown}: nothing costs less than 0` };
    const key = units[name as keyof typeof units];
    if (price[key] !== undefined) return { problem: `says twice what a ${unit} costs` };
    price[key] = weight;
  }
  const all = { coreHours: 0, gibHours: 0, gpuHours: 0, sessions: 0, ...price };
  if (Object.values(all).every((one) => one === 0)) return { problem: "makes everything free" };
  return all;
}

export function priceOf(price: Price, amounts: Amounts): number {
  const keys = Object.values(units);
  return keys.reduce((sum, key) => sum + price[key] * amounts[key], 0);
}
