// The page's head: what it is of, and how many jobs have which status; a status is a button that filters.
import type { ReportData, ReportJob } from "../reportData";
import { dot, element, statusClass } from "./elements";
import { counted, moment } from "./format";
import { statusOrder } from "./statuses";

export type Counts = readonly (readonly [status: string, count: number])[];

/** In the order of a job's life. */
export function countsOf(jobs: readonly ReportJob[]): Counts {
  const counts = new Map<string, number>();
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const rank = (status: string) =>
    statusOrder.includes(status) ? statusOrder.indexOf(status) : statusOrder.length;
  return [...counts].sort(([a], [b]) => rank(a) - rank(b));
}

export interface Header {
  readonly place: HTMLElement;
  /** Marks the status that is filtered by; "" marks none. */
  mark(status: string): void;
}

/** @param onStatus called with the status whose button is pressed */
export function header(
  { project, stack, server, madeAt, jobs, problems }: ReportData,
  counts: Counts,
  onStatus: (status: string) => void,
): Header {
  const buttons = counts.map(([status, count]) => {
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false", "data-status": status },
      element("b", {}, count.toLocaleString("en")),
      dot(status),
      element("span", {}, status),
    );
    button.addEventListener("click", () => onStatus(status));
    return button;
  });
  const about = [
    counted(jobs.length, "job"),
    moment(madeAt),
    server ?? "as the last up or refresh left them",
  ];
  const place = element(
    "header",
    {},
    element("h1", {}, `${project} / ${stack}`),
    element("p", { class: "soft" }, about.join(" · ")),
    shareBar(counts, jobs.length),
    element("ul", { class: "counts" }, ...buttons.map((button) => element("li", {}, button))),
    ...problemList(problems),
  );
  return {
    place,
    mark(status) {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(button.dataset.status === status));
      }
    },
  };
}

function problemList(problems: readonly string[]): HTMLElement[] {
  if (problems.length === 0) return [];
  return [
    element("div", { class: "problems soft" }, ...problems.map((one) => element("p", {}, one))),
  ];
}

function shareBar(counts: Counts, all: number): HTMLElement {
  const bar = element("div", { class: "share", "aria-hidden": "true" });
  for (const [status, count] of counts) {
    const part = element("span", { class: statusClass(status) });
    part.style.flexGrow = String(count / all);
    bar.append(part);
  }
  return bar;
}
