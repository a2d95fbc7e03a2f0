// What was asked for against what was used: how the share of it is spread, and what would have done.
import type { EChartsOption } from "echarts";
import type { ReportAttempt, ReportData, ReportJob, ReportPack, ReportSize } from "../reportData";
import { Chart } from "./chart";
import { element } from "./elements";
import { amount, counted } from "./format";
import { summaries } from "./measures";
import type { Section } from "./section";
import { summaryTable } from "./summaryTable";
import type { Theme } from "./theme";

const binPercent = 5;
const outcomes = ["Completed", "Failed", "other"];

interface Use {
  readonly percent: number;
  readonly outcome: string;
}

export function usage(section: HTMLElement, { jobs, sizes, packs }: ReportData): Section {
  const ram = ({ peakRam, ram: asked }: ReportAttempt) => shareOf(peakRam, asked);
  const cores = ({ meanCores, cores: asked }: ReportAttempt) => shareOf(meanCores, asked);
  const isKnown = jobs.some(({ attempts }) =>
    attempts.some((one) => ram(one) !== undefined || cores(one) !== undefined),
  );
  if (sizes.some(({ samples }) => samples > 0)) section.append(sizeTable(sizes));
  for (const pack of packs) section.append(element("p", {}, packText(pack)));
  if (!isKnown) {
    section.append(
      element(
        "p",
        { class: "soft" },
        "Nothing is known of what the jobs used: jobs with a record that asked for a size tell it.",
      ),
    );
    return { show() {}, draw() {} };
  }
  const pair = element("div", { class: "pair" });
  section.append(pair);
  const charts = [
    histogram(pair, "Peak memory", "share of the memory that was asked for", ram),
    histogram(pair, "Mean use of cores", "share of the cores that were asked for", cores),
  ];
  return {
    show: (wanted) => {
      for (const chart of charts) chart.show(wanted);
    },
    draw: () => {
      for (const chart of charts) chart.draw();
    },
  };
}

function shareOf(used: number | undefined, asked: number | undefined): number | undefined {
  return used === undefined || !asked ? undefined : (used / asked) * 100;
}

function histogram(
  parent: HTMLElement,
  title: string,
  axis: string,
  share: (attempt: ReportAttempt) => number | undefined,
): Section {
  let uses: readonly Use[] = [];
  const place = element("div", {}, element("h3", {}, title));
  const note = element("p", { class: "soft" });
  place.append(note);
  parent.append(place);
  const chart = new Chart(place, { label: title, height: 220, option });

  function option({ soft, line, of }: Theme): EChartsOption | undefined {
    if (uses.length === 0) return undefined;
    const bins = Math.ceil(
      Math.max(100, ...uses.map(({ percent }) => percent + 0.01)) / binPercent,
    );
    const counts = outcomes.map((outcome) => {
      const bin = new Array<number>(bins).fill(0);
      for (const { percent, outcome: own } of uses) {
        const index = Math.floor(percent / binPercent);
        if (own === outcome) bin[index] = (bin[index] ?? 0) + 1;
      }
      return { outcome, bin };
    });
    const label = { color: soft, fontSize: 11 };
    return {
      grid: { left: 8, right: 16, top: 10, bottom: 34, containLabel: true },
      xAxis: {
        type: "category",
        data: Array.from({ length: bins }, (_, index) => `${index * binPercent} %`),
        name: axis,
        nameLocation: "middle",
        nameGap: 30,
        nameTextStyle: label,
        axisLabel: { ...label, interval: Math.max(1, Math.floor(bins / 5) - 1) },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: line } },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: label,
        splitLine: { lineStyle: { color: line } },
      },
      series: counts.map(({ outcome, bin }) => ({
        type: "bar" as const,
        stack: "all",
        barCategoryGap: "8%",
        data: bin,
        itemStyle: { color: of(outcome) },
      })),
    };
  }

  return {
    show(jobs: readonly ReportJob[]) {
      uses = jobs.flatMap(({ attempts }) =>
        attempts.flatMap((attempt) => {
          const percent = share(attempt);
          const outcome = outcomes.includes(attempt.status) ? attempt.status : "other";
          return percent === undefined ? [] : [{ percent, outcome }];
        }),
      );
      const half = uses.length > 0 ? summaries.median(uses.map(({ percent }) => percent)) : 0;
      const text =
        uses.length === 0
          ? "Nothing is known of these jobs."
          : `${counted(uses.length, "attempt")}, half of them below ${amount(Math.round(half))} %`;
      note.textContent = text;
      chart.label(`${title}: ${text}`);
      chart.draw();
    },
    draw: () => chart.draw(),
  };
}

function packText({ sweep, p95Seconds, jobs, parallel }: ReportPack): string {
  const most = p95Seconds < 60 ? `${amount(p95Seconds)} s` : `${amount(p95Seconds / 60)} min`;
  return `${sweep}: 95 % of its jobs take ${most} or less. They could share sessions: pack: { jobs: ${jobs}, parallel: ${parallel} }`;
}

function sizeTable(sizes: readonly ReportSize[]): HTMLElement {
  const head = ["Sweep", "", "Asked", "95 % used at most", "Most used", "Would have done", "Saved"];
  const withUnit = (value: number | undefined, unit: string) =>
    value === undefined ? "" : `${amount(value)}${unit && ` ${unit}`}`;
  const rows = sizes.map(({ sweep, what, unit, asked, p95, max, suggested, why, savedHours }) => {
    const hours = what === "RAM" ? "GiB·h" : "core·h";
    const cells = [
      asked === undefined ? "server's" : withUnit(asked, unit),
      withUnit(p95, unit),
      withUnit(max, unit),
      suggested === undefined ? (why ?? "") : withUnit(suggested, unit),
      savedHours === undefined ? "" : `${amount(Math.round(savedHours * 10) / 10)} ${hours}`,
    ];
    return [sweep, what, ...cells];
  });
  return summaryTable({
    label: "Sizes of the sweeps",
    caption: "What each sweep asked for, used, and would have needed",
    ...{ head, rows, numbersFrom: 2 },
  });
}
