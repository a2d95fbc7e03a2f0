// Puts the page together: the counts, the filter that all sections follow, and the sections.
import type { ReportData, ReportJob } from "../reportData";
import { choice, dot, element, statusClass } from "./elements";
import { failures } from "./failures";
import { everything, type Filter, matcherOf } from "./filter";
import { counted, moment } from "./format";
import { heatMap } from "./heatMap";
import { jobTable } from "./jobTable";
import { statusOrder } from "./statuses";
import { onThemeChange } from "./theme";
import { timeline } from "./timeline";
import { usage } from "./usage";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "") as ReportData;
page(data);

function page({ project, stack, server, madeAt, version, jobs, problems }: ReportData): void {
  let filter: Filter = everything;
  const main = element("main");
  document.body.prepend(main);
  const counts = countsOf(jobs);
  const buttons = counts.map(([status, count]) => {
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false", "data-status": status },
      element("b", {}, count.toLocaleString("en")),
      dot(status),
      element("span", {}, status),
    );
    button.addEventListener("click", () =>
      change({ status: filter.status === status ? "" : status }),
    );
    return button;
  });
  main.append(
    element(
      "header",
      {},
      element("h1", {}, `${project} / ${stack}`),
      element(
        "p",
        { class: "soft" },
        [
          counted(jobs.length, "job"),
          moment(madeAt),
          server ?? "as the last up or refresh left them",
        ].join(" · "),
      ),
      shareBar(counts, jobs.length),
      element("ul", { class: "counts" }, ...buttons.map((button) => element("li", {}, button))),
      ...(problems.length === 0
        ? []
        : [
            element(
              "div",
              { class: "problems soft" },
              ...problems.map((one) => element("p", {}, one)),
            ),
          ]),
    ),
  );

  const input = element("input", { type: "search", placeholder: "a name, band=2, a session …" });
  let waiting = 0;
  input.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => change({ text: input.value }));
  });
  const sweeps = [...new Set(jobs.flatMap(({ sweep }) => sweep ?? []))];
  const statusChoice = choice(
    "Status",
    [["", "any"], ...counts.map(([status]) => [status, status] as const)],
    "",
    (status) => change({ status }),
  );
  const sweepChoice = choice(
    "Sweep",
    [["", "any"], ...sweeps.map((name) => [name, name] as const)],
    "",
    (sweep) => change({ sweep }),
  );
  const shown = element("output", { "aria-live": "polite" });
  const clear = element("button", { type: "button" }, "Show all");
  clear.addEventListener("click", () => {
    input.value = "";
    change(everything);
    input.focus();
  });
  main.append(
    element(
      "search",
      {},
      element(
        "div",
        { class: "controls filter" },
        element("label", {}, "Filter", input),
        statusChoice,
        ...(sweeps.length > 1 ? [sweepChoice] : []),
        clear,
        shown,
      ),
    ),
  );

  const section = (title: string, id: string, name = "") => {
    const made = element(
      "section",
      { "aria-labelledby": `${id}-title`, id, class: name },
      element("h2", { id: `${id}-title` }, title),
    );
    main.append(made);
    return made;
  };
  // In the page's order, which is the one they are made in.
  const choose = (job: ReportJob) => table.choose(job);
  const times = timeline(section("Timeline", "timeline"), data, choose);
  const heat = heatMap(section("Parameters", "parameters"), data);
  const bad = failures(section("Failures", "failures", "long"), data);
  const used = usage(section("Asked and used", "usage"), data);
  const table = jobTable(section("Jobs", "table", "long"), data);
  const sections = [times, heat, bad, used, table];
  main.append(
    element(
      "footer",
      {},
      element(
        "p",
        { class: "soft" },
        `Made by pulumi-skaha ${version}. Times are UTC. Without a record an end is when an up or refresh saw it.`,
      ),
    ),
  );

  function change(part: Partial<Filter>): void {
    filter = { ...filter, ...part };
    const wanted = jobs.filter(matcherOf(filter));
    for (const one of [statusChoice, sweepChoice]) {
      const select = one.querySelector("select");
      if (select) select.value = one === statusChoice ? filter.status : filter.sweep;
    }
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.status === filter.status));
    }
    clear.hidden = wanted.length === jobs.length;
    shown.textContent =
      wanted.length === jobs.length
        ? counted(jobs.length, "job")
        : `${wanted.length.toLocaleString("en")} of ${counted(jobs.length, "job")}`;
    for (const one of sections) one.show(wanted);
  }

  change({});
  onThemeChange(() => {
    for (const one of sections) one.draw();
  });
}

function countsOf(jobs: readonly ReportJob[]): [status: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const rank = (status: string) =>
    statusOrder.includes(status) ? statusOrder.indexOf(status) : statusOrder.length;
  return [...counts].sort(([a], [b]) => rank(a) - rank(b));
}

function shareBar(counts: readonly (readonly [string, number])[], all: number): HTMLElement {
  const bar = element("div", { class: "share", "aria-hidden": "true" });
  for (const [status, count] of counts) {
    const part = element("span", { class: statusClass(status) });
    part.style.flexGrow = String(count / all);
    bar.append(part);
  }
  return bar;
}
