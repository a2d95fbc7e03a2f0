// The last lines of what failed jobs wrote: from state, else from wherever `pulumi-skaha logs` finds the log.

import { messageOf } from "../../provider/errors";
import { hasFailed } from "../../provider/job/status";
import { loggedAttemptOf } from "../logs/attempt";
import { type Chunks, findLog, type LogPlaces } from "../logs/source";
import type { ObservedJob } from "../stack/observe";
import { plain } from "../terminal";
import type { ReportLog } from "./reportData";

const tailBytes = 4_096;
const mostAtOnce = 4;

export interface LogTails {
  /** By the job's URN. */
  readonly tails: ReadonlyMap<string, ReportLog>;
  /** What could not be read, as sentences. */
  readonly problems: readonly string[];
}

export async function logTails(jobs: readonly ObservedJob[], places: LogPlaces): Promise<LogTails> {
  const tails = new Map<string, ReportLog>();
  const problems: string[] = [];
  const waiting = jobs.filter(({ state: { status } }) => hasFailed(status));
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      try {
        const tail = await tailOf(job, places);
        if (tail) tails.set(job.urn, { from: plain(tail.from), text: readable(tail.text) });
      } catch (error) {
        problems.push(`${job.name}: its log was not read: ${messageOf(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, work));
  return { tails, problems };
}

async function tailOf(job: ObservedJob, places: LogPlaces): Promise<ReportLog | undefined> {
  const { logTail, logPath } = job.state;
  if (logTail) return { from: logPath ?? "the stack", text: logTail };
  const found = await findLog(loggedAttemptOf(job), places);
  if ("why" in found) return undefined;
  const from = found.from === "server" ? "the server" : found.where;
  return { from, text: await endOf(found.chunks) };
}

/** Its last whole lines; of a longer line its end. */
async function endOf(chunks: Chunks): Promise<string> {
  let end = Buffer.alloc(0);
  let isWhole = true;
  for await (const chunk of chunks) {
    end = Buffer.concat([end, chunk]);
    if (end.length <= tailBytes) continue;
    isWhole = false;
    end = end.subarray(-tailBytes);
  }
  let start = 0;
  while (!isWhole && ((end[start] ?? 0) & 0xc0) === 0x80) start += 1; // within a character
  const text = end.subarray(start).toString("utf8");
  const rest = isWhole ? text : text.slice(text.indexOf("\n") + 1);
  return rest === "" ? text : rest;
}

/** As it ended up on a terminal, where a progress bar is written over; escape sequences are shown. */
function readable(text: string): string {
  return plain(text.replaceAll("\r\n", "\n").replace(/^.*\r(?=[^\n])/gm, ""));
}
