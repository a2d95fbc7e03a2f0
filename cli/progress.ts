// Shows how far jobs are while they run: bars on a terminal, one for each sweep; elsewhere a line whenever
// something has changed.
import { Format, MultiBar, type SingleBar } from "cli-progress";
import { countByStatus } from "../provider/job/status";
import { runnable } from "./invocation";
import { distinctNames } from "./names";
import { isOver, remainingMs } from "./stack/estimate";
import type { JobView } from "./stack/jobView";
import { duration, plain } from "./terminal";

/** For the terminal (ECMA-48, and xterm's DECAWM). */
const [clearBelow, wrapping, noWrapping] = ["\x1b[J", "\x1b[?7h", "\x1b[?7l"];
/** More sweeps than these share the last bar. */
const mostBars = 8;

export class Progress {
  /** None where no terminal is written to. */
  readonly #bars: MultiBar | undefined;
  #isOver = false;
  readonly #ofGroup = new Map<string, SingleBar>();
  #lastLine = "";

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    if (!stream.isTTY) return;
    this.#bars = new MultiBar({
      stream,
      format: "{name} {bar} {value}/{total}  {counts}{left}",
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 28,
      hideCursor: true,
      clearOnComplete: false,
      emptyOnZero: true,
      linewrap: false,
      forceRedraw: true, // what is said takes the lines that they stood in
      gracefulExit: false, // whoever hears the signal ends this before a word about it
      formatBar: Format.BarFormat,
    });
  }

  /** Shows how the jobs stand now. */
  show(jobs: readonly JobView[]): void {
    if (!this.#bars) {
      const line = lineOf(jobs);
      if (line !== this.#lastLine) this.stream.write(`${line}\n`);
      this.#lastLine = line;
      return;
    }
    if (this.#isOver) return;
    const groups = [...groupsOf(jobs)];
    const width = Math.max(...groups.map(([name]) => name.length));
    for (const [name, group] of groups) {
      const bar = this.#ofGroup.get(name) ?? this.#bars.create(group.length, 0);
      this.#ofGroup.set(name, bar);
      bar.setTotal(group.length);
      bar.update(group.filter(isOver).length, {
        name: name.padEnd(width),
        counts: counted(group),
        left: left(group),
      });
    }
    this.#bars.update();
  }

  /** A line that stays: above the bars, or below them once they have ended. */
  say(sentence: string): void {
    const line = runnable(sentence);
    if (this.#bars && this.#ofGroup.size > 0 && !this.#isOver) this.#bars.log(above(line));
    else this.stream.write(`${line}\n`);
  }

  /** Leaves what was shown last, with the cursor on the next line. Nothing more is drawn. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#bars || this.#ofGroup.size === 0) return;
    this.#bars.update(); // with the lines that were said since it was drawn
    this.#bars.stop();
  }
}

/** Lines that take the place of the bars, which are drawn anew below: wrapped, with no rest of a bar behind them. */
function above(text: string): string {
  return `${clearBelow}${wrapping}${text}\n${noWrapping}`;
}

/** The jobs of each sweep, and those that belong to none. */
function groupsOf(jobs: readonly JobView[]): Map<string, readonly JobView[]> {
  const groups = new Map<string, JobView[]>();
  const names = [...new Set(jobs.map(({ sweep }) => sweep))];
  const own = new Set(names.length > mostBars ? names.slice(0, mostBars - 1) : names);
  const nameOf = ({ sweep }: JobView) =>
    !own.has(sweep) ? "others" : sweep === undefined ? "jobs" : plain(sweep);
  const shown = distinctNames(jobs.map(nameOf), 24);
  for (const job of jobs) {
    const name = shown.get(nameOf(job)) ?? nameOf(job);
    const group = groups.get(name);
    if (group) group.push(job);
    else groups.set(name, [job]);
  }
  return groups;
}

function lineOf(jobs: readonly JobView[]): string {
  return `${jobs.filter(isOver).length} of ${jobs.length} done: ${counted(jobs)}${left(jobs)}`;
}

/** How many jobs have each status, and how many sessions are gone, as words. */
export function counted(jobs: readonly JobView[]): string {
  const known = jobs.filter(({ isKnown }) => isKnown);
  const gone = jobs.length - known.length;
  const counts = Object.entries(countByStatus(known)).map(
    ([status, count]) => `${count} ${plain(status)}`,
  );
  return [...counts, ...(gone > 0 ? [`${gone} gone`] : [])].join(", ");
}

function left(jobs: readonly JobView[]): string {
  const ms = remainingMs(jobs);
  if (ms === undefined || ms === 0) return "";
  const isMost = jobs.some(
    ({ status, maxSeconds }) => status === "Completed" && maxSeconds !== undefined,
  );
  return `; about ${duration(ms)} left${isMost ? ", or less" : ""}`;
}
