// Which rows of the timeline are in view, and at which one the keyboard is. Pure.

export interface View {
  /** How many rows there are. */
  readonly length: number;
  /** The first and the last row in view. */
  readonly first: number;
  readonly last: number;
  /** -1: at none. */
  readonly cursor: number;
}

export function wholeView(length: number): View {
  return { length, first: 0, last: length - 1, cursor: -1 };
}

/** After a key that goes to another row; undefined where it does not. */
export function moved(view: View, key: string): View | undefined {
  const { cursor } = view;
  const last = view.length - 1;
  const page = Math.max(1, view.last - view.first);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: cursor + 1,
    ArrowUp: cursor < 0 ? last : cursor - 1,
    PageDown: cursor + page,
    PageUp: cursor - page,
    Home: 0,
    End: last,
  };
  const to = moves[key];
  return to === undefined || last < 0 ? undefined : at(view, Math.min(last, Math.max(0, to)));
}

/** After a key that zooms; undefined where it does not. */
export function zoomed(view: View, key: string): View | undefined {
  const factors: Readonly<Record<string, number>> = {
    "+": 0.5,
    "=": 0.5,
    "-": 2,
    "0": view.length, // all
  };
  const factor = factors[key];
  return factor === undefined || view.length === 0 ? undefined : scaled(view, factor);
}

function at(view: View, cursor: number): View {
  const span = view.last - view.first;
  if (cursor < view.first) return { ...view, cursor, first: cursor, last: cursor + span };
  if (cursor > view.last) return { ...view, cursor, first: cursor - span, last: cursor };
  return { ...view, cursor };
}

function scaled(view: View, factor: number): View {
  const rows = view.last - view.first + 1;
  const span = Math.min(view.length, Math.max(5, Math.round(rows * factor)));
  const middle = view.cursor < 0 ? Math.round((view.first + view.last) / 2) : view.cursor;
  const first = Math.min(view.length - span, Math.max(0, middle - Math.floor(span / 2)));
  return { ...view, first, last: first + span - 1 };
}
