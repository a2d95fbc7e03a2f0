// How the engine has the rows of thousands of jobs: many of them as the lines of one text, a page. Each value that it has
// is sent, checked, compared and logged by itself, in every process: of 100,000 rows that takes most of a preview's time
// and memory (bench/README.md). Below that each row is a value of its own. Pure; programs load it.
//
// A page is known by its last character, which no row has. The rows are in the order of their keys, and where a page
// ends is told by the keys alone: so a row that comes or goes changes the page that it is in, and no other.

import { unknownValue } from "../../engine/unknown";

/** More rows than this are put into pages. */
export const mostApart = 2_000;

const [lineEnd, separator] = ["\n", "\t"] as const;
/** After the first key of a page; no key has it. */
const onwards = "*";
/** A power of two: so many rows are in a page on average. */
const rowsOfPage = 64;

/**
 * @param rows by key; what is no text, or not known yet, stays a value of its own
 * @returns the same, or pages, each by the first key that it may have
 */
export function paged<T>(rows: Readonly<Record<string, T>>): Readonly<Record<string, T | string>> {
  const keys = Object.keys(rows);
  if (keys.length <= mostApart) return rows;
  const all: (readonly [string, T | string])[] = [];
  let [name, lines] = [onwards, [] as string[]];
  const endPage = () => {
    if (lines.length > 0) all.push([name, lines.join("")]);
  };
  for (const key of keys.sort()) {
    const row = rows[key] as T;
    if (beginsPage(key)) {
      endPage();
      [name, lines] = [`${key}${onwards}`, []];
    }
    const isLine = typeof row === "string" && row !== unknownValue && !/[\n\t]/.test(key);
    if (isLine) lines.push(`${key}${separator}${row}${lineEnd}`);
    else all.push([key, row]);
  }
  endPage();
  return Object.fromEntries(all);
}

/** The rows by key, whether they are in pages or not. */
export function unpaged(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!hasPages(all)) return all;
  const rows = Object.entries(all).flatMap(([key, text]) =>
    isPage(text) ? text.slice(0, -1).split(lineEnd).map(entryOf) : [[key, text] as const],
  );
  return Object.fromEntries(rows);
}

function entryOf(line: string): readonly [key: string, row: string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Whether any of them is in a page. */
export function hasPages(all: Readonly<Record<string, unknown>>): boolean {
  return Object.values(all).some(isPage);
}

function isPage(text: unknown): boolean {
  return typeof text === "string" && text.endsWith(lineEnd);
}

/** By a digest of the key (FNV-1a), so that about one in so many does. */
function beginsPage(key: string): boolean {
  let digest = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    digest = Math.imul(digest ^ key.charCodeAt(index), 0x01000193);
  }
  return ((digest ^ (digest >>> 15)) & (rowsOfPage - 1)) === 0;
}
