// `pulumi-skaha status`: how the jobs stand, how many are how, and what to type next.

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Job } from "../../../provider/job/deployment";
import { countByStatus, hasFailed, isAlive } from "../../../provider/job/status";
import { realSessionId } from "../../../provider/packs/places";
import { counted } from "../../../provider/text/counted";
import { Interruption } from "../../interruption";
import type { JobOptions } from "../../project";
import { type JobView, jobViewSchema, viewOf } from "../../stack/jobView";
import { observeChosen } from "../../stack/observe";
import { openStack, type Stack } from "../../stack/stack";
import { type StoppedSweep, stoppedSchema, stoppedSweeps, stoppedText } from "../../stack/stopped";
import { suggested } from "../../suggested";
import { type Cell, type Column, table } from "../../table";
import { coloured, colouredStatus, duration, plain, print, say, shellWord } from "../../terminal";

export interface StatusOptions extends JobOptions {
  readonly watch?: boolean | undefined;
  /** Seconds between two looks. */
  readonly every: number;
  readonly json?: boolean | undefined;
  readonly failed?: boolean | undefined;
  /** From state alone: nobody is asked. */
  readonly offline?: boolean | undefined;
}

/** What `status --json` prints: one object; with `--watch` one in each line. */
export const statusSchema = z.object({
  server: z.string(),
  counts: z.record(z.string(), z.int()).describe("how many jobs have each status"),
  sessions: z
    .int()
    .describe("in how many sessions they live: in packs fewer than there are jobs that do"),
  jobs: z.array(jobViewSchema),
  stopped: z
    .array(stoppedSchema)
    .describe("the sweeps of which stopAfter holds what is left, whichever jobs were asked for"),
  problems: z.array(z.string()).describe("what could not be found out"),
});
/** With how many jobs live in those sessions. */
type Status = z.infer<typeof statusSchema> & { readonly living: number };

export async function status(names: readonly string[], options: StatusOptions): Promise<void> {
  const stack = await openStack(options);
  if (!options.watch) return show(await statusOf(stack, names, options), options);
  using interruption = new Interruption();
  const { signal } = interruption;
  while (!signal.aborted) {
    const now = await statusOf(stack, names, options);
    if (process.stdout.isTTY && !options.json) process.stdout.write("\x1b[H\x1b[2J");
    show(now, options);
    await sleep(options.every * 1_000, undefined, { signal }).catch(() => {});
  }
  interruption.throwIfTerminated();
}

async function statusOf(
  stack: Stack,
  wanted: readonly string[],
  { failed, offline, where }: StatusOptions,
): Promise<Status> {
  const connection = stack.connection();
  const now = Date.now();
  const { jobs, problems, all } = await observeChosen(stack, { wanted, where, offline, now });
  const { server, window } = connection.settings;
  const views = jobs.map((job) => viewOf(job, now, window));
  const isWanted = (job: JobView) => !failed || hasFailed(job.status);
  return {
    server,
    counts: countByStatus(views),
    ...sessionsOf(views),
    jobs: views.filter(isWanted),
    stopped: [...stoppedSweeps(whole(all, jobs))],
    problems: [...problems],
  };
}

/** All jobs, and of those that were looked at what was seen. */
function whole(all: readonly Job[], seen: readonly Job[]): readonly Job[] {
  const byId = new Map(seen.map((job) => [job.id, job]));
  return all.map((job) => byId.get(job.id) ?? job);
}

/** The sessions that live, as far as that is known, and how many jobs do. */
function sessionsOf(jobs: readonly JobView[]): Pick<Status, "living" | "sessions"> {
  const alive = jobs.flatMap(({ status, isKnown, sessionId }) =>
    isKnown && isAlive(status) && sessionId !== undefined ? [realSessionId(sessionId)] : [],
  );
  return { sessions: new Set(alive).size, living: alive.length };
}

function show(status: Status, options: StatusOptions): void {
  const { json, failed } = options;
  if (json) {
    const { living: _living, ...shown } = status;
    print(JSON.stringify(shown));
    return;
  }
  const { jobs, counts, problems } = status;
  for (const problem of problems) say(plain(problem));
  if (Object.keys(counts).length === 0) {
    say("There are no jobs in this stack: declare some, then run pulumi-skaha up.");
    return;
  }
  if (jobs.length > 0) {
    print(statusTable(jobs));
  } else if (failed) say("No job has failed or is lost.");
  print();
  print(
    Object.entries(counts)
      .map(([status, count]) => colouredStatus(status, `${count} ${plain(status)}`))
      .join(coloured("gray", ", ")) + sessionsText(status),
  );
  for (const one of status.stopped) {
    print(`${stoppedText(one)}; ${counted(one.held, "job is", "jobs are")} held for that`);
  }
  const possible = nextCommands(jobs, status.stopped).filter(
    ([command]) => options.record === undefined || isOfRecords.test(command),
  );
  const next = possible.map(([command, why]) => [suggested(command, options), why]);
  const width = Math.max(...next.map(([command = "", why]) => (why ? command.length : 0)));
  for (const [command = "", why] of next) {
    const line = why ? `${command.padEnd(width)}   ${why}` : command;
    say(coloured("gray", line, process.stderr));
  }
}

/** Where jobs share sessions. */
function sessionsText({ sessions, living }: Status): string {
  if (sessions === living) return "";
  return coloured("gray", `; ${living} jobs are in ${counted(sessions, "session")}`);
}

const columns: readonly Column[] = [
  { head: "JOB", kind: "name" },
  { head: "STATUS" },
  { head: "ATTEMPT", spare: 2 },
  { head: "TIME" },
  { head: "SESSION", spare: 1 },
  { head: "NOTE", kind: "text" },
];

/** @param width of the terminal, in columns */
export function statusTable(jobs: readonly JobView[], width?: number): string {
  return table(columns, jobs.map(rowOf), width);
}

function rowOf(job: JobView): Cell[] {
  return [
    plain(job.name),
    {
      text: plain(job.status) + (job.isKnown ? "" : "?"),
      paint: (text) => colouredStatus(job.status, text),
    },
    isYetToLaunch(job) ? "" : String(job.attempt),
    timeOf(job),
    job.sessionId ?? "",
    plain(noteOf(job)),
  ];
}

/** Nothing of it was attempted so far. */
function isYetToLaunch({ status, attempt }: JobView): boolean {
  return status === "Held" && attempt === 1;
}

/** How long it has run, or at most ran, where only is known when its end was seen. */
function timeOf({ seconds, maxSeconds }: JobView): string {
  if (seconds !== undefined) return duration(seconds * 1_000);
  return maxSeconds === undefined ? "" : `≤ ${duration(maxSeconds * 1_000)}`;
}

function noteOf(job: JobView): string {
  const { status, isKnown, heldBy, reason, opens, cause, exitCode, skipped } = job;
  if (!isKnown) return "its session is gone: refresh to learn its end";
  if (status === "Held" && heldBy === "stopAfter") return "its sweep is stopped"; // one line below says why
  if (status === "Held") return opens === undefined ? (reason ?? "") : `its window opens ${opens}`;
  if (skipped) return "its outputs were there";
  const code = exitCode === undefined || exitCode === 0 ? [] : [`exit status ${exitCode}`];
  return [...(cause === undefined || cause === "ExitCode" ? [] : [cause]), ...code].join(", ");
}

/** What can be done without a stack. */
const isOfRecords = /^pulumi-skaha (why|logs)\b/;

/** What a user would want to do about jobs like these, and what for where that is not plain. */
function nextCommands(
  jobs: readonly JobView[],
  stopped: readonly StoppedSweep[],
): (readonly [string, string?])[] {
  const first = (is: (job: JobView) => boolean) => jobs.find(is)?.name;
  const gone = first(({ isKnown }) => !isKnown);
  const bad = first(({ status }) => hasFailed(status));
  const which = [
    ...(first(({ status }) => status === "Failed") === undefined ? [] : ["--failed"]),
    ...(first(({ status }) => status === "Lost") === undefined ? [] : ["--lost"]),
  ].join(" ");
  const live = first(({ status, isKnown }) => isKnown && status === "Running");
  const isWaiting = first(
    ({ status, heldBy }) =>
      ["Pending", "Running"].includes(status) || (status === "Held" && heldBy !== "stopAfter"),
  );
  return [
    ...(gone === undefined
      ? []
      : [["pulumi-skaha refresh", "learn how jobs ended whose sessions are gone"] as const]),
    ...(bad === undefined
      ? []
      : [
          [`pulumi-skaha why ${shellWord(bad)}`] as const,
          [`pulumi-skaha rerun ${which}`, "run them again"] as const,
        ]),
    ...(live === undefined ? [] : [[`pulumi-skaha logs --follow ${shellWord(live)}`] as const]),
    ...stopped.map(({ sweep, release }) => [release, `let ${plain(sweep)} go on`] as const),
    ...(isWaiting === undefined
      ? []
      : [["pulumi-skaha up --until-done", "go on until all is done"] as const]),
  ];
}
