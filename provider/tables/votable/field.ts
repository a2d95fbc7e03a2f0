// What a FIELD of a VOTable says of its column: the kind of its cells, and how these are written as text.
import { type Cell, float32Cell, integerCell, TableError } from "../table";

/** A FIELD's attributes. */
export interface Field {
  readonly name: string;
  readonly datatype: string;
  readonly arraysize: string | undefined;
  readonly unit: string | undefined;
  /** VALUES null: what stands for a missing value. */
  null: string | undefined;
}

/** How the cells of a column are made. */
export interface Kind {
  /** As messages say it. */
  readonly type: string;
  readonly unusable?: string;
  /** Of so many elements in a stream. */
  readonly bytesOf: (count: number) => number;
  /** Elements of a cell; undefined if each cell says how many it has. */
  readonly count: number | undefined;
  /** Text that counts blanks. */
  readonly isText: boolean;
}

const datatypes: Readonly<Record<string, { readonly type: string; readonly bytes: number }>> = {
  boolean: { type: "bool", bytes: 1 },
  bit: { type: "bit", bytes: 1 },
  unsignedByte: { type: "uint8", bytes: 1 },
  short: { type: "int16", bytes: 2 },
  int: { type: "int32", bytes: 4 },
  long: { type: "int64", bytes: 8 },
  char: { type: "text", bytes: 1 },
  unicodeChar: { type: "text", bytes: 2 },
  float: { type: "float32", bytes: 4 },
  double: { type: "float64", bytes: 8 },
  floatComplex: { type: "complex64", bytes: 8 },
  doubleComplex: { type: "complex128", bytes: 16 },
};

const ranges: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  unsignedByte: [0n, 255n],
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** @param index from 0 */
export function fieldOf(attributes: Readonly<Record<string, string>>, index: number): Field {
  const name = attributes.name ?? attributes.ID ?? `col${index + 1}`;
  return {
    name,
    datatype: attributes.datatype ?? "",
    arraysize: attributes.arraysize?.trim() || undefined,
    unit: attributes.unit?.trim() || undefined,
    null: undefined,
  };
}

/** @throws a TableError if the standard has no such type */
export function kindOf({ name, datatype, arraysize }: Field): Kind {
  const of = datatypes[datatype];
  if (!of) {
    throw new TableError(
      `the column ${name} has the datatype ${JSON.stringify(datatype)}, which VOTable does not have`,
    );
  }
  const { type, bytes } = of;
  const isText = type === "text";
  const size = arraysize ?? "1";
  if (!/^(\d+x)*(\d+\*?|\*)$/.test(size)) {
    throw new TableError(
      `the column ${name} has the arraysize ${size}, which VOTable does not have`,
    );
  }
  const isVariable = size.endsWith("*");
  const elements = size.split("x").reduce((product, one) => product * Number.parseInt(one, 10), 1);
  const count = isVariable ? undefined : elements;
  const isArray = isText ? size.includes("x") : size !== "1";
  const isComplex = type.startsWith("complex");
  const bytesOf = (items: number) => (datatype === "bit" ? Math.ceil(items / 8) : items * bytes);
  const kind = { type: isArray ? `array of ${type}` : type, bytesOf, count, isText };
  if (isArray) return { ...kind, unusable: `holds arrays (${type}, arraysize ${size})` };
  return isComplex ? { ...kind, unusable: `holds complex numbers (${type})` } : kind;
}

/** The cells of a column of TABLEDATA. */
export function textCells(field: Field, texts: readonly string[]): readonly Cell[] {
  const missing = missingOf(field);
  return texts.map((text, row) => {
    const cell = textCell(field, text);
    if (cell !== undefined) return isMissing(cell, missing) ? null : cell;
    const { type } = kindOf(field);
    throw new TableError(
      `row ${row + 1}: the column ${field.name} is ${JSON.stringify(text)}, which is no ${type}`,
    );
  });
}

/** The cell that VALUES null says is none. */
export function missingOf(field: Field): Cell {
  return field.null === undefined ? null : (textCell(field, field.null) ?? null);
}

export function isMissing(cell: Cell, missing: Cell): boolean {
  return missing !== null && Object.is(cell, missing);
}

/** @returns undefined for text that is not of the type; null for a missing value */
function textCell({ datatype }: Field, text: string): Cell | undefined {
  if (datatype === "char" || datatype === "unicodeChar") return text === "" ? null : text;
  const word = text.trim();
  if (word === "") return null;
  switch (datatype) {
    case "boolean":
      return booleanCell(word);
    case "bit":
      return word === "1" ? true : word === "0" ? false : undefined;
    case "float":
    case "double": {
      const value = floatOf(word);
      return value === undefined || datatype === "double" ? value : float32Cell(Math.fround(value));
    }
    default:
      return integerOf(word, datatype);
  }
}

/** The words of the standard, in any case; its `?` and blank are null. */
function booleanCell(word: string): boolean | null | undefined {
  if (/^(t|true|1)$/i.test(word)) return true;
  if (/^(f|false|0)$/i.test(word)) return false;
  return word === "?" ? null : undefined;
}

/** astropy writes `+InF`; the standard has `+Inf`. */
function floatOf(word: string): number | undefined {
  const named = /^([+-]?)(?:(inf)(?:inity)?|nan)$/i.exec(word);
  if (named) return named[2] === undefined ? Number.NaN : named[1] === "-" ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : undefined;
}

function integerOf(word: string, datatype: string): number | bigint | undefined {
  const value = /^[+-]?\d{1,15}$/.test(word) ? Number(word) : largeOf(word);
  const [least, most] = ranges[datatype] ?? [0n, 0n];
  if (value === undefined || value < least || value > most) return undefined;
  return typeof value === "number" ? value + 0 : integerCell(value);
}

function largeOf(word: string): bigint | undefined {
  if (/^[+-]?\d+$/.test(word)) return BigInt(word.replace("+", ""));
  return /^0x[\da-f]+$/i.test(word) ? BigInt(word) : undefined;
}
