// Shortens names for a column so that they stay distinct: what is common to all goes first, then what is in the
// middle, and where that is all that differs, what is around it. Pure.
import { cut, widthOf } from "./width";

const separators = "/-_~.,=+: ";

/**
 * @param most columns of a terminal
 * @returns what each name is shown as; two names are never shown alike
 */
export function distinctNames(names: readonly string[], most: number): ReadonlyMap<string, string> {
  const all = [...new Set(names)];
  const ways = [
    () => all,
    () => withoutCommon(all),
    () => withoutCommon(all).map((name) => middleCut(name, most)),
    () => aroundDifference(all, most),
  ];
  for (const way of ways) {
    const shown = way();
    if (shown.every((name) => widthOf(name) <= most) && new Set(shown).size === all.length) {
      return new Map(all.map((name, index) => [name, shown[index] ?? name]));
    }
  }
  return new Map(all.map((name, index) => [name, numbered(name, index + 1, most)]));
}

/** The narrowest column, of some, in which names stay distinct without being numbered. */
export function narrowest(names: readonly string[], widest: number): number {
  for (let width = 8; width < widest; width += 4) {
    const shown = [...distinctNames(names, width).values()];
    if (!shown.some((name) => isNumbered.test(name)) || names.length < 2) return width;
  }
  return widest;
}

const isNumbered = /…#\d+$/;

function numbered(name: string, number: number, most: number): string {
  const end = `…#${number}`;
  return `${cut(name, Math.max(0, most - widthOf(end)))}${end}`;
}

/** Shortened in the middle. */
export function middleCut(name: string, most: number): string {
  if (widthOf(name) <= most) return name;
  const characters = [...name];
  const end: string[] = [];
  for (const character of characters.reverse()) {
    if (widthOf(end.join("")) + widthOf(character) > Math.floor((most - 1) / 2)) break;
    end.unshift(character);
  }
  const tail = end.join("");
  return `${cut(name, most - 1 - widthOf(tail))}…${tail}`;
}

function withoutCommon(names: readonly string[]): string[] {
  const [first = ""] = names;
  if (names.length < 2) return [...names];
  let start = names.reduce((length, name) => Math.min(length, alike(first, name)), first.length);
  while (start > 0 && !separators.includes(first[start - 1] ?? "")) start -= 1;
  const rests = names.map((name) => reversed(name.slice(start)));
  const [last = ""] = rests;
  let end = rests.reduce((length, rest) => Math.min(length, alike(last, rest)), last.length);
  while (end > 0 && !separators.includes(last[end - 1] ?? "")) end -= 1;
  return names.map(
    (name) =>
      (start > 1 ? "…" : name.slice(0, start)) +
      name.slice(start, name.length - end) +
      (end > 1 ? "…" : name.slice(name.length - end)),
  );
}

/** What is around the first character in which a name differs from those that are most like it. */
function aroundDifference(names: readonly string[], most: number): string[] {
  const sorted = [...names].sort();
  const at = new Map(
    sorted.map((name, index) => [
      name,
      Math.max(alike(name, sorted[index - 1] ?? ""), alike(name, sorted[index + 1] ?? "")),
    ]),
  );
  return names.map((name) => {
    if (widthOf(name) <= most) return name;
    const difference = at.get(name) ?? 0;
    let from = difference;
    const lead = Math.floor(most / 3);
    while (from > 0 && widthOf(name.slice(from - 1, difference)) <= lead) from -= 1;
    const rest = name.slice(from);
    if (from > 0 && widthOf(rest) + 1 <= most) return `…${rest}`;
    const shown = `${from > 0 ? "…" : ""}${cut(rest, most - (from > 0 ? 2 : 1))}`;
    return `${shown}…`;
  });
}

function alike(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}
