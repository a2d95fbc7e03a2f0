// A number as people write it: `5000`, `0.5`, `.5`, `1e3`. No blanks, no hexadecimal digits, nothing beyond what a number can
// hold. Pure.

/** @returns undefined for what is no such number */
export function decimalIn(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
