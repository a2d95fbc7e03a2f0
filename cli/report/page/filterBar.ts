// The controls of the filter, and how many jobs it lets through.
import type { ReportJob } from "../reportData";
import { choice, element } from "./elements";
import { everything, type Filter } from "./filter";
import { counted } from "./format";
import type { Counts } from "./header";

export class FilterBar {
  readonly place: HTMLElement;
  readonly #input = element("input", {
    type: "search",
    placeholder: "a name, band=2, a session …",
  });
  readonly #status: HTMLLabelElement;
  readonly #sweep: HTMLLabelElement;
  readonly #clear = element("button", { type: "button" }, "Show all");
  readonly #shown = element("output", { "aria-live": "polite" });

  /** @param change called with what of the filter is changed */
  constructor(
    private readonly jobs: readonly ReportJob[],
    counts: Counts,
    change: (part: Partial<Filter>) => void,
  ) {
    const sweeps = [...new Set(jobs.flatMap(({ sweep }) => sweep ?? []))];
    const statuses = counts.map(([status]) => status);
    this.#status = anyOr("Status", statuses, (status) => change({ status }));
    this.#sweep = anyOr("Sweep", sweeps, (sweep) => change({ sweep }));
    this.#listen(change);
    this.place = element(
      "search",
      {},
      element(
        "div",
        { class: "controls filter" },
        element("label", {}, "Filter", this.#input),
        this.#status,
        ...(sweeps.length > 1 ? [this.#sweep] : []),
        this.#clear,
        this.#shown,
      ),
    );
  }

  /** Shows the filter, and how many jobs it lets through. */
  show({ status, sweep }: Filter, count: number): void {
    choose(this.#status, status);
    choose(this.#sweep, sweep);
    const all = counted(this.jobs.length, "job");
    const isAll = count === this.jobs.length;
    this.#clear.hidden = isAll;
    this.#shown.textContent = isAll ? all : `${count.toLocaleString("en")} of ${all}`;
  }

  #listen(change: (part: Partial<Filter>) => void): void {
    let waiting = 0;
    this.#input.addEventListener("input", () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => change({ text: this.#input.value }));
    });
    this.#clear.addEventListener("click", () => {
      this.#input.value = "";
      change(everything);
      this.#input.focus();
    });
  }
}

function anyOr(
  label: string,
  values: readonly string[],
  onChange: (value: string) => void,
): HTMLLabelElement {
  const options = values.map((value) => [value, value] as const);
  return choice(label, [["", "any"], ...options], "", onChange);
}

function choose(label: HTMLLabelElement, value: string): void {
  const select = label.querySelector("select");
  if (select) select.value = value;
}
