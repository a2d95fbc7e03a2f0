// Puts the page together: the counts, the filter that all sections follow, and the sections.
import type { ReportData } from "../reportData";
import { cost } from "./cost";
import { element } from "./elements";
import { failures } from "./failures";
import { everything, type Filter, matcherOf } from "./filter";
import { FilterBar } from "./filterBar";
import { countsOf, header } from "./header";
import { heatMap } from "./heatMap";
import { jobTable } from "./jobTable";
import type { Section } from "./section";
import { onThemeChange } from "./theme";
import { timeline } from "./timeline";
import { usage } from "./usage";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "") as ReportData;
page(data);

function page(data: ReportData): void {
  const { jobs } = data;
  let filter: Filter = everything;
  const main = element("main");
  document.body.prepend(main);
  const counts = countsOf(jobs);
  const head = header(data, counts, (status) =>
    change({ status: filter.status === status ? "" : status }),
  );
  const bar = new FilterBar(jobs, counts, change);
  main.append(head.place, bar.place);
  const sections = sectionsOf(data, main);
  main.append(footer(data));

  function change(part: Partial<Filter>): void {
    filter = { ...filter, ...part };
    const wanted = jobs.filter(matcherOf(filter));
    head.mark(filter.status);
    bar.show(filter, wanted.length);
    for (const one of sections) one.show(wanted);
  }

  change({});
  onThemeChange(() => {
    for (const one of sections) one.draw();
  });
}

/** In the page's order, which is the one they are made in. */
function sectionsOf(data: ReportData, main: HTMLElement): readonly Section[] {
  const place = (title: string, id: string, name = "") => {
    const made = element(
      "section",
      { "aria-labelledby": `${id}-title`, id, class: name },
      element("h2", { id: `${id}-title` }, title),
    );
    main.append(made);
    return made;
  };
  const times = timeline(place("Timeline", "timeline"), data, (job) => table.choose(job));
  const heat = heatMap(place("Parameters", "parameters"), data);
  const bad = failures(place("Failures", "failures", "long"), data);
  const used = usage(place("Asked and used", "usage"), data);
  if (data.costs.length > 0) cost(place("Cost", "cost"), data);
  const table = jobTable(place("Jobs", "table", "long"), data);
  return [times, heat, bad, used, table];
}

function footer({ version }: ReportData): HTMLElement {
  return element(
    "footer",
    {},
    element(
      "p",
      { class: "soft" },
      `Made by pulumi-skaha ${version}. Times are UTC. Without a record an end is when an up or refresh saw it.`,
    ),
  );
}
