// When each attempt was held, queued and running, and how it ended: one bar for each.
import type { CustomSeriesOption, EChartsOption } from "echarts";
import type { ReportData, ReportJob } from "../reportData";
import { labelOf, lengthOf, type Row, rowOf, told } from "./attemptRows";
import { Chart, onPointer } from "./chart";
import { choice, dot, element } from "./elements";
import { compare, counted } from "./format";
import type { Theme } from "./theme";

/** One datum of the series. */
type Datum = readonly [row: number, from: number, to: number, kind: string, isBound: 0 | 1];

const orders = {
  begin: "when it began",
  name: "name",
  length: "longest first",
} as const;
type Order = keyof typeof orders;

const rowPixels = 22;
/** Names need so much. */
const labelPixels = 12;
const tallest = 520;

export function timeline(
  section: HTMLElement,
  data: ReportData,
  choose: (job: ReportJob) => void,
): { show(jobs: readonly ReportJob[]): void; draw(): void } {
  const { madeAt } = data;
  let order: Order = "begin";
  let jobs: readonly ReportJob[] = [];
  let rows: readonly Row[] = [];
  let cursor = -1;
  /** Which rows are in view. */
  let view: readonly [first: number, last: number] = [0, 0];

  const kinds = ["Held", "queued", "Running", "Completed", "Failed", "Lost"];
  const legend = element(
    "ul",
    { class: "legend soft" },
    ...kinds.map((kind) => element("li", {}, dot(kind), kind === "queued" ? "Queued" : kind)),
  );
  const readout = element("p", { class: "readout", "aria-live": "polite" });
  section.append(
    element(
      "p",
      { class: "soft" },
      "One bar for each attempt. A pale one ends when its end was seen: it ended somewhere within. Keys: arrows go from bar to bar, + and − zoom, Enter finds the job in the table. Wheel: Ctrl zooms, Shift moves.",
    ),
    element(
      "div",
      { class: "controls" },
      choice("Sorted by", Object.entries(orders), order, (value) => {
        order = Object.keys(orders).find((one): one is Order => one === value) ?? "begin";
        arrange();
      }),
      legend,
    ),
  );
  const chart = new Chart(section, {
    label: "Timeline",
    height: tallest,
    option,
    onKey,
  });
  section.append(readout);
  onPointer(chart, (datum) => {
    const row = isDatum(datum) ? rows[datum[0]] : undefined;
    return row && told(row, "\n");
  });
  chart.echarts.on("click", ({ data: datum }) => {
    const row = isDatum(datum) ? rows[datum[0]] : undefined;
    if (row) choose(row.job);
  });
  chart.echarts.on("datazoom", () => {
    const { dataZoom } = chart.echarts.getOption() as {
      dataZoom?: { startValue: number; endValue: number }[];
    };
    const vertical = dataZoom?.[0];
    if (!vertical) return;
    view = [vertical.startValue, vertical.endValue];
    chart.update({ yAxis: { axisLabel: { show: hasLabels() } } });
  });

  function hasLabels(): boolean {
    return (tallest - 60) / (view[1] - view[0] + 1) >= labelPixels;
  }

  function arrange(): void {
    rows = jobs
      .flatMap((job) => job.attempts.map((attempt) => rowOf(job, attempt, madeAt)))
      .filter((row) => row !== undefined)
      .sort(sorting[order]);
    cursor = -1;
    view = [0, rows.length - 1];
    readout.textContent = rows.length === 0 ? "Nothing of these jobs has a time yet." : "";
    chart.label(
      `Timeline of ${counted(rows.length, "attempt")} of ${counted(jobs.length, "job")}. Arrow keys go from one to the next.`,
    );
    chart.height(Math.min(tallest, Math.max(120, rows.length * rowPixels + 60)));
    chart.draw();
  }

  function option({ ink, soft, line, of }: Theme): EChartsOption | undefined {
    if (rows.length === 0) return undefined;
    const isTall = rows.length * rowPixels + 60 > tallest;
    const series: CustomSeriesOption = {
      type: "custom",
      clip: true,
      dimensions: ["row", "from", "to", "kind", "isBound"],
      encode: { x: [1, 2], y: 0 },
      data: rows.flatMap(({ segments }, row) =>
        segments.map(
          ({ kind, from, to, isBound }): Datum => [row, from, to, kind, isBound ? 1 : 0],
        ),
      ) as never, // the library's type has mutable tuples
      renderItem(_params, api) {
        const row = Number(api.value(0));
        const kind = String(api.value(3));
        const [x0 = 0, y = 0] = api.coord([api.value(1), row]);
        const [x1 = 0] = api.coord([api.value(2), row]);
        const nextY = api.coord([api.value(1), row + 1])[1] ?? y + 1;
        const size = Math.abs(nextY - y);
        const height = Math.max(size > 4 ? size * 0.62 : size, 1);
        const isWaiting = kind === "Held" || kind === "queued";
        const thin = isWaiting ? Math.max(height * 0.35, 1) : height;
        return {
          type: "rect",
          shape: { x: x0, y: y - thin / 2, width: Math.max(x1 - x0, 1.5), height: thin },
          style: {
            fill: of(kind),
            // Of thin rows several share a pixel.
            opacity: kind === "Held" ? Math.min(0.45, size * 0.25) : api.value(4) === 1 ? 0.4 : 1,
            ...(row === cursor && { stroke: ink, lineWidth: 1.5 }),
          },
          z2: row === cursor ? 2 : 1,
        };
      },
    };
    return {
      useUTC: true,
      grid: { left: 8, right: isTall ? 36 : 12, top: 8, bottom: 28, containLabel: true },
      xAxis: {
        type: "time",
        axisLabel: { color: soft, hideOverlap: true, fontSize: 11 },
        axisLine: { lineStyle: { color: line } },
        splitLine: { show: true, lineStyle: { color: line } },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map(({ job, attempt }) => labelOf(job, attempt)),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: {
          show: hasLabels(),
          color: soft,
          fontSize: 11,
          width: 190,
          overflow: "truncate",
          interval: "auto",
        },
      },
      dataZoom: [
        {
          type: "inside",
          yAxisIndex: 0,
          startValue: view[0],
          endValue: view[1],
          zoomOnMouseWheel: "ctrl",
          moveOnMouseWheel: "shift",
          moveOnMouseMove: true,
          minValueSpan: 4,
        },
        ...(isTall
          ? [
              {
                type: "slider" as const,
                yAxisIndex: 0,
                startValue: view[0],
                endValue: view[1],
                right: 6,
                width: 12,
                showDetail: false,
                showDataShadow: false,
                brushSelect: false,
                borderColor: line,
                fillerColor: `${soft}33`,
                handleStyle: { color: soft, borderColor: soft },
              },
            ]
          : []),
      ],
      series,
    };
  }

  function onKey(key: string): boolean {
    const last = rows.length - 1;
    if (last < 0) return false;
    const page = Math.max(1, view[1] - view[0]);
    const moves: Record<string, number> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor < 0 ? last : cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: last,
    };
    const to = moves[key];
    if (to !== undefined) {
      point(Math.min(last, Math.max(0, to)));
      return true;
    }
    if (key === "+" || key === "=") zoom(0.5);
    else if (key === "-" || key === "0") zoom(key === "0" ? rows.length : 2);
    else if (key === "Enter" && rows[cursor]) choose((rows[cursor] as Row).job);
    else return false;
    return true;
  }

  function point(row: number): void {
    cursor = row;
    const span = view[1] - view[0];
    if (row < view[0]) view = [row, row + span];
    else if (row > view[1]) view = [row - span, row];
    const found = rows[row];
    readout.textContent = found ? told(found, ", ") : "";
    chart.draw();
  }

  function zoom(factor: number): void {
    const span = Math.min(rows.length, Math.max(5, Math.round((view[1] - view[0] + 1) * factor)));
    const middle = cursor < 0 ? Math.round((view[0] + view[1]) / 2) : cursor;
    const first = Math.min(rows.length - span, Math.max(0, middle - Math.floor(span / 2)));
    view = [first, first + span - 1];
    chart.draw();
  }

  return {
    show(wanted) {
      jobs = wanted;
      arrange();
    },
    draw: () => chart.draw(),
  };
}

const sorting: Readonly<Record<Order, (a: Row, b: Row) => number>> = {
  begin: (a, b) => a.begin - b.begin || compare(a.job.name, b.job.name),
  name: (a, b) => compare(a.job.name, b.job.name) || a.attempt.attempt - b.attempt.attempt,
  length: (a, b) => lengthOf(b) - lengthOf(a),
};

function isDatum(data: unknown): data is Datum {
  return Array.isArray(data) && typeof data[0] === "number";
}
