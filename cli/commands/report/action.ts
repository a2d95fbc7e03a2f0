// `pulumi-skaha report`: one page about a stack's jobs that needs nothing but itself.
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { messageOf } from "../../../provider/errors";
import { resolveWritten } from "../../../provider/homePath";
import { isFinished } from "../../../provider/job/status";
import { readPrice } from "../../../provider/settings";
import { CommandError } from "../../commandError";
import type { LogPlaces } from "../../logs/source";
import type { JobOptions } from "../../project";
import { htmlOf } from "../../report/html";
import { logTails } from "../../report/logTails";
import { reportCosts } from "../../report/reportCosts";
import type { ReportData } from "../../report/reportData";
import { reportJob, reportSizes } from "../../report/reportJob";
import { resultsFrom } from "../../report/resultsFile";
import { withRecordedEnds } from "../../results/attempts";
import { costsOf } from "../../results/costs";
import { offeredBy } from "../../results/offered";
import { sampleOf } from "../../results/samples";
import { sizingsOf, totalsOf } from "../../results/sizing";
import { observeChosen } from "../../stack/observe";
import { openStack } from "../../stack/stack";
import { plain, say } from "../../terminal";

export interface ReportOptions extends JobOptions {
  readonly output: string;
  readonly results?: string | undefined;
  readonly offline?: boolean | undefined;
}

export async function report(
  wanted: readonly string[],
  {
    output,
    results: resultsFile,
    offline,
    where,
    version,
    ...global
  }: ReportOptions & { version: string },
): Promise<void> {
  const from = path.resolve(global.cwd ?? ".");
  const stack = await openStack(global);
  const now = Date.now();
  const standing = await observeChosen(stack, { wanted, where, offline, now });
  const { jobs } = standing;
  const results =
    resultsFile === undefined ? undefined : resultsFrom(resolveWritten(from, resultsFile), jobs);
  const connection = offline ? undefined : stack.connection();
  const known = await withRecordedEnds(jobs, connection?.arc);
  const logs = await logTails(jobs, {
    ...(connection ?? nobody),
    program: stack.project.program,
    isListed: () => false, // an empty log has no last lines
  });
  const sizes = connection ? await offeredBy(connection) : {};
  const samples = known.jobs.flatMap(({ job, attempts }) =>
    attempts.filter(({ status }) => isFinished(status)).map((one) => sampleOf(job, one)),
  );
  const price = readPrice(stack.config);
  const costs = costsOf(jobs, standing.all, { now, price, offered: sizes.context });
  const problems = [
    ...standing.problems,
    ...known.problems,
    ...logs.problems,
    ...(results?.problems ?? []),
    ...(sizes.problem === undefined ? [] : [sizes.problem]),
  ].map(plain);
  const [, , name = stack.selection.at(-1) ?? "", project = ""] =
    jobs[0]?.urn.replace("::", ":").split(/::?/) ?? [];
  const data: ReportData = {
    project: plain(project || path.basename(stack.project.folder)),
    stack: plain(name),
    server: connection?.settings.server,
    version,
    madeAt: now,
    jobs: known.jobs.map(({ job, attempts }) =>
      reportJob(job, attempts, logs, results, costs.get(job.urn)),
    ),
    results: (results?.columns ?? []).map(plain),
    ...reportSizes(sizingsOf(samples, sizes.offered, totalsOf(standing.all))),
    costs: reportCosts(jobs, costs, price),
    problems,
  };
  const file = resolveWritten(from, output);
  await written(file, htmlOf(data));
  for (const problem of problems) say(problem);
  say(`${plain(file)}: ${jobs.length} ${jobs.length === 1 ? "job" : "jobs"}`);
}

/** Files of this machine are read nevertheless. */
const nobody: Pick<LogPlaces, "client" | "arc"> = {
  client: { log: async () => Readable.from([]) },
  arc: { stream: async () => undefined },
};

/** Whole or not at all: a report that somebody looks at is replaced by a whole one. */
async function written(file: string, html: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await writeFile(draft, html);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {}); // where it could not even be made
    const folder = path.dirname(file);
    const problem = `the report cannot be written: ${existsSync(folder) ? messageOf(error) : `there is no folder ${folder}`}`;
    throw new CommandError(problem, 1, { cause: error });
  }
}
