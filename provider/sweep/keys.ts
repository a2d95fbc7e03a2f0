// A job's key: a name made of its parameters' values, never of its position. The same row has the same
// key on any machine and in any order; two different rows never share one. Pinned by golden values: a
// change here would cancel and launch every job of every sweep.
import { inLatin, withoutAccents } from "../text/latin";
import { shortHash } from "../text/shortHash";
import { columnsOf, type Row, shown, textOf, type Value, withheldOf } from "./row";
import { canonicalNumber, isUncertain, plainScalar } from "./scalar";

/** Which parameters make a job's key, or what makes it. */
export type KeyChoice<R extends Row> = readonly (keyof R & string)[] | ((row: R) => string);

const longest = 24;
const readableLength = 15;
const hashLength = 8;
const longestChosen = 100;

/** @throws an error that names the row */
export function keyOf<R extends Row>(row: R, choice?: KeyChoice<R>): string {
  if (typeof choice === "function") return chosen(choice(row), row);
  const names = choice ?? columnsOf(row)?.key ?? Object.keys(row);
  const absent = names.filter((name) => !Object.hasOwn(row, name));
  if (absent.length > 0) {
    const why = absent.map((name) => withheldOf(row, name)).find((one) => one !== undefined);
    if (why !== undefined) throw new Error(`a key is made of what is no parameter: ${why}`);
    throw new Error(`${shown(row)} has no ${absent.join(", ")}, which its key is made of`);
  }
  return canonicalKey(names.map((name) => [name, row[name] as Value]));
}

/**
 * Other keys that the job of a row may have in a stack: those of other types of a table's columns, and those that
 * earlier releases wrote, which left letters out that are not of English (`α Cen` was `_Cen~…`).
 */
export function otherKeys<R extends Row>(row: R, choice?: KeyChoice<R>): readonly string[] {
  if (typeof choice === "function") return [];
  const names = choice ?? columnsOf(row)?.key ?? Object.keys(row);
  const own = keyOf(row, choice);
  const first = canonicalKey(
    names.map((name) => [name, row[name] as Value]),
    readableAtFirst,
  );
  const retyped = retypedKeys(row, choice);
  if (first === own) return retyped; // nothing of it is written otherwise
  const all = [first, ...retyped, ...retypedKeys(row, choice, readableAtFirst)];
  return [...new Set(all)].filter((key) => key !== own);
}

/** As {@link otherKeys}, for a row of which only the key is known, not what it was made of. */
export function keysAtFirst(key: string, row: Row): readonly string[] {
  if (!key.includes("~")) return []; // all of it is plain
  const words = new Set(key.split(",").map((entry) => entry.split("=")[0]));
  const names = Object.keys(row).filter((name) => words.has(word(name)));
  const isMadeOfThem = names.length === words.size && keyOf(row, names) === key;
  return isMadeOfThem ? otherKeys(row, names) : []; // a key of a function is as it is
}

const mostRetyped = 3;

/**
 * Other keys that a table's row had before types were declared for its columns, or would have without: the
 * number 8 and the text "8" are one field of a file, and a job of the same command. At most seven.
 */
function retypedKeys<R extends Row>(
  row: R,
  choice?: KeyChoice<R>,
  legible = readable,
): readonly string[] {
  const names = typeof choice === "object" ? choice : columnsOf(row)?.key;
  if (names === undefined || typeof choice === "function" || !columnsOf(row)) return [];
  const open = names.filter((name) => retyped(row[name] as Value) !== undefined);
  if (open.length > mostRetyped) return [];
  const own = keyOf(row, choice);
  return Array.from({ length: 2 ** open.length }, (_, bits) => {
    const entries = names.map((name) => {
      const value = row[name] as Value;
      const isOther = ((bits >> open.indexOf(name)) & 1) === 1 && open.includes(name);
      return [name, isOther ? (retyped(value) as Value) : value] as const;
    });
    return canonicalKey(entries, legible);
  }).filter((key) => key !== own);
}

/** The same field as another type has it; undefined where its key would be the same. */
function retyped(value: Value): Value | undefined {
  const plain = plainScalar(value);
  if (plain === null) return ""; // an empty field
  if (typeof plain !== "string") return textOf(plain);
  if (plain === "") return null;
  if (plain === "-0") return 0;
  if (["true", "false"].includes(plain)) return plain === "true";
  return canonicalNumber(plain);
}

type Legible = (text: string) => string;

function canonicalKey(
  entries: readonly (readonly [string, Value])[],
  legible: Legible = readable,
): string {
  return entries
    .map(([name, value]) => [name, `${word(name, legible)}=${valueText(value, legible)}`] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join(",");
}

/** A string that another type's value is written as gets quotes, which no other text has. */
function valueText(value: Value, legible: Legible): string {
  if (typeof value !== "string") return textOf(value);
  const isAmbiguous = ["", "true", "false", "null"].includes(value) || isNumeral(value);
  return isAmbiguous ? `"${value}"` : word(value, legible);
}

/** Digits of which no number can be certain are text wherever they come from: nothing else is written so. */
function isNumeral(text: string): boolean {
  return String(Number(text)) === text && !isUncertain(Number(text));
}

/** As it is if it is short and plain, else what is readable of it and a hash, behind a sign that plain text has not. */
function word(text: string, legible: Legible = readable): string {
  const isPlain = /^[A-Za-z0-9._+:/@%-]+$/.test(text) && !text.includes("::");
  return isPlain && text.length <= longest
    ? text
    : `${legible(text)}~${shortHash(JSON.stringify(text), hashLength)}`;
}

function readable(text: string): string {
  return shortened(inLatin(text));
}

/** What was readable before letters of other scripts were brought into English: keys in stacks have it. */
function readableAtFirst(text: string): string {
  return shortened(withoutAccents(text));
}

function shortened(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._+@%-]+/g, "_")
    .slice(0, readableLength)
    .replace(/_+$/, "");
}

function chosen(key: unknown, row: Row): string {
  const refuse = (why: string) => new Error(`the key of ${shown(row)} ${why}`);
  if (typeof key !== "string") throw refuse(`has to be a string, but is ${String(key)}`);
  if (key === "") throw refuse("is empty");
  if (key.length > longestChosen)
    throw refuse(`is longer than ${longestChosen} characters: ${key}`);
  if (/[*\p{C}]/u.test(key) || key.includes("::")) {
    throw refuse(`is ${JSON.stringify(key)}: it must not hold *, :: or control characters`);
  }
  return key;
}
