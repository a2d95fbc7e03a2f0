// `pulumi-skaha status`: how the jobs stand, how many are how, and what to type next.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { GlobalOptions } from "../project";
import { countsOf, type JobView, jobViewSchema, viewOf } from "../stack/jobView";
import { look } from "../stack/look";
import { openStack, type Stack } from "../stack/stack";
import {
  coloured,
  colouredStatus,
  duration,
  plain,
  print,
  say,
  shellWord,
  shortened,
  table,
} from "../terminal";

export interface StatusOptions extends GlobalOptions {
  readonly watch?: boolean | undefined;
  /** Seconds between two looks. */
  readonly every: number;
  readonly json?: boolean | undefined;
  readonly failed?: boolean | undefined;
}

/** What `status --json` prints: one object; with `--watch` one in each line. */
export const statusSchema = z.object({
  server: z.string(),
  counts: z.record(z.string(), z.int()).describe("how many jobs have each status"),
  jobs: z.array(jobViewSchema),
  problems: z.array(z.string()).describe("what could not be found out"),
});
type Status = z.infer<typeof statusSchema>;

export async function status(options: StatusOptions): Promise<void> {
  const stack = await openStack(options);
  if (!options.watch) return show(await statusOf(stack, options), options);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  while (!stop.signal.aborted) {
    const now = await statusOf(stack, options);
    if (process.stdout.isTTY && !options.json) process.stdout.write("\x1b[H\x1b[2J");
    show(now, options);
    await sleep(options.every * 1_000, undefined, { signal: stop.signal }).catch(() => {});
  }
}

async function statusOf(stack: Stack, { failed }: StatusOptions): Promise<Status> {
  const connection = stack.connection();
  const now = Date.now();
  const { jobs, problems } = await look(await stack.jobs(), connection, now);
  const views = jobs.map((job) => viewOf(job, now));
  const isWanted = (job: JobView) => !failed || job.status === "Failed" || job.status === "Lost";
  return {
    server: connection.settings.server,
    counts: countsOf(views),
    jobs: views.filter(isWanted),
    problems: [...problems],
  };
}

function show(status: Status, { json, failed }: StatusOptions): void {
  if (json) {
    print(JSON.stringify(status));
    return;
  }
  const { jobs, counts, problems } = status;
  for (const problem of problems) say(plain(problem));
  if (Object.keys(counts).length === 0) {
    say("There are no jobs in this stack: declare some, then pulumi-skaha up.");
    return;
  }
  if (jobs.length > 0) {
    print(table(["JOB", "STATUS", "ATTEMPT", "TIME", "SESSION", "NOTE"], jobs.map(rowOf)));
  } else if (failed) say("No job has failed or is lost.");
  print();
  print(
    Object.entries(counts)
      .map(([status, count]) => colouredStatus(status, `${count} ${plain(status)}`))
      .join(coloured("gray", ", ")),
  );
  for (const line of nextCommands(jobs)) say(coloured("gray", line, process.stderr));
}

function rowOf(job: JobView): string[] {
  return [
    plain(shortened(job.name, 48)),
    colouredStatus(job.status, plain(job.status) + (job.isKnown ? "" : "?")),
    String(job.attempt),
    job.seconds === undefined ? "" : duration(job.seconds * 1_000),
    job.sessionId ?? "",
    plain(shortened(noteOf(job), 60)),
  ];
}

function noteOf({ status, isKnown, reason, cause, exitCode, skipped }: JobView): string {
  if (!isKnown) return "its session is gone: refresh to learn its end";
  if (status === "Held") return reason ?? "";
  if (skipped) return "its outputs were there";
  const code = exitCode === undefined || exitCode === 0 ? [] : [`exit status ${exitCode}`];
  return [...(cause === undefined || cause === "ExitCode" ? [] : [cause]), ...code].join(", ");
}

/** What a user would want to do about jobs like these. */
function nextCommands(jobs: readonly JobView[]): string[] {
  const first = (is: (job: JobView) => boolean) => jobs.find(is)?.name;
  const gone = first(({ isKnown }) => !isKnown);
  const bad = first(({ status }) => status === "Failed" || status === "Lost");
  const live = first(({ status }) => status === "Running");
  const isWaiting = first(({ status }) => ["Held", "Pending", "Running"].includes(status));
  return [
    ...(gone === undefined
      ? []
      : ["pulumi-skaha refresh            learn what became of sessions that are gone"]),
    ...(bad === undefined
      ? []
      : [
          `pulumi-skaha why ${shellWord(bad)}`,
          "pulumi-skaha rerun --failed     run what failed again",
        ]),
    ...(live === undefined ? [] : [`pulumi-skaha logs --follow ${shellWord(live)}`]),
    ...(isWaiting === undefined ? [] : ["pulumi-skaha up --until-done    go on until all is done"]),
  ];
}
