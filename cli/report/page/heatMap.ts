// Any number over two parameters.
import type { EChartsOption } from "echarts";
import type { ReportData, ReportJob, Value } from "../reportData";
import { Chart, onPointer } from "./chart";
import { choice, element } from "./elements";
import { counted } from "./format";
import {
  type Cell,
  type Grid,
  gridOf,
  type Measure,
  measuresOf,
  parametersOf,
  type Summary,
  summaries,
} from "./measures";
import type { Theme } from "./theme";

const viridis = ["#440154", "#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725"];
const mostLabels = 240;
const none = "";

export function heatMap(
  section: HTMLElement,
  data: ReportData,
): { show(jobs: readonly ReportJob[]): void; draw(): void } {
  const parameters = parametersOf(data.jobs);
  const measures = measuresOf(data);
  const [firstMeasure] = measures;
  if (parameters.length === 0 || firstMeasure === undefined) {
    section.append(
      element(
        "p",
        { class: "soft" },
        parameters.length === 0
          ? "The jobs have no parameters that differ: a sweep's would be here."
          : "No job has a number to show yet.",
      ),
    );
    return { show() {}, draw() {} };
  }
  let across = parameters[0] ?? none;
  let down = parameters[1] ?? none;
  let measure: Measure = firstMeasure;
  let summary: Summary = "mean";
  let jobs: readonly ReportJob[] = [];
  let grid: Grid = { across: [], down: [], cells: [] };
  let cursor: readonly [x: number, y: number] | undefined;

  const names = parameters.map((name) => [name, name] as const);
  section.append(
    element(
      "p",
      { class: "soft" },
      "Arrow keys go from cell to cell. Jobs that differ in other parameters share a cell.",
    ),
    element(
      "div",
      { class: "controls" },
      choice(
        "Measure",
        measures.map(({ id, name }) => [id, name]),
        measure.id,
        (value) => {
          measure = measures.find(({ id }) => id === value) ?? measure;
          arrange();
        },
      ),
      choice("Across", names, across, (value) => {
        across = value;
        arrange();
      }),
      choice("Down", [...names, [none, "(nothing)"]], down, (value) => {
        down = value;
        arrange();
      }),
      choice(
        "Of several jobs",
        Object.keys(summaries).map((name) => [name, `the ${name}`]),
        summary,
        (value) => {
          const names = Object.keys(summaries) as Summary[];
          summary = names.find((name) => name === value) ?? "mean";
          arrange();
        },
      ),
    ),
  );
  const chart = new Chart(section, { label: "Heat map", height: 360, option, onKey });
  const readout = element("p", { class: "readout", "aria-live": "polite" });
  const asTable = element(
    "details",
    { class: "plain" },
    element("summary", { class: "soft" }, "The same as a table"),
  );
  asTable.addEventListener("toggle", fillTable);
  section.append(readout, asTable);
  onPointer(chart, (datum) => {
    const [x, y] = placeIn(datum);
    return told(
      grid.cells.find((cell) => cell.x === x && cell.y === y),
      "\n",
    );
  });

  function arrange(): void {
    grid = gridOf(jobs, across, down === none ? undefined : down, measure, summary);
    cursor = undefined;
    readout.textContent = grid.cells.length === 0 ? "None of these jobs has these parameters." : "";
    const over = down === none ? across : `${across} and ${down}`;
    const size = `${grid.across.length} by ${grid.down.length}`;
    chart.label(
      `Heat map of ${measure.name} over ${over}, ${size} cells. Arrow keys go from cell to cell.`,
    );
    chart.height(Math.min(620, Math.max(150, grid.down.length * 34 + 110)));
    chart.draw();
    fillTable();
  }

  function option({ ink, soft, paper, blank }: Theme): EChartsOption | undefined {
    const known = grid.cells.filter((cell) => cell.value !== undefined);
    if (grid.cells.length === 0) return undefined;
    const values = known.map(({ value = 0 }) => value);
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    const axis = {
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: {
        color: soft,
        fontSize: 11,
        hideOverlap: true,
        width: 140,
        overflow: "truncate" as const,
      },
      nameTextStyle: { color: ink, fontSize: 12 },
      splitArea: { show: false },
    };
    const hasLabels =
      grid.across.length * grid.down.length <= mostLabels && grid.across.length <= 16;
    return {
      grid: { left: 12, right: 24, top: 30, bottom: 74, containLabel: true },
      xAxis: {
        type: "category",
        data: grid.across.map(text),
        name: across,
        nameLocation: "middle",
        nameGap: 30,
        ...axis,
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: down === none ? [""] : grid.down.map(text),
        name: down,
        nameLocation: "start",
        ...axis,
      },
      visualMap: {
        type: "continuous",
        min: least,
        max: greatest > least ? greatest : least + 1,
        dimension: 2,
        seriesIndex: 1,
        calculable: false,
        orient: "horizontal",
        left: "center",
        bottom: 4,
        itemWidth: 10,
        itemHeight: 220,
        inRange: { color: viridis },
        text: values.length > 0 ? [measure.show(greatest), measure.show(least)] : ["", ""],
        textStyle: { color: soft, fontSize: 11 },
        show: values.length > 0 && greatest > least,
      },
      series: [
        {
          // Cells whose jobs have no value.
          type: "heatmap",
          data: grid.cells.filter(({ value }) => value === undefined).map(({ x, y }) => [x, y, 0]),
          itemStyle: { color: blank, borderColor: paper, borderWidth: 1 },
          label: { show: hasLabels, formatter: () => "–", color: soft },
        },
        {
          type: "heatmap",
          data: known.map(({ x, y, value = 0 }) => {
            const isChosen = cursor?.[0] === x && cursor[1] === y;
            const share = greatest > least ? (value - least) / (greatest - least) : 0;
            return {
              value: [x, y, value],
              label: { color: share > 0.6 ? "#14212b" : "#ffffff" },
              ...(isChosen && { itemStyle: { borderColor: ink, borderWidth: 3 } }),
            };
          }),
          itemStyle: { borderColor: paper, borderWidth: 1 },
          label: {
            show: hasLabels,
            fontSize: 11,
            formatter: ({ value }) => measure.show(Number((value as number[])[2])),
          },
          emphasis: { itemStyle: { borderColor: ink, borderWidth: 2 } },
        },
      ],
    };
  }

  function onKey(key: string): boolean {
    const steps: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[key];
    if (!step || grid.cells.length === 0) return false;
    const [x, y] = cursor ? [cursor[0] + step[0], cursor[1] + step[1]] : [0, 0];
    const within = (index: number, length: number) => Math.min(length - 1, Math.max(0, index));
    cursor = [within(x, grid.across.length), within(y, grid.down.length)];
    const [column, row] = cursor;
    const cell = grid.cells.find((one) => one.x === column && one.y === row);
    readout.textContent = told(cell, ", ") ?? `${placeOf(column, row, ", ")}: no job`;
    chart.draw();
    return true;
  }

  function placeOf(x: number, y: number, between: string): string {
    const first = `${across} = ${text(grid.across[x])}`;
    return down === none ? first : [first, `${down} = ${text(grid.down[y])}`].join(between);
  }

  function told(cell: Cell | undefined, between: string): string | undefined {
    if (!cell) return undefined;
    const value = cell.value === undefined ? "not known" : measure.show(cell.value);
    const several = cell.jobs > 1 ? ` (the ${summary} of ${counted(cell.jobs, "job")})` : "";
    return [placeOf(cell.x, cell.y, between), `${measure.name}: ${value}${several}`].join(between);
  }

  /** Only when it is open: it may have many cells. */
  function fillTable(): void {
    for (const old of asTable.querySelectorAll(".scroll")) old.remove();
    if (!asTable.open) return;
    const cells = new Map(grid.cells.map((cell) => [`${cell.x} ${cell.y}`, cell]));
    const head = element(
      "tr",
      {},
      element("th", { scope: "col" }, down === none ? across : `${down} \\ ${across}`),
      ...grid.across.map((value) => element("th", { scope: "col", class: "number" }, text(value))),
    );
    const rows = grid.down.map((value, y) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, down === none ? measure.name : text(value)),
        ...grid.across.map((_, x) => {
          const found = cells.get(`${x} ${y}`)?.value;
          return element("td", { class: "number" }, found === undefined ? "" : measure.show(found));
        }),
      ),
    );
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, `${measure.name} by ${across} and ${down}`),
      element("thead", {}, head),
      element("tbody", {}, ...rows),
    );
    const label = `${measure.name} as a table`;
    asTable.append(
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table),
    );
  }

  return {
    show(wanted) {
      jobs = wanted;
      arrange();
    },
    draw: () => chart.draw(),
  };
}

/** A cell without a value is its place; one with a value has more to it. */
function placeIn(datum: unknown): readonly unknown[] {
  if (Array.isArray(datum)) return datum;
  const isObject = typeof datum === "object" && datum !== null && "value" in datum;
  return isObject && Array.isArray(datum.value) ? datum.value : [];
}

function text(value: Value | undefined): string {
  return value === undefined ? "" : String(value);
}
