// The heat map as the chart library draws it, and as a table. Both show the same picture.
import type { EChartsOption, HeatmapSeriesOption, VisualMapComponentOption } from "echarts";
import type { Value } from "../reportData";
import { element } from "./elements";
import { counted } from "./format";
import type { Cell, Grid, Measure, Summary } from "./measures";
import type { Theme } from "./theme";

/** What is shown of the jobs. */
export interface Picture {
  /** Names of parameters. */
  readonly across: string;
  /** Undefined makes one row. */
  readonly down: string | undefined;
  readonly measure: Measure;
  readonly summary: Summary;
  readonly grid: Grid;
}

export type GridPoint = readonly [x: number, y: number];

const viridis = ["#440154", "#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725"];
const mostLabels = 240;

export function heightOf({ down }: Grid): number {
  return Math.min(620, Math.max(150, down.length * 34 + 110));
}

/** @param cursor the cell that the keyboard is at */
export function heatMapOption(
  picture: Picture,
  cursor: GridPoint | undefined,
  theme: Theme,
): EChartsOption | undefined {
  const { across, down, grid } = picture;
  if (grid.cells.length === 0) return undefined;
  const axis = axisOption(theme);
  return {
    grid: { left: 12, right: 24, top: 30, bottom: 74, containLabel: true },
    xAxis: {
      type: "category",
      data: grid.across.map(valueText),
      name: across,
      nameLocation: "middle",
      nameGap: 30,
      ...axis,
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: down === undefined ? [""] : grid.down.map(valueText),
      name: down ?? "",
      nameLocation: "start",
      ...axis,
    },
    visualMap: scale(picture, theme),
    series: [emptyCells(grid, theme), filledCells(picture, cursor, theme)],
  };
}

function axisOption({ ink, soft }: Theme) {
  return {
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
}

function scale({ grid, measure }: Picture, { soft }: Theme): VisualMapComponentOption {
  const [least, greatest] = rangeOf(grid);
  const isEmpty = filled(grid).length === 0;
  return {
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
    text: isEmpty ? ["", ""] : [measure.show(greatest), measure.show(least)],
    textStyle: { color: soft, fontSize: 11 },
    show: !isEmpty && greatest > least,
  };
}

/** Cells whose jobs have no value. */
function emptyCells(grid: Grid, { soft, paper, blank }: Theme): HeatmapSeriesOption {
  return {
    type: "heatmap",
    data: grid.cells.filter(({ value }) => value === undefined).map(({ x, y }) => [x, y, 0]),
    itemStyle: { color: blank, borderColor: paper, borderWidth: 1 },
    label: { show: hasLabels(grid), formatter: () => "–", color: soft },
  };
}

function filledCells(
  { grid, measure }: Picture,
  cursor: GridPoint | undefined,
  { ink, paper }: Theme,
): HeatmapSeriesOption {
  const [least, greatest] = rangeOf(grid);
  return {
    type: "heatmap",
    data: filled(grid).map(({ x, y, value = 0 }) => {
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
      show: hasLabels(grid),
      fontSize: 11,
      formatter: ({ value }) => measure.show(Number((value as number[])[2])),
    },
    emphasis: { itemStyle: { borderColor: ink, borderWidth: 2 } },
  };
}

function filled({ cells }: Grid): readonly Cell[] {
  return cells.filter(({ value }) => value !== undefined);
}

function rangeOf(grid: Grid): readonly [least: number, greatest: number] {
  const values = filled(grid).map(({ value = 0 }) => value);
  return [Math.min(...values), Math.max(...values)];
}

function hasLabels({ across, down }: Grid): boolean {
  return across.length * down.length <= mostLabels && across.length <= 16;
}

/** The cell that a thing of the chart is: its place where it has no value; one with a value has more to it. */
export function cellOf(datum: unknown, { cells }: Grid): Cell | undefined {
  const isObject = typeof datum === "object" && datum !== null && "value" in datum;
  const place: unknown = isObject ? datum.value : datum;
  const [x, y]: readonly unknown[] = Array.isArray(place) ? place : [];
  return cells.find((cell) => cell.x === x && cell.y === y);
}

/** All that is known of a cell. */
export function cellText(picture: Picture, cell: Cell, between: string): string {
  const { measure, summary } = picture;
  const value = cell.value === undefined ? "not known" : measure.show(cell.value);
  const several = cell.jobs > 1 ? ` (the ${summary} of ${counted(cell.jobs, "job")})` : "";
  const place = placeText(picture, [cell.x, cell.y], between);
  return [place, `${measure.name}: ${value}${several}`].join(between);
}

export function placeText(
  { across, down, grid }: Picture,
  [x, y]: GridPoint,
  between: string,
): string {
  const first = `${across} = ${valueText(grid.across[x])}`;
  return down === undefined ? first : [first, `${down} = ${valueText(grid.down[y])}`].join(between);
}

export function tableOf({ across, down, measure, grid }: Picture): HTMLElement {
  const cells = new Map(grid.cells.map((cell) => [`${cell.x} ${cell.y}`, cell]));
  const number = { class: "number" };
  const head = [
    element("th", { scope: "col" }, down === undefined ? across : `${down} \\ ${across}`),
    ...grid.across.map((one) => element("th", { scope: "col", ...number }, valueText(one))),
  ];
  const rows = grid.down.map((one, y) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, down === undefined ? measure.name : valueText(one)),
      ...grid.across.map((_, x) => {
        const found = cells.get(`${x} ${y}`)?.value;
        return element("td", number, found === undefined ? "" : measure.show(found));
      }),
    ),
  );
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, `${measure.name} by ${parametersText(across, down)}`),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}

export function parametersText(across: string, down: string | undefined): string {
  return down === undefined ? across : `${across} and ${down}`;
}

function valueText(value: Value | undefined): string {
  return value === undefined ? "" : String(value);
}
