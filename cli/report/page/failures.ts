// What went wrong: cause, exit code and the last lines of the log, as text.
import type { ReportData, ReportJob } from "../reportData";
import { dot, element } from "./elements";
import { counted } from "./format";
import type { Section } from "./section";
import { hasFailed } from "./statuses";

const shownAtFirst = 12;

export function failures(section: HTMLElement, _data: ReportData): Section {
  const note = element("p", { class: "soft" });
  const list = element("div");
  section.append(note, list);

  function show(jobs: readonly ReportJob[], most = shownAtFirst): void {
    const bad = jobs.filter(({ status }) => hasFailed(status));
    const isMore = bad.length > most;
    note.textContent =
      bad.length === 0
        ? "None of these jobs failed or is lost."
        : `${counted(bad.length, "job")} failed or ${bad.length === 1 ? "is" : "are"} lost${isMore ? `; the first ${most} are shown` : ""}.`;
    list.replaceChildren(...bad.slice(0, most).map(failure));
    if (!isMore) return;
    const more = element("button", { type: "button" }, `Show all ${bad.length}`);
    more.addEventListener("click", () => show(jobs, bad.length));
    list.append(more);
  }

  return { show, draw() {} };
}

function failure(job: ReportJob): HTMLElement {
  const { name, status, why, exitCode, session, attempts, log } = job;
  const code = exitCode === undefined ? [] : [`exit status ${exitCode}`];
  const facts = [status, ...(why === undefined ? [] : [why]), ...code].join(", ");
  const last = log?.text.trimEnd().split("\n").at(-1);
  const details = element(
    "details",
    {},
    element(
      "summary",
      {},
      dot(status),
      element("b", {}, name),
      element("span", { class: "soft" }, facts),
      ...(last ? [element("span", { class: "last soft" }, last)] : []),
    ),
  );
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return; // filled at the first time only
    const more = [
      ...(session === undefined ? [] : [`Session ${session}`]),
      ...(attempts.length > 1 ? [`attempt ${attempts.at(-1)?.attempt}`] : []),
      log ? `the end of its log, from ${log.from}` : "no log was kept",
    ].join(", ");
    details.append(element("p", { class: "soft" }, more));
    if (!log) return;
    details.append(element("pre", { tabindex: 0, "aria-label": `Log of ${name}` }, log.text));
  });
  return details;
}
