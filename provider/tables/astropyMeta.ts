// What astropy writes beside a table, as YAML in an ECSV header or in a Parquet file's metadata: types, units, and
// which of the columns are only the mask of another.
import { messageOf } from "../errors";
import { type Column, TableError } from "./table";

/** A column as the YAML has it. */
export interface Described {
  readonly name: string;
  readonly datatype: string;
  readonly subtype?: string;
  readonly unit?: string;
}

export interface AstropyMeta {
  readonly columns: readonly Described[];
  readonly delimiter: string | undefined;
  /** The columns that are masks, each with the column whose cells it hides. */
  readonly masks: ReadonlyMap<string, string>;
}

/** @throws a TableError if it is no such YAML */
export function astropyMetaOf(yaml: string): AstropyMeta {
  const { parse } = require("yaml") as typeof import("yaml");
  let header: unknown;
  try {
    // Every scalar is text: a column may be called 1e5. Tags of astropy's own are passed over, and one unit may
    // be referred to by each column.
    header = parse(yaml, { schema: "failsafe", logLevel: "silent", maxAliasCount: -1 });
  } catch (error) {
    throw new TableError(`has a header that is no YAML: ${messageOf(error).split("\n")[0]}`, {
      cause: error,
    });
  }
  const { datatype, delimiter, meta } = isRecord(header) ? header : {};
  if (!Array.isArray(datatype)) throw new TableError("has a header without `datatype`");
  return {
    columns: datatype.map(described),
    delimiter: typeof delimiter === "string" ? delimiter : undefined,
    masks: masksIn(meta),
  };
}

function described(entry: unknown): Described {
  const { name, datatype, subtype, unit } = isRecord(entry) ? entry : {};
  if (typeof name !== "string" || typeof datatype !== "string") {
    throw new TableError("has a column in its header without a name or a datatype");
  }
  const unitText = isRecord(unit) ? unit.unit : unit; // `!astropy.units.Unit {unit: deg}`
  return {
    name,
    datatype,
    ...(typeof subtype === "string" ? { subtype } : {}),
    ...(typeof unitText === "string" && unitText !== "" ? { unit: unitText } : {}),
  };
}

/** A serialized column has its mask as `mask: {name: X.mask}`, beside the data, which are called X. */
function masksIn(meta: unknown): ReadonlyMap<string, string> {
  const masks = new Map<string, string>();
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if (isRecord(node) && isRecord(node.mask)) {
      const mask = node.mask.name;
      const data = [node.data, node.unmasked, node.value].find(isRecord)?.name;
      if (typeof mask === "string") {
        masks.set(mask, typeof data === "string" ? data : mask.replace(/\.mask$/, ""));
      }
    }
    for (const inner of node instanceof Map ? node.values() : Object.values(node)) visit(inner);
  };
  visit(meta);
  return masks;
}

/** Without the columns that are masks, and null where these say so. */
export function unmasked(columns: readonly Column[], { masks }: AstropyMeta): readonly Column[] {
  const maskOf = new Map<string, Column>();
  for (const column of columns) {
    const data = masks.get(column.name);
    if (data !== undefined) maskOf.set(data, column);
  }
  return columns
    .filter(({ name }) => !masks.has(name))
    .map((column) => {
      const mask = maskOf.get(column.name);
      if (!mask || column.unusable !== undefined) return column;
      return {
        ...column,
        read: () => {
          const hidden = mask.read();
          return column.read().map((cell, row) => (hidden[row] === true ? null : cell));
        },
      };
    });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
