// A table that is written: named columns with types, and rows of cells. Pure.

export type Cell = string | number | boolean | null | undefined;

export type ColumnType = "bool" | "int64" | "uint64" | "float64" | "string";

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** As VOUnits spells it. */
  readonly unit?: string;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}
