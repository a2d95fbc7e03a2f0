// Any number over two parameters.
import type { ReportData, ReportJob } from "../reportData";
import { Chart, onPointer } from "./chart";
import { choice, element } from "./elements";
import {
  cellOf,
  cellText,
  type GridPoint,
  heatMapOption,
  heightOf,
  type Picture,
  parametersText,
  placeText,
  tableOf,
} from "./heatMapChart";
import {
  gridOf,
  type Measure,
  measuresOf,
  parametersOf,
  type Summary,
  summaries,
} from "./measures";
import type { Section } from "./section";

const steps: Readonly<Record<string, GridPoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** The value of the choice of no second parameter. */
const none = "";

export function heatMap(section: HTMLElement, data: ReportData): Section {
  const [across, down] = parametersOf(data.jobs);
  const measures = measuresOf(data);
  const [measure] = measures;
  if (across !== undefined && measure !== undefined) {
    return new HeatMap(section, data, { across, down, measure });
  }
  const why =
    across === undefined
      ? "The jobs have no parameters that differ: a sweep's would be here."
      : "No job has a number to show yet.";
  section.append(element("p", { class: "soft" }, why));
  return { show() {}, draw() {} };
}

class HeatMap implements Section {
  readonly #chart: Chart;
  readonly #readout = element("p", { class: "readout", "aria-live": "polite" });
  readonly #asTable = element(
    "details",
    { class: "plain" },
    element("summary", { class: "soft" }, "The same as a table"),
  );
  #jobs: readonly ReportJob[] = [];
  #picture: Picture;
  #cursor: GridPoint | undefined;

  constructor(
    section: HTMLElement,
    data: ReportData,
    chosen: Pick<Picture, "across" | "down" | "measure">,
  ) {
    const grid = { across: [], down: [], cells: [] };
    this.#picture = { ...chosen, summary: "mean", grid };
    section.append(
      element(
        "p",
        { class: "soft" },
        "Arrow keys go from cell to cell. Jobs that differ in other parameters share a cell.",
      ),
      this.#controls(parametersOf(data.jobs), measuresOf(data)),
    );
    this.#chart = new Chart(section, {
      label: "Heat map",
      height: 360,
      option: (theme) => heatMapOption(this.#picture, this.#cursor, theme),
      onKey: (key) => this.#onKey(key),
    });
    this.#asTable.addEventListener("toggle", () => this.#fillTable());
    section.append(this.#readout, this.#asTable);
    onPointer(this.#chart, (datum) => {
      const cell = cellOf(datum, this.#picture.grid);
      return cell && cellText(this.#picture, cell, "\n");
    });
  }

  show(jobs: readonly ReportJob[]): void {
    this.#jobs = jobs;
    this.#arrange({});
  }

  draw(): void {
    this.#chart.draw();
  }

  #controls(parameters: readonly string[], measures: readonly Measure[]): HTMLElement {
    const { measure, across, down = none, summary } = this.#picture;
    const names = parameters.map((name) => [name, name] as const);
    const ways = Object.keys(summaries) as Summary[];
    const measureNames = measures.map(({ id, name }) => [id, name] as const);
    return element(
      "div",
      { class: "controls" },
      choice("Measure", measureNames, measure.id, (value) => {
        this.#arrange({ measure: measures.find(({ id }) => id === value) ?? measure });
      }),
      choice("Across", names, across, (value) => this.#arrange({ across: value })),
      choice("Down", [...names, [none, "(nothing)"]], down, (value) => {
        this.#arrange({ down: value === none ? undefined : value });
      }),
      choice(
        "Of several jobs",
        ways.map((name) => [name, `the ${name}`]),
        summary,
        (value) => this.#arrange({ summary: ways.find((name) => name === value) ?? "mean" }),
      ),
    );
  }

  #arrange(change: Partial<Picture>): void {
    const chosen = { ...this.#picture, ...change };
    const { across, down, measure, summary } = chosen;
    const grid = gridOf(this.#jobs, across, down, measure, summary);
    this.#picture = { ...chosen, grid };
    this.#cursor = undefined;
    this.#readout.textContent =
      grid.cells.length === 0 ? "None of these jobs has these parameters." : "";
    const over = parametersText(across, down);
    const size = `${grid.across.length} by ${grid.down.length}`;
    this.#chart.label(
      `Heat map of ${measure.name} over ${over}, ${size} cells. Arrow keys go from cell to cell.`,
    );
    this.#chart.height(heightOf(grid));
    this.#chart.draw();
    this.#fillTable();
  }

  #onKey(key: string): boolean {
    const step = steps[key];
    const { grid } = this.#picture;
    if (!step || grid.cells.length === 0) return false;
    const [x, y] = this.#cursor ? [this.#cursor[0] + step[0], this.#cursor[1] + step[1]] : [0, 0];
    const within = (index: number, length: number) => Math.min(length - 1, Math.max(0, index));
    this.#cursor = [within(x, grid.across.length), within(y, grid.down.length)];
    const cell = cellOf(this.#cursor, grid);
    this.#readout.textContent = cell
      ? cellText(this.#picture, cell, ", ")
      : `${placeText(this.#picture, this.#cursor, ", ")}: no job`;
    this.#chart.draw();
    return true;
  }

  /** Only when it is open: it may have many cells. */
  #fillTable(): void {
    for (const old of this.#asTable.querySelectorAll(".scroll")) old.remove();
    if (!this.#asTable.open) return;
    const label = `${this.#picture.measure.name} as a table`;
    this.#asTable.append(
      element(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
        tableOf(this.#picture),
      ),
    );
  }
}
