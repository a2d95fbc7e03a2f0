// `pulumi-skaha why`: what is wrong with jobs, and what to do about it.

import { z } from "zod";
import { hasFailed } from "../../../provider/job/status";
import { diagnose } from "../../diagnosis/diagnose";
import { type Diagnosis, diagnosisSchema } from "../../diagnosis/evidence";
import { EvidenceReader } from "../../diagnosis/evidenceReader";
import { observeWithLogs } from "../../logs/places";
import type { JobOptions } from "../../project";
import type { ObservedJob } from "../../stack/observe";
import { jobsChosen } from "../../stack/select";
import { openStack } from "../../stack/stack";
import { suggested } from "../../suggested";
import { coloured, colouredStatus, plain, print, say } from "../../terminal";

export interface WhyOptions extends JobOptions {
  readonly json?: boolean | undefined;
}

/** What `why --json` prints. */
export const whySchema = z.array(diagnosisSchema);

/** So many jobs are looked into at a time. */
const atATime = 8;

export async function why(names: readonly string[], options: WhyOptions): Promise<void> {
  const stack = await openStack(options);
  const all = await stack.jobs();
  const { where = [] } = options;
  const chosen = jobsChosen(all, names, where);
  const isAsked = names.length + where.length > 0;
  // All are looked at: one may wait for another. It is one list either way.
  const { jobs, places, sessions } = await observeWithLogs(stack, all);
  const urns = new Set(chosen.map(({ urn }) => urn));
  const isWanted = (job: ObservedJob) => urns.has(job.urn) && (isAsked || isBad(job));
  const { client, arc, settings } = stack.connection();
  const { window } = settings;
  const onProblem = (sentence: string) => say(plain(sentence));
  const reader = new EvidenceReader({
    jobs,
    sessions,
    client,
    arc,
    places,
    onProblem,
    window,
    now: Date.now(),
  });
  const found = (await diagnosed(jobs.filter(isWanted), reader)).map((one) =>
    one.remedy === undefined ? one : { ...one, remedy: suggested(one.remedy, options) },
  );
  if (options.json) print(JSON.stringify(found));
  else if (found.length === 0) say("No job has failed or is lost.");
  else for (const [index, one] of found.entries()) show(one, index > 0);
}

function isBad({ state, isKnown }: ObservedJob): boolean {
  return hasFailed(state.status) || !isKnown;
}

async function diagnosed(
  jobs: readonly ObservedJob[],
  reader: EvidenceReader,
): Promise<Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (let at = 0; at < jobs.length; at += atATime) {
    const some = jobs.slice(at, at + atATime);
    found.push(...(await Promise.all(some.map(async (job) => diagnose(await reader.of(job))))));
  }
  return found;
}

function show({ name, status, cause, line, remedy }: Diagnosis, isNext: boolean): void {
  if (isNext) print();
  const rest = cause.startsWith(name) ? cause.slice(name.length) : ` ${cause}`;
  print(`${colouredStatus(status, plain(name))}${plain(rest)}`);
  if (line !== undefined) print(coloured("gray", `    ${plain(line.replace(/\s+/g, " "))}`));
  if (remedy !== undefined) print(plain(remedy));
}
