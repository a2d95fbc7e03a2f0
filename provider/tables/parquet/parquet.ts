// A Parquet file, column by column. hyparquet decodes pages, and we make the cells of what is stored: its own
// conversions round decimals, and cut times to milliseconds. Its modules are used instead of its entry point,
// which is asynchronous; a program declares its jobs synchronously.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { messageOf } from "../../errors";
import { type AstropyMeta, astropyMetaOf, unmasked } from "../astropyMeta";
import { type Cell, type Column, type Table, TableError, unusableColumn } from "../table";
import { kindOf, type Stored } from "./cells";

/** @param bytes of the whole file */
export function readParquet(bytes: Uint8Array): Table {
  const { parquetMetadata, parquetSchema } =
    require("hyparquet/src/metadata.js") as typeof import("hyparquet/src/metadata.js");
  const metadata = intact(() => parquetMetadata(bytes, { geoparquet: false }));
  const rowCount = Number(metadata.num_rows);
  const storedUnder = (key: string) =>
    metadata.key_value_metadata?.find((entry) => entry.key === key)?.value;
  const yaml = storedUnder("table_meta_yaml");
  const astropy = yaml === undefined ? undefined : astropyMetaOf(yaml);
  const labels = rowLabels(storedUnder("pandas"));
  const columns = parquetSchema(metadata)
    .children.filter(({ element }) => !labels.has(element.name))
    .map((tree) => columnOf(tree, { bytes, metadata, rowCount, astropy }));
  return {
    format: "a Parquet file",
    columns: astropy ? unmasked(columns, astropy) : columns,
    rowCount,
  };
}

/** The row labels that pandas adds as a column where they have no name: `__index_level_0__`. */
function rowLabels(pandas: string | undefined): ReadonlySet<string> {
  const labels = new Set<string>();
  if (pandas === undefined) return labels;
  const { index_columns: names } = JSON.parse(pandas) as { readonly index_columns?: unknown };
  for (const name of Array.isArray(names) ? names : []) {
    if (typeof name === "string" && /^__index_level_\d+__$/.test(name)) labels.add(name);
  }
  return labels;
}

interface File {
  readonly bytes: Uint8Array;
  readonly metadata: FileMetaData;
  readonly rowCount: number;
  readonly astropy: AstropyMeta | undefined;
}

function columnOf({ element, children }: SchemaTree, file: File): Column {
  const { name } = element;
  const unit = file.astropy?.columns.find((column) => column.name === name)?.unit;
  if (children.length > 0) {
    const what = element.converted_type ?? element.logical_type?.type;
    const type = what === "LIST" ? "list" : what === "MAP" ? "map" : "struct";
    return unusableColumn(
      { name, type, ...(unit ? { unit } : {}) },
      type === "list" ? "holds arrays (a list in each cell)" : `holds a ${type} in each cell`,
    );
  }
  const { type, unusable, cellOf } = kindOf(element);
  const head = { name, type, ...(unit ? { unit } : {}) };
  if (element.repetition_type === "REPEATED") {
    return unusableColumn(head, `holds arrays (any number of ${type} in each cell)`);
  }
  if (unusable !== undefined) return unusableColumn(head, unusable);
  const read = () => {
    const cells: Cell[] = [];
    for (const stored of intact(() => storedIn(element, file))) {
      cells.push(
        stored === null || stored === undefined
          ? null
          : cellOf(stored, { name, row: cells.length }),
      );
    }
    if (cells.length === file.rowCount) return cells;
    throw new TableError(
      `the column ${name} has ${cells.length} of ${file.rowCount} rows; copy the file again`,
    );
  };
  if (type !== "bytes") return { ...head, read };
  try {
    read();
    return { ...head, read };
  } catch (error) {
    return unusableColumn(head, messageOf(error).replace(/^row \d+: the column .* (?=holds )/, ""));
  }
}

/** What the pages of a column hold, without any conversion; null where there is nothing. */
function storedIn(element: SchemaElement, { bytes, metadata }: File): readonly Stored[] {
  const { parquetPlan } =
    require("hyparquet/src/plan.js") as typeof import("hyparquet/src/plan.js");
  const { readColumn } =
    require("hyparquet/src/column.js") as typeof import("hyparquet/src/column.js");
  const { getSchemaPath } =
    require("hyparquet/src/schema.js") as typeof import("hyparquet/src/schema.js");
  const { converted_type: _, logical_type: __, ...bare } = element;
  const file = { byteLength: bytes.byteLength, slice: () => new ArrayBuffer(0) };
  const columns = [element.name];
  const stored: Stored[] = [];
  for (const group of parquetPlan({ file, metadata, columns }).groups) {
    for (const { columnMetadata, range } of group.chunks) {
      if (columnMetadata.codec.startsWith("LZ")) {
        throw new TableError(
          `is Parquet compressed by ${columnMetadata.codec}; write it with zstd or snappy, which pandas and polars use by default`,
        );
      }
      const length = range.endByte - range.startByte;
      const view = new DataView(bytes.buffer, bytes.byteOffset + range.startByte, length);
      const { data } = readColumn({ view, offset: 0 }, group, {
        ...columnMetadata,
        pathInSchema: columnMetadata.path_in_schema,
        element: bare,
        schemaPath: getSchemaPath(metadata.schema, columnMetadata.path_in_schema),
        parsers: untouched,
        compressors,
        utf8: false,
      });
      for (const chunk of data) for (const value of chunk) stored.push(value);
    }
  }
  return stored;
}

const same = <T>(value: T): T => value;

const untouched = {
  timestampFromMilliseconds: same,
  timestampFromMicroseconds: same,
  timestampFromNanoseconds: same,
  dateFromDays: same,
  stringFromBytes: same,
  jsonFromBytes: same,
  geometryFromBytes: same,
  geographyFromBytes: same,
  uuidFromBytes: same,
};

// Snappy is hyparquet's own; these are Node's.
const compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
  ZSTD: (input: Uint8Array) => zstdDecompressSync(input),
};

function intact<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw new TableError(
      `is a Parquet file that is damaged, or newer than this package: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
