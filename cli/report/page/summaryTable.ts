// A small table of a line for each sweep, which is shown whole.
import { element } from "./elements";

export interface SummaryTable {
  /** What the region around it is called. */
  readonly label: string;
  readonly caption: string;
  readonly head: readonly string[];
  /** Each begins with its sweep. */
  readonly rows: readonly (readonly string[])[];
  /** From which column on there are numbers. */
  readonly numbersFrom: number;
}

export function summaryTable({ label, caption, head, rows, numbersFrom }: SummaryTable) {
  const kind = (index: number) => (index >= numbersFrom ? "number" : "");
  const lines = rows.map(([first = "", ...cells]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, first),
      ...cells.map((cell, index) => element("td", { class: kind(index + 1) }, cell)),
    ),
  );
  const heads = head.map((text, index) =>
    element("th", { scope: "col", class: kind(index) }, text),
  );
  return element(
    "div",
    { class: "scroll whole", tabindex: 0, role: "region", "aria-label": label },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...lines),
    ),
  );
}
