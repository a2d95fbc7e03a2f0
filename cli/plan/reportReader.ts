// Reads what a run's provider reported (`provider/actions/runReport.ts`): the only place that does. Pure.
import type { Announcement } from "../../provider/actions/actions";
import type { Entry, ListedSession, RemovedState } from "../../provider/actions/runReport";

export interface ReportedRemoval {
  /** What the job was then. */
  readonly state: RemovedState;
  /** `started`: neither its end nor its failure was reported. */
  outcome: "started" | "done" | "failed";
}

export interface RunReport {
  /** The first job that each of the run's processes was asked about; none where no job was. */
  readonly firstJobs: readonly string[];
  /** By the job's id. */
  readonly removals: ReadonlyMap<string, ReportedRemoval>;
  /** Ids of jobs that were not begun because the user ended the run: to the engine they failed. */
  readonly interrupted: ReadonlySet<string>;
  /** What was done and found, in this order. */
  readonly said: readonly Announcement[];
  /**
   * Of the list that was asked for last, the sessions that lived and were named like jobs; undefined where the run
   * asked for none, or its provider is another release.
   */
  readonly lastList: readonly ListedSession[] | undefined;
}

/** @param text a line for each entry; one that was cut, as by a kill, is left out */
export function parseRunReport(text: string): RunReport {
  const firstJobs: string[] = [];
  const removals = new Map<string, ReportedRemoval>();
  const interrupted = new Set<string>();
  const said: Announcement[] = [];
  let last: Extract<Entry, { kind: "list" }> | undefined;
  for (const line of text.split("\n")) {
    const entry = parsedLine<Entry>(line);
    if (entry === undefined) continue;
    switch (entry.kind) {
      case "begin":
        firstJobs.push(entry.job);
        break;
      case "remove":
        removals.set(entry.job, { state: entry.state, outcome: "started" });
        break;
      case "removed":
      case "notRemoved": {
        const removal = removals.get(entry.job);
        if (removal) removal.outcome = entry.kind === "removed" ? "done" : "failed";
        break;
      }
      case "interrupted":
        interrupted.add(entry.job);
        break;
      case "list":
        if (last === undefined || entry.askedAt >= last.askedAt) last = entry; // else it was answered late
        break;
      default:
        said.push(entry);
    }
  }
  return { firstJobs, removals, interrupted, said, lastList: last?.sessions };
}

/** A line of JSON; undefined where it was cut. */
export function parsedLine<T>(line: string): T | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
