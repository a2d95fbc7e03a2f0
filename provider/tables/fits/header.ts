// The headers of a FITS file: cards of 80 characters, and where each unit's data are (FITS standard 4.0,
// sections 3 and 4, and the CONTINUE convention of 4.2.1.2).
import { TableError } from "../table";

const blockBytes = 2880;
const cardBytes = 80;

/** A header and data unit. */
export interface Unit {
  /** The keywords' values, the first of each: text without quotes, else as it is written. */
  readonly cards: ReadonlyMap<string, string>;
  /** Where its data begin, and how many bytes they are, without the padding. */
  readonly start: number;
  readonly length: number;
}

/**
 * All units, from the first on.
 * @throws a TableError if a header is damaged; that data are cut off is left to whoever reads them
 */
export function* unitsOf(bytes: Uint8Array): Generator<Unit> {
  for (let at = 0; at < bytes.length; ) {
    const { cards, end } = headerAt(bytes, at);
    const length = dataBytes(cards);
    yield { cards, start: end, length };
    at = end + Math.ceil(length / blockBytes) * blockBytes;
    if (!beginsUnit(bytes, at)) return; // special records and padding may follow
  }
}

/** A keyword's value as a whole number. @throws a TableError if it is something else */
export function wholeOf(cards: Unit["cards"], keyword: string, absent?: number): number {
  const text = cards.get(keyword);
  if (text === undefined && absent !== undefined) return absent;
  const value = Number(text);
  if (text === undefined || text === "" || !Number.isSafeInteger(value)) {
    throw new TableError(
      `is damaged: its header has ${keyword} = ${text ?? "(nothing)"}, not a whole number`,
    );
  }
  return value;
}

function beginsUnit(bytes: Uint8Array, at: number): boolean {
  return Buffer.from(bytes.subarray(at, at + 8)).toString("latin1") === "XTENSION";
}

function headerAt(bytes: Uint8Array, from: number): { cards: Map<string, string>; end: number } {
  const cards = new Map<string, string>();
  let long: { readonly keyword: string; readonly text: string } | undefined;
  for (let at = from; at + cardBytes <= bytes.length; at += cardBytes) {
    const card = Buffer.from(bytes.buffer, bytes.byteOffset + at, cardBytes).toString("latin1");
    const keyword = card.slice(0, 8).trimEnd();
    if (keyword === "END") {
      const blocks = Math.ceil((at + cardBytes - from) / blockBytes);
      return { cards, end: from + blocks * blockBytes };
    }
    const isNext = long !== undefined && keyword === "CONTINUE";
    const value = isNext ? card.slice(8) : card.slice(8, 10) === "= " ? card.slice(10) : undefined;
    if (value === undefined) {
      long = undefined;
      continue;
    }
    const { text, isText } = fieldOf(value);
    const name = isNext && long ? long.keyword : keyword;
    const whole = isNext && long ? long.text.slice(0, -1) + text : text;
    if (isNext || !cards.has(name)) cards.set(name, whole);
    long = isText && whole.endsWith("&") ? { keyword: name, text: whole } : undefined;
  }
  throw new TableError("is cut off, or no FITS: a header has no END; copy the file again");
}

/** Without its comment; of text, trailing blanks are not part of it. */
function fieldOf(field: string): { text: string; isText: boolean } {
  const quoted = /^\s*'((?:[^']|'')*)'/.exec(field)?.[1];
  return quoted === undefined
    ? { text: (field.split("/")[0] ?? "").trim(), isText: false }
    : { text: quoted.replaceAll("''", "'").replace(/ +$/, ""), isText: true };
}

function dataBytes(cards: Unit["cards"]): number {
  const axes = Array.from({ length: wholeOf(cards, "NAXIS") }, (_, index) =>
    wholeOf(cards, `NAXIS${index + 1}`),
  );
  if (axes.length === 0) return 0;
  const isGroups = axes[0] === 0 && cards.get("GROUPS") === "T";
  const elements = (isGroups ? axes.slice(1) : axes).reduce((all, axis) => all * axis, 1);
  const bytesEach = Math.abs(wholeOf(cards, "BITPIX")) / 8;
  return bytesEach * wholeOf(cards, "GCOUNT", 1) * (wholeOf(cards, "PCOUNT", 0) + elements);
}
