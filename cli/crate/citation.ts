// Who made a crate, and under which licence others may use it, as a user writes it on the command line. Pure.
import { CommandError } from "../commandError";
import type { Author } from "./graph";

/** Stands where no licence was chosen: a crate has to say something. */
export const noLicense =
  "No licence is chosen yet: choose one before you publish this, for example CC-BY-4.0.";

/** @returns a URL, which a licence of a crate should have */
export function licenseUrl(license: string | undefined): string {
  if (license === undefined) return noLicense;
  if (/^https?:\/\/\S+$/.test(license)) return license;
  if (/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(license)) return `https://spdx.org/licenses/${license}`;
  throw new CommandError(
    `--license ${license}: it is a name of spdx.org/licenses, like CC-BY-4.0, or a URL`,
  );
}

/** @param text `Ada Lovelace=0000-0002-1825-0097`, or the name alone */
export function authorIn(text: string): Author {
  const at = text.lastIndexOf("=");
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  if (name === "") {
    throw new CommandError(
      `--author ${text}: the name is missing; write 'Ada Lovelace=0000-0002-1825-0097'`,
    );
  }
  if (at < 0) return { name };
  const orcid = text
    .slice(at + 1)
    .trim()
    .replace(/^https?:\/\/orcid\.org\//, "");
  if (!isOrcid(orcid)) {
    throw new CommandError(
      `--author ${text}: ${orcid} is no ORCID, which has 16 digits like 0000-0002-1825-0097; is one of them misspelt?`,
    );
  }
  return { name, orcid: `https://orcid.org/${orcid}` };
}

/** Its last digit follows from the others (ISO 7064, MOD 11-2), which finds what was misspelt. */
function isOrcid(text: string): boolean {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(text)) return false;
  const digits = text.replaceAll("-", "");
  let total = 0;
  for (const digit of digits.slice(0, -1)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return digits.at(-1) === (check === 10 ? "X" : String(check));
}
