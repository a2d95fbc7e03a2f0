// How the report looks: one column of quiet type, the colours of the statuses, light and dark, and on paper.

export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1f2328; --soft: #626a73; --line: #e2dfd9; --accent: #23618f;
  --held: #c9b27c; --queued: #a9bdd1; --running: #3f7fbf; --completed: #2f8f83; --failed: #c9502e;
  --lost: #8f5aa8; --terminating: #90959b; --other: #90959b; --blank: #f1efeb;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-print]) {
    --paper: #15181b; --card: #1b1f23; --ink: #e4e6e8; --soft: #9aa3ac; --line: #30363c; --accent: #82b7e0;
    --held: #a08b56; --queued: #5f7890; --running: #5b9bdb; --completed: #45aa9c; --failed: #e2704f;
    --lost: #b483cc; --terminating: #6f767d; --other: #6f767d; --blank: #22272b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 1.75rem; font-weight: 600; letter-spacing: -0.015em; line-height: 1.2; }
h2 { margin: 0 0 0.25rem; font-size: 1.1rem; font-weight: 600; }
p { margin: 0.25rem 0 0.75rem; max-width: 46rem; }
.soft { color: var(--soft); font-size: 0.875rem; }
section { margin-top: 2.75rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
button, input, select {
  font: inherit; font-size: 0.875rem; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 5px; padding: 0.3rem 0.55rem; max-width: 100%;
}
input, select, .filter button { height: 2.1rem; }
button { cursor: pointer; }
label { display: inline-flex; flex-direction: column; gap: 0.15rem; font-size: 0.75rem; color: var(--soft); }
label > * { color: var(--ink); }
.controls { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin: 0.5rem 0 0.75rem; }
.filter {
  position: sticky; top: 0; z-index: 5; background: var(--paper); margin: 1.5rem -0.5rem 0; padding: 0.5rem;
  border-bottom: 1px solid var(--line);
}
.filter input { width: 22rem; }
.filter output { margin-left: auto; color: var(--soft); font-size: 0.875rem; padding-bottom: 0.3rem; }
.share { display: flex; height: 10px; margin: 1.5rem 0 0.75rem; border-radius: 3px; overflow: hidden; gap: 1px; }
.share span { min-width: 2px; }
.counts { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; margin: 0; padding: 0; list-style: none; }
.counts button { border: 0; background: none; padding: 0; text-align: left; }
.counts b { display: block; font-size: 1.5rem; font-weight: 600; line-height: 1.2; }
.counts button[aria-pressed="true"] span:last-child { text-decoration: underline; text-underline-offset: 3px; }
.dot { display: inline-block; width: 0.65em; height: 0.65em; border-radius: 2px; margin-right: 0.45em; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; margin: 0 0 0.25rem; padding: 0; list-style: none; }
.is-Held { background: var(--held); } .is-Pending, .is-queued { background: var(--queued); }
.is-Running { background: var(--running); } .is-Completed { background: var(--completed); }
.is-Failed { background: var(--failed); } .is-Lost { background: var(--lost); }
.is-Terminating { background: var(--terminating); } .is-other { background: var(--other); }
.chart { width: 100%; position: relative; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; }
.pair h3 { margin: 0.5rem 0 0; font-size: 0.875rem; font-weight: 600; }
.readout { min-height: 1.5em; margin: 0.25rem 0 0; max-width: none; font-size: 0.875rem; color: var(--soft); }
.tip {
  position: fixed; z-index: 10; pointer-events: none; max-width: 26rem; padding: 0.4rem 0.6rem; border-radius: 5px;
  background: var(--card); border: 1px solid var(--line); box-shadow: 0 3px 12px rgb(0 0 0 / 0.14);
  font-size: 0.8125rem; white-space: pre-line; overflow-wrap: anywhere;
}
.scroll { overflow: auto; max-height: 40rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); }
.scroll.whole { max-height: none; }
table { border-collapse: collapse; font-size: 0.8125rem; min-width: 100%; }
th, td { padding: 0.3rem 0.75rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
tbody th { font-weight: 500; max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
thead th { position: sticky; top: 0; background: var(--card); color: var(--soft); font-weight: 500; z-index: 1; }
thead button { border: 0; background: none; padding: 0; color: inherit; font-size: inherit; font-weight: inherit; }
thead [aria-sort="ascending"] button::after { content: " ↑"; }
thead [aria-sort="descending"] button::after { content: " ↓"; }
thead [aria-sort] { color: var(--ink); }
.number { text-align: right; }
tr.chosen > * { background: var(--blank); }
details { border-top: 1px solid var(--line); padding: 0.45rem 0; }
details:last-of-type { border-bottom: 1px solid var(--line); }
details.plain { border: 0; margin-top: 0.5rem; }
footer { margin-top: 2.75rem; }
summary { cursor: pointer; }
summary b { font-weight: 500; margin-right: 0.75rem; }
summary .last { display: block; padding-left: 1.05rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
pre {
  margin: 0.5rem 0; padding: 0.75rem; max-height: 26rem; overflow: auto; background: var(--blank); border-radius: 6px;
  font: 12px/1.5 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
.problems { border-left: 3px solid var(--failed); padding-left: 0.75rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  .filter, .controls, .readout, .tip { display: none; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  thead th { position: static; }
  th, td { white-space: normal; padding: 0.15rem 0.4rem; }
  tbody th { max-width: none; }
  section, details, tr { break-inside: avoid; }
  section.long { break-inside: auto; }
  * { print-color-adjust: exact; }
}
`;
