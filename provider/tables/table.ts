// A table as a file of the field has it: named columns of cells, each cell as the format's standard says.
// What readers make, and what sources of rows take.

/**
 * A cell. An integer that a double does not hold exactly is a bigint, every other number a number, also NaN and
 * the infinities; a float32 is the number with the shortest decimal that rounds back to it: 0.1, not
 * 0.10000000149011612. A missing value is null. Dates and times are the text that the file has.
 */
export type Cell = string | number | bigint | boolean | null;

/** One column. */
export interface Column {
  readonly name: string;
  /** What it holds, as error messages say it: `int64`, `float32`, `text`, `array of 2 float32`. */
  readonly type: string;
  /** As the file spells it. */
  readonly unit?: string;
  /**
   * Why its cells cannot be parameters, in words that follow "the column X": `holds arrays (2 float32 in each
   * cell)`. Other columns of such a table can be read.
   */
  readonly unusable?: string;
  /**
   * One cell for each row. It may be decoded here, so that columns that nobody uses cost nothing.
   * @throws a TableError if the cells are damaged, or `unusable`
   */
  readonly read: () => readonly Cell[];
}

/** A table, column by column: names may be there twice, as a file may have them. */
export interface Table {
  /** What the file is, for error messages: `a FITS binary table`. */
  readonly format: string;
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** The service that made it had more rows and left them out, as its file says. @default false */
  readonly hasOverflow?: boolean;
}

/** A file that cannot be read as a table, in a sentence with the remedy that follows the file's name. */
export class TableError extends Error {
  override readonly name = "TableError";
}

/** A column that no job can have a parameter from. */
export function unusableColumn(
  column: Pick<Column, "name" | "type" | "unit">,
  unusable: string,
): Column {
  return {
    ...column,
    unusable,
    read: () => {
      throw new TableError(`the column ${column.name} ${unusable}`);
    },
  };
}

/** An integer as the cell that keeps all its digits. */
export function integerCell(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
    ? Number(value)
    : value;
}

const leastNormalFloat32 = 2 ** -126;

/**
 * @param value one that a float32 holds exactly
 * @returns the number with the fewest digits that rounds to it
 */
export function float32Cell(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 2 ** 24)) {
    return value;
  }
  // Six digits always survive a float32, but of the smallest numbers.
  const fewest = Math.abs(value) < leastNormalFloat32 ? 1 : 6;
  for (let digits = fewest; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
