// Tables for people: two blanks between columns and no lines, as wide as the terminal is and no wider. Into a pipe
// or file nothing is shortened.
import { distinctNames, narrowest } from "./names";
import { coloured } from "./terminal";
import { clipped, widthOf } from "./width";

export interface Column {
  readonly head: string;
  /**
   * What may happen to its cells where there is no room: names are shortened and stay distinct, text is cut at its end.
   * @default nothing
   */
  readonly kind?: "name" | "text";
  /** It is left out where there is no room for all, the highest number first. @default never */
  readonly spare?: number;
}

/** Colour is put on after the text was shortened. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const gap = 2;
/** A text of which less can be seen is not worth its column. */
const leastText = 16;
/** A name of which less is seen is not recognised. */
const leastName = 16;

/**
 * @param width of the terminal, in columns
 * @returns a header and a line for each row; columns without any text are left out
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number = terminalWidth(process.stdout),
): string {
  const filled = columns.map((column, index) => {
    const texts = rows.map((row) => textOf(row[index]));
    return {
      column,
      index,
      texts,
      natural: texts.reduce((most, text) => Math.max(most, widthOf(text)), 0),
    };
  });
  const some = filled.filter(({ natural }) => natural > 0);
  let shown: readonly Filled[] = some.map((one) => ({
    ...one,
    natural: Math.max(one.natural, widthOf(one.column.head)),
  }));
  let widths = fitted(shown, width);
  while (widths === undefined) {
    const spare = shown.reduce<Filled | undefined>(
      (most, one) => ((one.column.spare ?? 0) > (most?.column.spare ?? 0) ? one : most),
      undefined,
    );
    if (spare === undefined) break;
    shown = shown.filter((one) => one !== spare);
    widths = fitted(shown, width);
  }
  return drawn(shown, rows, widths ?? squeezed(shown, width));
}

/** Without end where it is no terminal. */
export function terminalWidth(stream: NodeJS.WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : Number.POSITIVE_INFINITY;
}

interface Filled {
  readonly column: Column;
  /** In a row. */
  readonly index: number;
  readonly texts: readonly string[];
  /** The width that all of it would take. */
  readonly natural: number;
}

/** The widths of the columns; undefined where they are too many. */
function fitted(columns: readonly Filled[], width: number): number[] | undefined {
  const gaps = gap * Math.max(0, columns.length - 1);
  const wanted = columns.reduce((sum, { natural }) => sum + natural, gaps);
  if (wanted <= width) return columns.map(({ natural }) => natural);
  const widths = columns.map(leastOf);
  let rest = width - gaps - widths.reduce((sum, one) => sum + one, 0);
  if (rest < 0) return undefined;
  // A name is what a user goes on with; a text can be read elsewhere.
  for (const kind of ["name", "text"] as const) {
    for (const [index, { column, natural }] of columns.entries()) {
      if (column.kind !== kind) continue;
      const more = Math.min(rest, natural - (widths[index] ?? 0));
      widths[index] = (widths[index] ?? 0) + more;
      rest -= more;
    }
  }
  return widths;
}

function leastOf({ column, texts, natural }: Filled): number {
  const head = widthOf(column.head);
  if (column.kind === "name") {
    return Math.min(natural, Math.max(head, leastName, narrowest(texts, natural)));
  }
  return column.kind === "text" ? Math.min(natural, Math.max(head, leastText)) : natural;
}

/** Where even what has to be shown has no room, the widest column gives. */
function squeezed(columns: readonly Filled[], width: number): number[] {
  const widths = columns.map(leastOf);
  const gaps = gap * Math.max(0, columns.length - 1);
  while (widths.reduce((sum, one) => sum + one, gaps) > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function drawn(
  columns: readonly Filled[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
): string {
  const names = columns.map(({ column, texts }, index) =>
    column.kind === "name" ? distinctNames(texts, widths[index] ?? 0) : undefined,
  );
  const line = (cellOf: (one: Filled, index: number, width: number) => string) =>
    columns
      .map((one, index) => {
        const width = widths[index] ?? 0;
        const cell = cellOf(one, index, width);
        return cell + " ".repeat(Math.max(0, width - widthOf(cell)));
      })
      .join(" ".repeat(gap))
      .trimEnd();
  const head = line(({ column }, _, width) => {
    const text = clipped(column.head, width);
    return text === "" ? "" : coloured("bold", text);
  });
  const body = rows.map((row, at) =>
    line((one, index, width) => {
      const text = one.texts[at] ?? "";
      const shown = clipped(names[index]?.get(text) ?? text, width);
      const cell = row[one.index];
      return typeof cell === "object" && shown !== "" ? cell.paint(shown) : shown;
    }),
  );
  return [head, ...body].join("\n");
}

function textOf(cell: Cell | undefined): string {
  const text = typeof cell === "object" ? cell.text : (cell ?? "");
  return text.replace(/\s*\n\s*/g, " ").replaceAll("\t", " ");
}
