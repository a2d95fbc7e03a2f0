// Where the log of an attempt is: in the file that it was saved to, in its record, on the server while that
// remembers it, or as far as `save-logs` saved it while it ran. And why it is nowhere, if so.
import fs from "node:fs/promises";
import path from "node:path";
import type { Connection } from "../../provider/connect";
import { resolveWritten } from "../../provider/homePath";
import { logFileName } from "../../provider/server/logKeeper";
import type { LoggedAttempt } from "./attempt";

export type Chunks = AsyncIterable<Uint8Array>;

/** A log that is there. */
export interface Found {
  readonly from: "file" | "record" | "server" | "snapshot";
  /** Its path, or the session. */
  readonly where: string;
  readonly chunks: Chunks;
}

/** A log that is nowhere. */
export interface Missing {
  /** Why, and what to do, as a sentence. */
  readonly why: string;
}

export interface LogPlaces {
  readonly client: Pick<Connection["client"], "log">;
  readonly arc: Pick<Connection["arc"], "stream">;
  /** The folder that the program runs in. */
  readonly program: string;
  /** Whether the server still knows a session. */
  readonly isListed: (sessionId: string) => boolean | Promise<boolean>;
}

/** Where logs are saved of jobs that declare no `logs`. */
export const usualFolder = "logs";

/** What a log is called that was saved while it was being written. */
export function snapshotName(id: string, attempt: number): string {
  return logFileName(id, attempt).replace(/\.log$/, ".live.log");
}

/** @throws SkahaError where the server or its files cannot be asked */
export async function findLog(attempt: LoggedAttempt, places: LogPlaces): Promise<Found | Missing> {
  const { sessionId, isOver } = attempt;
  if ((sessionId ?? attempt.recordedIn ?? attempt.logPath) === undefined) {
    const why = attempt.reason === undefined ? "" : `: ${attempt.reason}`;
    return { why: `${attempt.job} is ${attempt.status} and has no log yet${why}` };
  }
  if (!isOver) {
    return (
      (await onServer(attempt, places)) ??
      (await inRecord(attempt, places)) ?? { why: `${attempt.job} has written nothing yet` }
    );
  }
  return (
    (await inFile(attempt, places)) ??
    (await inRecord(attempt, places)) ??
    (await onServer(attempt, places)) ??
    (await inSnapshot(attempt, places)) ?? { why: whyGone(attempt) }
  );
}

async function inFile(attempt: LoggedAttempt, { program }: LogPlaces): Promise<Found | undefined> {
  for (const file of savedFiles(attempt)) {
    const where = resolveWritten(program, file);
    const chunks = await opened(where);
    if (chunks) return { from: "file", where, chunks };
  }
  return undefined;
}

/** Where a whole log may have been saved, relative as it was declared. */
export function savedFiles({ id, attempt, logPath, logs = usualFolder }: LoggedAttempt): string[] {
  const usual = path.join(logs, logFileName(id, attempt));
  return logPath === undefined || logPath.startsWith("/arc/") ? [usual] : [logPath, usual];
}

async function inSnapshot(
  { id, attempt, logs = usualFolder }: LoggedAttempt,
  { program }: LogPlaces,
): Promise<Found | undefined> {
  const where = resolveWritten(program, logs, snapshotName(id, attempt));
  const chunks = await opened(where);
  return chunks && { from: "snapshot", where, chunks };
}

async function opened(file: string): Promise<Chunks | undefined> {
  try {
    return (await fs.open(file)).createReadStream();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      return undefined;
    }
    throw error;
  }
}

async function inRecord(
  { recordedIn }: LoggedAttempt,
  { arc }: LogPlaces,
): Promise<Found | undefined> {
  if (recordedIn === undefined) return undefined;
  const where = `${recordedIn}/log`;
  const stream = await arc.stream(where);
  return stream && { from: "record", where, chunks: bytesOf(stream) };
}

/** The server answers 200 and nothing for what it has forgotten. */
async function onServer(
  { sessionId }: LoggedAttempt,
  { client, isListed }: LogPlaces,
): Promise<Found | undefined> {
  if (sessionId === undefined) return undefined;
  const chunks = await nonEmpty(await client.log(sessionId));
  if (!chunks && !(await isListed(sessionId))) return undefined;
  return { from: "server", where: sessionId, chunks: chunks ?? nothing() };
}

async function nonEmpty(stream: Chunks): Promise<Chunks | undefined> {
  const rest = stream[Symbol.asyncIterator]();
  let first = await rest.next();
  while (!first.done && first.value.length === 0) first = await rest.next();
  if (first.done) return undefined;
  const { value } = first;
  return (async function* () {
    yield value;
    yield* { [Symbol.asyncIterator]: () => rest };
  })();
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

function whyGone({
  job,
  attempt,
  status,
  logPath,
  logs,
  recordedIn,
  sessionId,
}: LoggedAttempt): string {
  const which = `the log of ${job} (attempt ${attempt}, ${status})`;
  if (logPath !== undefined && !logPath.startsWith("/arc/")) {
    return `${which} was saved as ${logPath} and is no longer there, or was saved on another machine: look there`;
  }
  const server = `the server keeps it for an hour after the end of session ${sessionId}`;
  if (recordedIn !== undefined) {
    return `${which} is gone: its record ${recordedIn} has none, and ${server}`;
  }
  if (logs !== undefined) {
    return `${which} is gone: ${server}, and no up or refresh in that time saved it to ${logs}; let cron run pulumi-skaha save-logs, or declare \`record\`, before the next run`;
  }
  return `${which} is gone: ${server}; declare \`logs\` or \`record\`, or let cron run pulumi-skaha save-logs, before the next run`;
}
