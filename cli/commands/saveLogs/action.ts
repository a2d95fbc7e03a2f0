// `pulumi-skaha save-logs`: saves what jobs have written before the server forgets it; for cron. What is saved
// whole is left alone, so it may run as often as one likes, and twice at once.
import { statSync } from "node:fs";
import path from "node:path";
import { messageOf, SkahaError } from "../../../provider/errors";
import { resolveWritten } from "../../../provider/homePath";
import { logFileName } from "../../../provider/server/logKeeper";
import { CommandError } from "../../commandError";
import { type LoggedAttempt, loggedAttemptsOf } from "../../logs/attempt";
import { observeWithLogs } from "../../logs/places";
import { dropSnapshot, saveSnapshot, saveWhole, sizeOf, tidy } from "../../logs/savedLogs";
import { findLog, type LogPlaces, savedFiles, snapshotName, usualFolder } from "../../logs/source";
import type { JobOptions } from "../../project";
import { jobsChosen } from "../../stack/select";
import { openStack } from "../../stack/stack";
import { plain, print, say } from "../../terminal";

export interface SaveLogsOptions extends JobOptions {
  /** The folder for all of them. @default each job's own `logs` */
  readonly to?: string | undefined;
}

/** So many logs are saved at a time. */
const atATime = 8;

type Saved =
  | { readonly done: "whole" | "part"; readonly file: string }
  | { readonly done: "nothing" }
  | { readonly done: "missing" | "failed"; readonly why: string };

/** @returns the exit status: 1 where one could not be saved */
export async function saveLogs(
  names: readonly string[],
  options: SaveLogsOptions,
): Promise<number> {
  const stack = await openStack(options);
  const { to, where = [] } = options;
  const all = await stack.jobs();
  const { jobs, places } = await observeWithLogs(stack, jobsChosen(all, names, where));
  const isAsked = names.length + where.length > 0 || to !== undefined;
  const attempts = jobs
    .flatMap(loggedAttemptsOf)
    // A record keeps its log for good: it is copied for those who say so.
    .filter(({ recordedIn, logs }) => isAsked || recordedIn === undefined || logs !== undefined);
  const folderOf = ({ logs = usualFolder }: LoggedAttempt) =>
    to === undefined
      ? resolveWritten(places.program, logs)
      : resolveWritten(options.cwd ?? process.cwd(), to);
  if (to !== undefined) assertFolder(resolveWritten(options.cwd ?? process.cwd(), to));
  for (const folder of new Set(attempts.map(folderOf))) await tidy(folder, Date.now());

  let status = 0;
  const counts = { whole: 0, part: 0 };
  for (let at = 0; at < attempts.length; at += atATime) {
    const some = attempts.slice(at, at + atATime);
    const saved = await Promise.all(
      some.map((one) => save(one, folderOf(one), places, to !== undefined)),
    );
    for (const one of saved) {
      if (one.done === "whole" || one.done === "part") {
        counts[one.done] += 1;
        print(plain(one.file));
      } else if (one.done === "failed") {
        status = 1;
        say(plain(one.why));
      } else if (one.done === "missing" && names.length > 0) say(plain(one.why));
    }
  }
  const { whole, part } = counts;
  if (process.stderr.isTTY || whole + part > 0) say(`${whole} saved, ${part} as far as they are.`);
  return status;
}

/** One that is not there is made. */
function assertFolder(place: string): void {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? true) return;
  throw new CommandError(`${place} is a file: name a folder after --to`);
}

async function save(
  attempt: LoggedAttempt,
  folder: string,
  places: LogPlaces,
  isElsewhere: boolean,
): Promise<Saved> {
  try {
    return attempt.isOver
      ? await savedWhole(attempt, folder, places, isElsewhere)
      : await savedSoFar(attempt, folder, places);
  } catch (error) {
    if (error instanceof SkahaError && error.status === 401) throw error;
    return {
      done: "failed",
      why: `the log of ${attempt.job} was not saved to ${folder}: ${messageOf(error)}`,
    };
  }
}

async function savedWhole(
  attempt: LoggedAttempt,
  folder: string,
  places: LogPlaces,
  isElsewhere: boolean,
): Promise<Saved> {
  const { id, attempt: number, sessionId, recordedIn } = attempt;
  const file = path.join(folder, logFileName(id, number));
  const snapshot = path.join(folder, snapshotName(id, number));
  if ((await sizeOf(file)) !== undefined) {
    await dropSnapshot(file, snapshot); // one that another run wrote a moment too late
    return { done: "nothing" };
  }
  const kept = savedFiles(attempt).map((one) => sizeOf(resolveWritten(places.program, one)));
  const isKept = (await Promise.all(kept)).some((size) => size !== undefined);
  if (isKept && !isElsewhere) return { done: "nothing" };
  const isThere = sessionId !== undefined && (await places.isListed(sessionId));
  // What the server has forgotten need not be asked for again and again.
  const found =
    isKept || isThere || recordedIn !== undefined ? await findLog(attempt, places) : undefined;
  if (!found || "why" in found || found.from === "snapshot") {
    return { done: "missing", why: whyMissing(attempt, found) };
  }
  await saveWhole(file, snapshot, found.chunks);
  return { done: "whole", file };
}

function whyMissing({ job, attempt, sessionId }: LoggedAttempt, found: object | undefined): string {
  if (found && "why" in found) return String(found.why);
  const session = sessionId === undefined ? "" : ` (session ${sessionId})`;
  return `the log of ${job}, attempt ${attempt}${session}, is gone: the server keeps it for an hour after the end`;
}

async function savedSoFar(
  attempt: LoggedAttempt,
  folder: string,
  { client }: LogPlaces,
): Promise<Saved> {
  const { id, attempt: number, sessionId, status } = attempt;
  if (sessionId === undefined || status === "Pending") return { done: "nothing" };
  const file = path.join(folder, snapshotName(id, number));
  const isMore = await saveSnapshot(file, await client.log(sessionId));
  return isMore ? { done: "part", file } : { done: "nothing" };
}
