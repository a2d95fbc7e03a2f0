// When each attempt was held, queued and running, and how it ended: one bar for each.
import type { ReportData, ReportJob } from "../reportData";
import { describeRow, type Order, orders, type Row, rowsOf } from "./attemptRows";
import { Chart, onPointer } from "./chart";
import { choice, dot, element } from "./elements";
import { counted } from "./format";
import type { Section } from "./section";
import { hasLabels, heightOf, rowIndexOf, tallest, timelineOption } from "./timelineChart";
import { moved, type View, wholeView, zoomed } from "./timelineView";

const kinds = ["Held", "queued", "Running", "Completed", "Failed", "Lost"];

/** @param choose called with the job of a bar that is chosen */
export function timeline(
  section: HTMLElement,
  { madeAt }: ReportData,
  choose: (job: ReportJob) => void,
): Section {
  return new Timeline(section, madeAt, choose);
}

class Timeline implements Section {
  readonly #chart: Chart;
  readonly #readout = element("p", { class: "readout", "aria-live": "polite" });
  #order: Order = "begin";
  #jobs: readonly ReportJob[] = [];
  #rows: readonly Row[] = [];
  #view: View = wholeView(0);

  constructor(
    section: HTMLElement,
    private readonly madeAt: number,
    private readonly choose: (job: ReportJob) => void,
  ) {
    section.append(
      element(
        "p",
        { class: "soft" },
        "One bar for each attempt. A pale one ends when its end was seen: it ended somewhere within. Keys: arrows go from bar to bar, + and − zoom, Enter finds the job in the table. Wheel: Ctrl zooms, Shift moves.",
      ),
      element("div", { class: "controls" }, this.#orderChoice(), legend()),
    );
    this.#chart = new Chart(section, {
      label: "Timeline",
      height: tallest,
      option: (theme) => timelineOption(this.#rows, this.#view, theme),
      onKey: (key) => this.#onKey(key),
    });
    section.append(this.#readout);
    this.#followPointer();
  }

  show(jobs: readonly ReportJob[]): void {
    this.#jobs = jobs;
    this.#arrange();
  }

  draw(): void {
    this.#chart.draw();
  }

  #orderChoice(): HTMLElement {
    return choice("Sorted by", Object.entries(orders), this.#order, (value) => {
      this.#order = Object.keys(orders).find((one): one is Order => one === value) ?? "begin";
      this.#arrange();
    });
  }

  #followPointer(): void {
    const { echarts } = this.#chart;
    onPointer(this.#chart, (datum) => {
      const row = this.#rowOf(datum);
      return row && describeRow(row, "\n");
    });
    echarts.on("click", ({ data }) => {
      const row = this.#rowOf(data);
      if (row) this.choose(row.job);
    });
    echarts.on("datazoom", () => {
      const { dataZoom } = echarts.getOption() as {
        dataZoom?: { startValue: number; endValue: number }[];
      };
      const vertical = dataZoom?.[0];
      if (!vertical) return;
      this.#view = { ...this.#view, first: vertical.startValue, last: vertical.endValue };
      this.#chart.update({ yAxis: { axisLabel: { show: hasLabels(this.#view) } } });
    });
  }

  #rowOf(datum: unknown): Row | undefined {
    const index = rowIndexOf(datum);
    return index === undefined ? undefined : this.#rows[index];
  }

  #arrange(): void {
    this.#rows = rowsOf(this.#jobs, this.#order, this.madeAt);
    const { length } = this.#rows;
    this.#view = wholeView(length);
    this.#readout.textContent = length === 0 ? "Nothing of these jobs has a time yet." : "";
    this.#chart.label(
      `Timeline of ${counted(length, "attempt")} of ${counted(this.#jobs.length, "job")}. Arrow keys go from one to the next.`,
    );
    this.#chart.height(heightOf(length));
    this.#chart.draw();
  }

  #onKey(key: string): boolean {
    const there = this.#rows[this.#view.cursor];
    if (key === "Enter" && there) {
      this.choose(there.job);
      return true;
    }
    const next = moved(this.#view, key);
    const view = next ?? zoomed(this.#view, key);
    if (!view) return false;
    this.#view = view;
    const row = this.#rows[view.cursor];
    if (next) this.#readout.textContent = row ? describeRow(row, ", ") : "";
    this.#chart.draw();
    return true;
  }
}

function legend(): HTMLElement {
  return element(
    "ul",
    { class: "legend soft" },
    ...kinds.map((kind) => element("li", {}, dot(kind), kind === "queued" ? "Queued" : kind)),
  );
}
