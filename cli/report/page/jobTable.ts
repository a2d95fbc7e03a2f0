// All jobs as a table that sorts by any column.
import type { ReportData, ReportJob } from "../reportData";
import { dot, element } from "./elements";
import { amount, compare } from "./format";
import { type Measure, measuresOf } from "./measures";
import type { Section } from "./section";

interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** What is sorted by. */
  of(job: ReportJob): unknown;
  show(job: ReportJob): readonly (Node | string)[];
}

export interface JobTable extends Section {
  /** Brings a job's row into view. */
  choose(job: ReportJob): void;
}

export function jobTable(section: HTMLElement, data: ReportData): JobTable {
  const columns = columnsOf(data);
  const body = element("tbody");
  const rows = new Rows(body, columns);
  const heads = columns.map(({ title, isNumber }) => {
    const button = element("button", { type: "button" }, title);
    return element("th", { scope: "col", class: isNumber ? "number" : "" }, button);
  });
  for (const [index, head] of heads.entries()) {
    head.firstElementChild?.addEventListener("click", () => {
      const isUp = head.getAttribute("aria-sort") === "ascending";
      sortBy(index, isUp ? "descending" : "ascending");
    });
  }
  section.append(
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Jobs" },
      element(
        "table",
        { id: "jobs" },
        element("caption", { class: "unseen" }, "The jobs; a column's title sorts by it"),
        element("thead", {}, element("tr", {}, ...heads)),
        body,
      ),
    ),
  );
  let shown: readonly ReportJob[] = [];
  let sorting: readonly [column: number, way: "ascending" | "descending"] = [0, "ascending"];

  function sortBy(...wanted: typeof sorting): void {
    sorting = wanted;
    const [index, way] = sorting;
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[index]?.setAttribute("aria-sort", way);
    fill();
  }

  function fill(): void {
    const [index, way] = sorting;
    const column = columns[index];
    const sign = way === "ascending" ? 1 : -1;
    const sorted = shown
      .map((job) => [job, column?.of(job)] as const)
      .sort(([one, a], [other, b]) => {
        const isMissing = a === undefined || b === undefined; // last, whichever way
        return compare(a, b) * (isMissing ? 1 : sign) || compare(one.name, other.name);
      });
    rows.show(sorted.map(([job]) => job));
  }

  sortBy(0, "ascending");
  return {
    show(jobs: readonly ReportJob[]) {
      shown = jobs;
      fill();
    },
    draw() {},
    choose(job: ReportJob) {
      const row = rows.chosen(job);
      row.scrollIntoView({ block: "center" });
      row.focus({ preventScroll: true });
    },
  };
}

/** So many rows are shown at first: the page is there, and can be filtered, before the rest of thousands is. */
const rowsAtFirst = 200;
/** And so many at once after them: the browser lays out the whole table anew each time. */
const rowsAtOnce = 2_000;
/** Between them the page is drawn, and answers. */
const pauseMs = 100;

/** The table's rows, each made when it is shown for the first time. */
class Rows {
  readonly #made = new Map<ReportJob, HTMLTableRowElement>();
  #waiting: readonly ReportJob[] = [];
  #timer = 0;

  constructor(
    private readonly body: HTMLElement,
    private readonly columns: readonly Column[],
  ) {
    addEventListener("beforeprint", () => this.#add(this.#waiting.length));
  }

  show(jobs: readonly ReportJob[]): void {
    this.body.replaceChildren();
    this.#waiting = jobs;
    this.#add(rowsAtFirst);
  }

  /** @returns the job's row, marked, and no other one */
  chosen(job: ReportJob): HTMLTableRowElement {
    this.#add(this.#waiting.length);
    for (const row of this.#made.values()) row.classList.remove("chosen");
    const row = this.#rowOf(job);
    row.classList.add("chosen");
    return row;
  }

  #add(count: number): void {
    clearTimeout(this.#timer);
    this.body.append(...this.#waiting.slice(0, count).map((job) => this.#rowOf(job)));
    this.#waiting = this.#waiting.slice(count);
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#add(rowsAtOnce), pauseMs);
  }

  #rowOf(job: ReportJob): HTMLTableRowElement {
    const row = this.#made.get(job) ?? rowOf(job, this.columns);
    this.#made.set(job, row);
    return row;
  }
}

function rowOf(job: ReportJob, columns: readonly Column[]): HTMLTableRowElement {
  return element(
    "tr",
    { tabindex: -1 },
    ...columns.map(({ isNumber, show }, index) =>
      index === 0
        ? element("th", { scope: "row", title: job.name }, ...show(job))
        : element("td", { class: isNumber ? "number" : "" }, ...show(job)),
    ),
  );
}

function columnsOf(data: ReportData): Column[] {
  const parameters = [...new Set(data.jobs.flatMap(({ params }) => Object.keys(params)))];
  const text = (title: string, of: (job: ReportJob) => string | undefined): Column => ({
    title,
    of,
    show: (job) => [of(job) ?? ""],
  });
  const size = (title: string, of: (job: ReportJob) => number | undefined, unit = ""): Column => ({
    title,
    isNumber: true,
    of,
    show: (job) => {
      const value = of(job);
      return [value === undefined ? "" : `${amount(value)}${unit}`];
    },
  });
  const measured = ({ name, of, show }: Measure): Column => ({
    title: name,
    isNumber: true,
    of,
    show: (job) => {
      const value = of(job);
      return [value === undefined ? "" : show(value)];
    },
  });
  const all = measuresOf(data);
  const isResult = ({ id }: Measure) => id.startsWith("result:");
  return [
    text("Job", ({ name }) => name),
    {
      title: "Status",
      of: ({ status }) => status,
      show: ({ status, isKnown }) => [dot(status), isKnown ? status : `${status}?`],
    },
    ...parameters.map((name): Column => {
      const isNumber = data.jobs.every(({ params }) => typeof (params[name] ?? 0) === "number");
      return {
        title: name,
        isNumber,
        of: ({ params }) => params[name],
        show: ({ params }) => [Object.hasOwn(params, name) ? String(params[name]) : ""],
      };
    }),
    ...all.filter(isResult).map(measured),
    ...all.filter((one) => !isResult(one)).map(measured),
    size("Cores", ({ cores }) => cores),
    size("RAM", ({ ram }) => ram, " GiB"),
    text("Why", ({ why }) => why),
    text("Session", ({ session }) => session),
  ];
}
