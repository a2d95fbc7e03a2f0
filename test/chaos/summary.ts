// What many runs came to, as the part of docs/chaos.md that is made from their lines.
import type { RunLine } from "./notes";

/** What stands between these in the document is made; the rest is written by hand. */
export const marks = { from: "<!-- runs -->", to: "<!-- end of runs -->" } as const;

/** @param all one for each run; of two of one seed the later one counts */
export function summaryOf(all: readonly RunLine[]): string {
  const bySeed = new Map(all.map((line, index) => [line.seed ?? `plan ${index}`, line]));
  const lines = [...bySeed.values()];
  const seeds = lines.flatMap(({ seed }) => (seed === undefined ? [] : [seed]));
  const sum = (of: (line: RunLine) => number) => lines.reduce((all, line) => all + of(line), 0);
  const broken = lines.filter(({ violations }) => violations.length > 0);
  const met = counted(lines.flatMap(({ met: one }) => Object.entries(one)));
  const left = counted(lines.flatMap(({ left: ones }) => ones.map((one) => [one, 1] as const)));
  const minutes = sum(({ ms }) => ms) / 60_000;
  return [
    `${lines.length} runs, seeds ${ranges(seeds)}: ${sum(({ commands }) => commands)} commands, ${sum(({ sessions }) => sessions)} sessions,`,
    `${minutes.toFixed(0)} minutes one after the other. Runs that broke a promise: ${broken.length}.`,
    "",
    "| what went wrong | times |",
    "|---|---:|",
    ...met.map(([name, times]) => `| ${name} | ${times} |`),
    "",
    ...(left.length > 0 ? ["Planned, and left out as the run had it:", ""] : []),
    ...left.map(([what, times]) => `- ${times} × ${what}`),
    ...broken.flatMap(({ seed, violations }) => [
      "",
      `Seed ${seed}:`,
      ...violations.map((one) => `- ${one.split("\n")[0]}`),
    ]),
  ].join("\n");
}

/** A document with what stands between the marks made anew. */
export function withSummary(document: string, summary: string): string {
  const [before, rest] = document.split(marks.from);
  const after = rest?.split(marks.to)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`the document has no place for runs: ${marks.from} ... ${marks.to}`);
  }
  return `${before}${marks.from}\n${summary}\n${marks.to}${after}`;
}

function counted(entries: readonly (readonly [string, number])[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const [name, times] of entries) counts.set(name, (counts.get(name) ?? 0) + times);
  return [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
}

/** `1-3, 7` */
function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const starts = sorted.filter((one) => !sorted.includes(one - 1));
  return starts
    .map((start) => {
      let end = start;
      while (sorted.includes(end + 1)) end += 1;
      return end === start ? `${start}` : `${start}-${end}`;
    })
    .join(", ");
}
