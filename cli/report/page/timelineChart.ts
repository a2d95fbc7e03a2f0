// The timeline as the chart library draws it: a bar for each row, and zooming in rows.
import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemReturn,
  EChartsOption,
} from "echarts";
import { labelOf, type Row } from "./attemptRows";
import type { Theme } from "./theme";
import type { View } from "./timelineView";

/** One datum of the series. */
type Datum = readonly [row: number, from: number, to: number, kind: string, isBound: 0 | 1];

const rowPixels = 22;
/** Names need so much. */
const labelPixels = 12;
export const tallest = 520;

/** Of the chart, in pixels, with its axis. */
function neededPixels(rows: number): number {
  return rows * rowPixels + 60;
}

export function heightOf(rows: number): number {
  return Math.min(tallest, Math.max(120, neededPixels(rows)));
}

/** Whether rows in view are high enough for their names. */
export function hasLabels({ first, last }: View): boolean {
  return (tallest - 60) / (last - first + 1) >= labelPixels;
}

/** Which row a thing of the chart belongs to. */
export function rowIndexOf(datum: unknown): number | undefined {
  return Array.isArray(datum) && typeof datum[0] === "number" ? datum[0] : undefined;
}

export function timelineOption(
  rows: readonly Row[],
  view: View,
  theme: Theme,
): EChartsOption | undefined {
  if (rows.length === 0) return undefined;
  const { soft, line } = theme;
  const isTall = neededPixels(rows.length) > tallest;
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
        show: hasLabels(view),
        color: soft,
        fontSize: 11,
        width: 190,
        overflow: "truncate",
        interval: "auto",
      },
    },
    dataZoom: [wheel(view), ...(isTall ? [slider(view, theme)] : [])],
    series: bars(rows, view.cursor, theme),
  };
}

function wheel({ first, last }: View) {
  return {
    type: "inside" as const,
    yAxisIndex: 0,
    startValue: first,
    endValue: last,
    zoomOnMouseWheel: "ctrl" as const,
    moveOnMouseWheel: "shift" as const,
    moveOnMouseMove: true,
    minValueSpan: 4,
  };
}

function slider({ first, last }: View, { soft, line }: Theme) {
  return {
    type: "slider" as const,
    yAxisIndex: 0,
    startValue: first,
    endValue: last,
    right: 6,
    width: 12,
    showDetail: false,
    showDataShadow: false,
    brushSelect: false,
    borderColor: line,
    fillerColor: `${soft}33`,
    handleStyle: { color: soft, borderColor: soft },
  };
}

function bars(rows: readonly Row[], cursor: number, theme: Theme): CustomSeriesOption {
  return {
    type: "custom",
    clip: true,
    dimensions: ["row", "from", "to", "kind", "isBound"],
    encode: { x: [1, 2], y: 0 },
    data: rows.flatMap(({ segments }, row) =>
      segments.map(({ kind, from, to, isBound }): Datum => [row, from, to, kind, isBound ? 1 : 0]),
    ) as never, // the library's type has mutable tuples
    renderItem: (_params, api) => bar(api, cursor, theme),
  };
}

function bar(
  api: CustomSeriesRenderItemAPI,
  cursor: number,
  { ink, of }: Theme,
): CustomSeriesRenderItemReturn {
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
}
