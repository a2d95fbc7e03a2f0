// Who made a crate, and under which licence others may use it, as a user writes it on the command line. Pure.
import deprecatedNames from "spdx-license-ids/deprecated.json";
import licenseNames from "spdx-license-ids/index.json";
import { nearest } from "../../provider/text/nearest";
import { CommandError } from "../commandError";
import type { Author } from "./graph";

/** Stands where no licence was chosen: a crate has to say something. */
export const noLicense =
  "No licence is chosen yet: choose one before you publish this, for example CC-BY-4.0.";

/**
 * @param license a URL, or one of SPDX's names in letters of any case
 * @returns a URL, which a licence of a crate should have
 */
export function licenseUrl(license: string | undefined): string {
  if (license === undefined) return noLicense;
  if (/^https?:\/\//.test(license) && !/\s/.test(license) && URL.canParse(license)) return license;
  const isIt = (name: string) => name.toLowerCase() === license.toLowerCase();
  const name = [...licenseNames, ...deprecatedNames].find(isIt);
  if (name !== undefined) return `https://spdx.org/licenses/${name}`;
  const close = nearestLicense(license);
  throw new CommandError(
    close === undefined
      ? `--license ${license}: it has to be one name of spdx.org/licenses, like CC-BY-4.0, or a URL`
      : `--license ${license}: spdx.org/licenses has no such name; did you mean ${close}?`,
  );
}

/** Where only its end is missing, as of `CC-BY` and `BSD-3`, the newest version of it; else what differs in a few letters. */
function nearestLicense(license: string): string | undefined {
  const written = license.toLowerCase().replaceAll(/[\s_]+/g, "-");
  const longer = licenseNames.filter((name) => name.toLowerCase().startsWith(`${written}-`));
  const versions = longer
    .map((name) => ({ name, version: /^-([\d.]+)(-only)?$/.exec(name.slice(written.length))?.[1] }))
    .filter(({ version }) => version !== undefined)
    .sort((a, b) => Number.parseFloat(a.version ?? "") - Number.parseFloat(b.version ?? ""));
  const shortest = longer.sort((a, b) => a.length - b.length)[0];
  return versions.at(-1)?.name ?? shortest ?? nearest(written, licenseNames);
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
