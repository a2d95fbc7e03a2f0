// Shows the logs of jobs as they are now, one job after another.
import { messageOf, SkahaError } from "../../provider/errors";
import type { Job } from "../../provider/job/deployment";
import { CommandError } from "../commandError";
import type { ObservedJob } from "../stack/observe";
import { plain, say } from "../terminal";
import { type LoggedAttempt, loggedAttemptOf } from "./attempt";
import type { LogPrinter } from "./printer";
import { findLog, type LogPlaces } from "./source";

export type MakePrinter = (job: Job, write: (bytes: Uint8Array) => void) => LogPrinter;

/** So many logs are read at a time, and shown one after another. */
const readAhead = 8;
/** What a log that was read ahead may take before it waits for its turn. */
const aheadBytes = 4 << 20;

export const toStdout = (bytes: Uint8Array): void => {
  process.stdout.write(bytes);
};

/**
 * Shows logs one after another, and reads some ahead.
 * @param attempt undefined for the last
 * @returns the exit status: 1 where one is missing
 */
export async function showAll(
  jobs: readonly ObservedJob[],
  places: LogPlaces,
  printers: MakePrinter,
  attempt: number | undefined,
): Promise<number> {
  let missing = 0;
  const attempts = jobs.map((job) => {
    try {
      return loggedAttemptOf(job, attempt);
    } catch (error) {
      if (!(error instanceof CommandError) || jobs.length === 1) throw error;
      missing += 1;
      say(plain(error.message));
      return undefined;
    }
  });
  let turn = Promise.resolve();
  const waiting = new Set<Promise<void>>();
  for (const [index, job] of jobs.entries()) {
    const one = attempts[index];
    if (!one) continue;
    const shown = new InTurn(turn);
    const reading = readOne(one, job, places, printers, shown);
    turn = reading.then((why) => {
      if (why === undefined) return;
      missing += 1;
      say(plain(why));
    });
    const done: Promise<void> = turn.finally(() => waiting.delete(done));
    waiting.add(done);
    done.catch(() => {}); // told at the end
    if (waiting.size >= readAhead) await Promise.race(waiting);
  }
  await turn;
  return missing > 0 ? 1 : 0;
}

/** @returns why there is no log */
async function readOne(
  attempt: LoggedAttempt,
  job: ObservedJob,
  places: LogPlaces,
  printers: MakePrinter,
  shown: InTurn,
): Promise<string | undefined> {
  const why = await logInto(attempt, places, printers(job, shown.write), shown).catch(
    (error: unknown) => {
      if (error instanceof SkahaError && error.status === 401) throw error;
      return `the log of ${attempt.job} was not read: ${messageOf(error)}`;
    },
  );
  await shown.end();
  return why;
}

async function logInto(
  attempt: LoggedAttempt,
  places: LogPlaces,
  printer: LogPrinter,
  shown: InTurn,
): Promise<string | undefined> {
  const found = await findLog(attempt, places);
  if ("why" in found) return found.why;
  for await (const chunk of found.chunks) {
    printer.push(chunk);
    await shown.room();
  }
  printer.end();
  return found.from === "snapshot"
    ? `the log of ${attempt.job} is gone; this is as far as save-logs had saved it: ${found.where}`
    : undefined;
}

/** Bytes that are kept until what comes before them was shown. */
class InTurn {
  #kept: Uint8Array[] = [];
  #bytes = 0;
  #isMine = false;
  readonly #turn: Promise<void>;

  constructor(turn: Promise<void>) {
    this.#turn = turn.then(() => {
      this.#isMine = true;
      for (const bytes of this.#kept) toStdout(bytes);
      this.#kept = [];
    });
    this.#turn.catch(() => {}); // told to whoever waits for it
  }

  readonly write = (bytes: Uint8Array): void => {
    if (this.#isMine) {
      toStdout(bytes);
      return;
    }
    this.#kept.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
  };

  async room(): Promise<void> {
    if (this.#bytes >= aheadBytes) await this.#turn;
  }

  end(): Promise<void> {
    return this.#turn;
  }
}
