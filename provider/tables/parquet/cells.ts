// From what a Parquet file stores to cells, by the format's logical types (and the older converted types): exact
// integers, decimals with all their digits, times in full precision as ISO 8601.
import type { SchemaElement, TimeUnit } from "hyparquet";
import { type Cell, float32Cell, integerCell, TableError } from "../table";

/** A value as it is stored; null or undefined where there is none. */
export type Stored = boolean | number | bigint | Uint8Array | null | undefined;

interface CellPosition {
  readonly name: string;
  /** From 0. */
  readonly row: number;
}

export interface Kind {
  readonly type: string;
  readonly unusable?: string;
  readonly cellOf: (stored: NonNullable<Stored>, place: CellPosition) => Cell;
}

export function kindOf(element: SchemaElement): Kind {
  const { type } = element;
  if (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY") return kindOfBytes(element);
  if (type === "INT96") return timestamp("NANOS", false);
  if (type === "BOOLEAN") return { type: "bool", cellOf: (stored) => stored === true };
  if (type === "DOUBLE") return { type: "float64", cellOf: Number };
  if (type === "FLOAT") return { type: "float32", cellOf: (stored) => float32Cell(Number(stored)) };
  const { converted_type: converted, logical_type: logical } = element;
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") return decimal(element);
  if (converted === "DATE" || logical?.type === "DATE") {
    return { type: "date", cellOf: (days) => dateOf(BigInt(Number(days)) * secondsADay) };
  }
  if (logical?.type === "TIMESTAMP") return timestamp(logical.unit, logical.isAdjustedToUTC);
  if (converted === "TIMESTAMP_MILLIS") return timestamp("MILLIS", true);
  if (converted === "TIMESTAMP_MICROS") return timestamp("MICROS", true);
  if (logical?.type === "TIME") return timeOfDay(logical.unit);
  if (converted === "TIME_MILLIS") return timeOfDay("MILLIS");
  if (converted === "TIME_MICROS") return timeOfDay("MICROS");
  return integer(element);
}

function integer({ type, converted_type: converted, logical_type: logical }: SchemaElement): Kind {
  const width = type === "INT64" ? 64 : 32;
  const isSigned =
    logical?.type === "INTEGER" ? logical.isSigned : !(converted ?? "").startsWith("UINT_");
  const bits =
    logical?.type === "INTEGER"
      ? logical.bitWidth
      : (converted?.match(/^U?INT_(\d+)$/)?.[1] ?? width);
  const name = `${isSigned ? "int" : "uint"}${bits}`;
  if (width === 32) {
    return {
      type: name,
      cellOf: (stored) => (isSigned ? Number(stored) : Number(stored) >>> 0),
    };
  }
  return {
    type: name,
    cellOf: (stored) => {
      const value = whole(stored);
      return integerCell(isSigned ? value : BigInt.asUintN(64, value));
    },
  };
}

function kindOfBytes(element: SchemaElement): Kind {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") return decimal(element);
  if (logical?.type === "FLOAT16") return { type: "float16", cellOf: (stored) => float16(stored) };
  if (logical?.type === "UUID") return { type: "uuid", cellOf: (stored) => uuid(stored) };
  const texts: readonly (string | undefined)[] = ["UTF8", "STRING", "ENUM", "JSON"];
  if (texts.includes(converted) || texts.includes(logical?.type)) {
    return { type: "text", cellOf: (stored, place) => textOf(stored, place, "text") };
  }
  const what = logical?.type ?? converted;
  // Of columns without annotation, as astropy writes its bytes columns, those that hold text are text.
  if (type === "BYTE_ARRAY" && what === undefined) {
    return { type: "bytes", cellOf: (stored, place) => textOf(stored, place, "bytes") };
  }
  const name = (what ?? "bytes").toLowerCase();
  return { type: name, unusable: `holds ${name}, which is no text`, cellOf: () => null };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(stored: Stored, { name, row }: CellPosition, what: "text" | "bytes"): string {
  try {
    if (stored instanceof Uint8Array) return decoder.decode(stored);
  } catch (error) {
    const remedy = what === "bytes" ? "; write the column as text" : "";
    throw new TableError(`row ${row + 1}: the column ${name} holds bytes, not UTF-8${remedy}`, {
      cause: error,
    });
  }
  throw new TableError(`row ${row + 1}: the column ${name} holds ${String(stored)}, not ${what}`);
}

function whole(stored: NonNullable<Stored>): bigint {
  return typeof stored === "bigint" ? stored : BigInt(Number(stored));
}

/** Its digits as text, also those that are zero: `1.000`. */
function decimal({ scale: oldScale, precision, logical_type: logical }: SchemaElement): Kind {
  const scale = (logical?.type === "DECIMAL" ? logical.scale : oldScale) ?? 0;
  const cellOf = (stored: NonNullable<Stored>) => {
    const unscaled = stored instanceof Uint8Array ? signedOf(stored) : whole(stored);
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
    const point = digits.length - scale;
    const sign = unscaled < 0n ? "-" : "";
    return `${sign}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
  };
  return { type: `decimal(${precision ?? "?"}, ${scale})`, cellOf };
}

/** Two's complement, the most significant byte first. */
function signedOf(bytes: Uint8Array): bigint {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(8 * bytes.length, value);
}

function float16(stored: Stored): Cell {
  if (!(stored instanceof Uint8Array)) return null;
  const bits = (stored[0] ?? 0) | ((stored[1] ?? 0) << 8);
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  const spacing = 2 ** (Math.max(exponent, 1) - 25);
  const value = sign * (exponent === 0 ? fraction : fraction + 1024) * spacing;
  if (Number.isInteger(value)) return value;
  // The fewest digits that are nearer to it than to its neighbours, of which the lower one may be half as far.
  for (let digits = 1; digits < 6; digits += 1) {
    const short = Number(value.toPrecision(digits));
    const isBelow = Math.abs(short) < Math.abs(value);
    const reach = isBelow && fraction === 0 && exponent > 1 ? spacing / 4 : spacing / 2;
    if (Math.abs(short - value) < reach) return short;
  }
  return value;
}

function uuid(stored: Stored): Cell {
  if (!(stored instanceof Uint8Array)) return null;
  const hex = Buffer.from(stored).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const secondsADay = 86_400n;
const digitsOf: Readonly<Record<TimeUnit, number>> = { MILLIS: 3, MICROS: 6, NANOS: 9 };

/** ISO 8601 with all digits of the unit, and Z where the column says that it is UTC. */
function timestamp(unit: TimeUnit, isUtc: boolean): Kind {
  const cellOf = (stored: NonNullable<Stored>) => {
    const { seconds, fraction } = split(whole(stored), unit);
    return `${dateOf(seconds)}T${clockOf(seconds)}.${fraction}${isUtc ? "Z" : ""}`;
  };
  return { type: "timestamp", cellOf };
}

function timeOfDay(unit: TimeUnit): Kind {
  const cellOf = (stored: NonNullable<Stored>) => {
    const { seconds, fraction } = split(whole(stored), unit);
    return `${clockOf(seconds)}.${fraction}`;
  };
  return { type: "time", cellOf };
}

function split(value: bigint, unit: TimeUnit): { seconds: bigint; fraction: string } {
  const perSecond = 10n ** BigInt(digitsOf[unit]);
  const rest = ((value % perSecond) + perSecond) % perSecond;
  return {
    seconds: (value - rest) / perSecond,
    fraction: String(rest).padStart(digitsOf[unit], "0"),
  };
}

/** @param seconds since 1970 */
function dateOf(seconds: bigint): string {
  return isoOf(seconds).replace(/T.*/, "");
}

function clockOf(seconds: bigint): string {
  return isoOf(seconds).slice(-13, -5);
}

function isoOf(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) {
    throw new TableError(`holds a time that no calendar has: ${seconds} seconds from 1970`);
  }
  return date.toISOString();
}
