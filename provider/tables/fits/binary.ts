// The columns of a FITS binary table (FITS standard 4.0, section 7.3).

import {
  type Cell,
  type Column,
  float32Cell,
  integerCell,
  TableError,
  unusableColumn,
} from "../table";
import { exactWhole, isScaled, namesOf, type Rows, scalingOf } from "./column";
import { type Unit, wholeOf } from "./header";

/** How a column is written: `3J` is three 32-bit integers. */
interface Form {
  readonly repeat: number;
  readonly letter: keyof typeof letters;
  readonly rest: string;
}

const letters = {
  L: { bytes: 1, type: "bool" },
  X: { bytes: 0, type: "bit" },
  B: { bytes: 1, type: "uint8" },
  I: { bytes: 2, type: "int16" },
  J: { bytes: 4, type: "int32" },
  K: { bytes: 8, type: "int64" },
  A: { bytes: 1, type: "text" },
  E: { bytes: 4, type: "float32" },
  D: { bytes: 8, type: "float64" },
  C: { bytes: 8, type: "complex64" },
  M: { bytes: 16, type: "complex128" },
  P: { bytes: 8, type: "array" },
  Q: { bytes: 16, type: "array" },
} as const;

const unsigned: Readonly<Record<string, string>> = {
  "B-128": "int8",
  I32768: "uint16",
  J2147483648: "uint32",
  K9223372036854775808: "uint64",
};

export function binaryColumns(cards: Unit["cards"], rows: Rows): readonly Column[] {
  let offset = 0;
  const columns = Array.from({ length: wholeOf(cards, "TFIELDS") }, (_, index) => {
    const one = new BinaryColumn(cards, index + 1, offset, rows);
    offset += one.width;
    return one.column();
  });
  if (offset !== rows.rowBytes) {
    throw new TableError(
      `is damaged: its columns (TFORM) take ${offset} bytes a row, but NAXIS1 says ${rows.rowBytes}`,
    );
  }
  return columns;
}

type Decode = (view: DataView, at: number) => Cell;

class BinaryColumn {
  readonly width: number;
  readonly #form: Form;

  constructor(
    readonly cards: Unit["cards"],
    readonly number: number,
    readonly offset: number,
    readonly rows: Rows,
  ) {
    this.#form = formOf(cards, number);
    const { repeat, letter } = this.#form;
    this.width = letter === "X" ? Math.ceil(repeat / 8) : repeat * letters[letter].bytes;
  }

  column(): Column {
    const { name, unit } = namesOf(this.cards, this.number);
    const described = { name, type: this.#type(), ...(unit !== undefined && { unit }) };
    const unusable = this.#unusable();
    if (unusable !== undefined) return unusableColumn(described, unusable);
    return { ...described, read: () => this.#read(name) };
  }

  #type(): string {
    const { repeat, letter, rest } = this.#form;
    if (letter === "A") return "text";
    if (letter === "P" || letter === "Q") {
      const of = letters[rest[0] as keyof typeof letters]?.type ?? "unknown";
      return of === "text" ? "text" : `array of ${of}, length varies`;
    }
    const zero = exactWhole(this.cards.get(`TZERO${this.number}`));
    const scaled = isScaled(this.cards, this.number);
    const stored = letters[letter].type;
    const type = scaled ? "float64" : (unsigned[`${letter}${zero ?? ""}`] ?? stored);
    return repeat === 1 ? type : `array of ${repeat} ${type}`;
  }

  #unusable(): string | undefined {
    const { repeat, letter, rest } = this.#form;
    const shape = this.cards.get(`TDIM${this.number}`);
    if (letter === "C" || letter === "M") return "holds complex numbers";
    if (letter === "P" || letter === "Q") {
      return rest.startsWith("A") ? undefined : `holds an ${this.#type()} in each cell`;
    }
    if (letter === "A") {
      const width = /^:?(?:SSTR)?(\d+)/.exec(rest)?.[1];
      const isArray =
        (shape?.includes(",") ?? false) || (width !== undefined && Number(width) < repeat);
      return isArray ? "holds an array of text in each cell" : undefined;
    }
    if (repeat === 1) return undefined;
    const dimensions = shape === undefined ? "" : `, TDIM ${shape}`;
    return `holds an ${this.#type()}${dimensions} in each cell`;
  }

  #read(name: string): readonly Cell[] {
    const { bytes, rowBytes, rowCount } = this.rows;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const decode = this.#decode();
    const cells = new Array<Cell>(rowCount);
    for (let row = 0; row < rowCount; row += 1) {
      try {
        cells[row] = decode(view, row * rowBytes + this.offset);
      } catch (error) {
        if (!(error instanceof TableError)) throw error;
        throw new TableError(`row ${row + 1} of the column ${name} ${error.message}`);
      }
    }
    return cells;
  }

  #decode(): Decode {
    const { letter, repeat } = this.#form;
    switch (letter) {
      case "L":
        return logical;
      case "X":
        return (view, at) => (view.getUint8(at) & 0x80) !== 0;
      case "A":
        return (view, at) => textCell(view, at, repeat);
      case "P":
      case "Q":
        return this.#textOfHeap(letter);
      case "E":
      case "D":
        return this.#float(letter);
      default:
        return this.#integer(letter as "B" | "I" | "J" | "K");
    }
  }

  #textOfHeap(letter: "P" | "Q"): Decode {
    const heap = wholeOf(this.cards, "THEAP", this.rows.rowBytes * this.rows.rowCount);
    return (view, at) => {
      const [length, offset] =
        letter === "P"
          ? [view.getInt32(at), view.getInt32(at + 4)]
          : [Number(view.getBigInt64(at)), Number(view.getBigInt64(at + 8))];
      if (length < 0 || offset < 0 || heap + offset + length > view.byteLength) {
        throw new TableError("points outside the file: it is damaged");
      }
      return textCell(view, heap + offset, length);
    };
  }

  #float(letter: "E" | "D"): Decode {
    const scaled = isScaled(this.cards, this.number) || this.cards.has(`TZERO${this.number}`);
    const { scale, zero } = scalingOf(this.cards, this.number);
    const isPlain = !scaled || (scale === 1 && zero === 0);
    return (view, at) => {
      const stored = letter === "E" ? view.getFloat32(at) : view.getFloat64(at);
      if (Number.isNaN(stored)) return null; // as FITS writes null (7.3.3.2)
      if (!isPlain) return zero + scale * stored;
      return letter === "E" ? float32Cell(stored) : stored;
    };
  }

  #integer(letter: "B" | "I" | "J" | "K"): Decode {
    const { cards, number } = this;
    const missing = exactWhole(cards.get(`TNULL${number}`));
    if (isScaled(cards, number)) {
      const { scale, zero } = scalingOf(cards, number);
      const stored = storedInteger(letter);
      return (view, at) => {
        const value = stored(view, at);
        return isSame(value, missing) ? null : zero + scale * Number(value);
      };
    }
    const zero = exactWhole(cards.get(`TZERO${number}`)) ?? 0n;
    if (letter !== "K" && integerCell(zero) === Number(zero)) {
      const small = storedInteger(letter);
      const [add, none] = [Number(zero), missing === undefined ? undefined : Number(missing)];
      return (view, at) => {
        const value = small(view, at);
        return value === none ? null : (value as number) + add;
      };
    }
    return (view, at) => {
      const value = BigInt(storedInteger(letter)(view, at));
      return value === missing ? null : integerCell(value + zero);
    };
  }
}

function storedInteger(
  letter: "B" | "I" | "J" | "K",
): (view: DataView, at: number) => number | bigint {
  switch (letter) {
    case "B":
      return (view, at) => view.getUint8(at);
    case "I":
      return (view, at) => view.getInt16(at);
    case "J":
      return (view, at) => view.getInt32(at);
    case "K":
      return (view, at) => view.getBigInt64(at);
  }
}

function isSame(value: number | bigint, missing: bigint | undefined): boolean {
  return missing !== undefined && BigInt(value) === missing;
}

/** A byte 0 is the third value; any other byte than T and F says nothing. */
function logical(view: DataView, at: number): Cell {
  const byte = view.getUint8(at);
  if (byte === 0x54) return true;
  if (byte === 0x46) return false;
  if (byte === 0) return null;
  throw new TableError(`is the byte ${byte}, and neither T, F nor 0, so it is no truth value`);
}

/** Text ends at the first NUL; trailing blanks are no part of it; empty text is how FITS writes null. */
function textCell(view: DataView, at: number, length: number): Cell {
  const field = Buffer.from(view.buffer, view.byteOffset + at, length);
  const nul = field.indexOf(0);
  let end = nul < 0 ? length : nul;
  while (end > 0 && field[end - 1] === 0x20) end -= 1;
  if (end === 0) return null;
  const used = field.subarray(0, end);
  if (used.every((byte) => byte < 0x80)) return used.toString("latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(used);
  } catch {
    throw new TableError("is neither ASCII nor UTF-8, so its letters are not certain");
  }
}

function formOf(cards: Unit["cards"], number: number): Form {
  const text = cards.get(`TFORM${number}`) ?? "";
  const [, repeat = "", letter = "", rest = ""] = /^ *(\d*)([LXBIJKAEDCMPQ])(.*)$/.exec(text) ?? [];
  if (letter === "") {
    throw new TableError(
      `is damaged: TFORM${number} is ${JSON.stringify(text)}, which says no type`,
    );
  }
  return {
    repeat: repeat === "" ? 1 : Number(repeat),
    letter: letter as Form["letter"], // by the expression
    rest,
  };
}
