// The time of `up` against the number of jobs, for all contestants, as SVG: docs/scaling.svg.
import * as echarts from "echarts";
import type { Results } from "./results";
import { type ContestantName, contestantNames, isOldest, latencies } from "./scenario";

type ChartedName = Exclude<ContestantName, `${string} oldest`>;
const isCharted = (name: ContestantName): name is ChartedName => !isOldest(name);

/** Told apart without colour too: by the mark, and ours by a wide line. */
const looks: Readonly<Record<ChartedName, { color: string; symbol: string; width: number }>> = {
  "pulumi-skaha": { color: "#0072b2", symbol: "circle", width: 3.5 },
  "pulumi-skaha 1000": { color: "#003f66", symbol: "circle", width: 1.5 },
  "pulumi-skaha array": { color: "#0b7a75", symbol: "diamond", width: 3 },
  "pulumi-skaha native": { color: "#7b4fb5", symbol: "rect", width: 1.5 },
  "pulumi-skaha python": { color: "#3f8f3f", symbol: "rect", width: 1.5 },
  "plain pulumi": { color: "#56b4e9", symbol: "rect", width: 3.5 },
  floor: { color: "#808080", symbol: "triangle", width: 1.5 },
  naive: { color: "#d55e00", symbol: "diamond", width: 1.5 },
  canfar: { color: "#009e73", symbol: "emptyCircle", width: 1.5 },
  "canfar async": { color: "#e69f00", symbol: "emptyTriangle", width: 1.5 },
  curl: { color: "#cc79a7", symbol: "emptyRect", width: 1.5 },
};
const [width, height] = [960, 460];

type Charted = Pick<Results, "measurements">;

export function chartOf(results: Charted): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(optionOf(results));
    const title = "<title>Seconds to launch N jobs, for each way to do it</title>";
    return `${chart.renderToSVGString().replace(">", `>${title}`)}\n`;
  } finally {
    chart.dispose();
  }
}

function optionOf({ measurements }: Charted): echarts.EChartsOption {
  const ups = measurements.filter(({ scenario }) => scenario === "up");
  const shown = contestantNames
    .filter(isCharted)
    .filter((name) => ups.some(({ contestant }) => contestant === name));
  const panels = latencies.map((latencyMs, index) => ({ latencyMs, index }));
  const decades = ups.map(({ seconds }) => Math.log10(seconds));
  const range = {
    min: 10 ** Math.floor(Math.min(...decades)),
    max: 10 ** Math.ceil(Math.max(...decades)),
  };
  return {
    backgroundColor: "#ffffff",
    animation: false,
    textStyle: { fontFamily: "sans-serif" },
    title: panels.map(({ latencyMs, index }) => ({
      text: `Seconds to launch N jobs, server's latency ${latencyMs} ms`,
      left: index === 0 ? 60 : 530,
      top: 8,
      textStyle: { fontSize: 14, fontWeight: "normal" },
    })),
    legend: { bottom: 4, data: [...shown] },
    grid: panels.map(({ index }) => ({
      left: index === 0 ? 60 : 530,
      width: 390,
      top: 44,
      bottom: 84,
    })),
    xAxis: panels.map(({ index }) => ({
      type: "log",
      gridIndex: index,
      name: "jobs",
      nameLocation: "middle",
      nameGap: 24,
      min: 10,
      max: Math.max(1_000, ...ups.map(({ jobs }) => jobs)),
    })),
    yAxis: panels.map(({ index }) => ({
      type: "log",
      gridIndex: index,
      ...range,
      axisLabel: { formatter: (value: number) => String(value) },
    })),
    series: panels.flatMap(({ latencyMs, index }) =>
      shown.map((name) => ({
        type: "line" as const,
        name,
        xAxisIndex: index,
        yAxisIndex: index,
        color: looks[name].color,
        symbol: looks[name].symbol,
        symbolSize: 9,
        lineStyle: { width: looks[name].width },
        data: ups
          .filter((one) => one.contestant === name && one.latencyMs === latencyMs)
          .toSorted((a, b) => a.jobs - b.jobs)
          .map(({ jobs, seconds }) => [jobs, seconds]),
      })),
    ),
  };
}
