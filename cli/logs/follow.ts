// Follows the logs of jobs. The server has no stream of them: each is read again and again, and what is new
// of it is shown.
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, SkahaError } from "../../provider/errors";
import type { Job } from "../../provider/job/deployment";
import { Interruption } from "../interruption";
import type { ObservedJob } from "../stack/observe";
import type { Stack } from "../stack/stack";
import { coloured, plain, say } from "../terminal";
import { type LoggedAttempt, loggedAttemptOf } from "./attempt";
import { GrowingLog } from "./growingLog";
import { observeWithLogs } from "./places";
import type { LogPrinter } from "./printer";
import { type MakePrinter, toStdout } from "./show";
import { type Chunks, findLog, type LogPlaces } from "./source";

/** A server that is away for so many looks in a row ends it. */
const toleratedFailures = 10;

/** One log that is followed. */
interface Followed {
  readonly sessionId: string;
  readonly fresh: GrowingLog;
  readonly printer: LogPrinter;
}

/** Looks again and again, and shows what is new, until all jobs have ended or the user interrupts. */
export class Following {
  readonly #logs = new Map<string, Followed>();
  readonly #over = new Set<string>();
  readonly #told = new Map<string, string>();
  /** Those that the last list did not show. */
  #unseen: ReadonlySet<string> = new Set();
  #missing = 0;

  constructor(
    private readonly stack: Stack,
    private readonly jobs: readonly Job[],
    private readonly printers: MakePrinter,
    private readonly every: number,
  ) {}

  async run(): Promise<number> {
    using interruption = new Interruption();
    const { signal } = interruption;
    for (let failures = 0; ; ) {
      try {
        await this.#round();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!isPassing(error) || failures > toleratedFailures) throw error;
        say(plain(`${messageOf(error)}; looking again in ${this.every} s`));
      }
      if (this.#over.size === this.jobs.length || signal.aborted) break;
      await sleep(this.every * 1_000, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
    }
    for (const { printer } of this.#logs.values()) printer.end();
    interruption.throwIfTerminated();
    return this.#missing > 0 ? 1 : 0;
  }

  async #round(): Promise<void> {
    const rest = this.jobs.filter(({ urn }) => !this.#over.has(urn));
    // First how it stands, then the log: that of a job that has ended is whole.
    const { jobs, places } = await observeWithLogs(this.stack, rest);
    // One list may leave out what lives: only what two do not show is gone.
    const missing = new Set(jobs.filter(({ isKnown }) => !isKnown).map(({ urn }) => urn));
    const certain = jobs.filter(({ urn }) => !missing.has(urn) || this.#unseen.has(urn));
    this.#unseen = missing;
    const done = await Promise.allSettled(certain.map((job) => this.#follow(job, places)));
    for (const one of done) if (one.status === "rejected") throw one.reason;
  }

  async #follow(job: ObservedJob, places: LogPlaces): Promise<void> {
    const attempt = loggedAttemptOf(job);
    const { sessionId, isOver } = attempt;
    if (!isOver && (sessionId === undefined || job.state.status !== "Running")) {
      const { status, reason } = job.state;
      this.#tell(job, `${job.name} is ${status}${reason === undefined ? "" : `: ${reason}`}`);
    }
    if (sessionId === undefined && !isOver) return;
    const log = this.#logOf(job, sessionId ?? "");
    const why = isOver
      ? await this.#last(attempt, log, places)
      : await this.#show(job, log, () => places.client.log(sessionId ?? ""));
    log.printer.catchUp();
    if (!isOver) return;
    log.printer.end();
    this.#over.add(job.urn);
    if (why !== undefined) {
      this.#missing += 1;
      say(plain(why));
    }
    this.#tell(job, `${job.name} is ${job.isKnown ? job.state.status : "gone"}`);
  }

  #logOf(job: ObservedJob, sessionId: string): Followed {
    const known = this.#logs.get(job.urn);
    if (known?.sessionId === sessionId) return known;
    if (known) {
      known.printer.end();
      this.#tell(job, `${job.name} runs again, attempt ${job.state.attempt}`);
    }
    const log = { sessionId, fresh: new GrowingLog(), printer: this.printers(job, toStdout) };
    this.#logs.set(job.urn, log);
    return log;
  }

  /** What a log that is over has still. The server's goes on where it was; elsewhere it is the same text. */
  async #last(
    attempt: LoggedAttempt,
    log: Followed,
    places: LogPlaces,
  ): Promise<string | undefined> {
    const { sessionId } = attempt;
    if (sessionId !== undefined && (await places.isListed(sessionId))) {
      return this.#show(attempt, log, () => places.client.log(sessionId));
    }
    const found = await findLog(attempt, places);
    if ("why" in found) return found.why;
    let given: Chunks | undefined = found.chunks;
    return this.#show(attempt, log, async () => {
      const chunks = given;
      given = undefined;
      if (chunks) return chunks;
      const again = await findLog(attempt, places);
      return "why" in again ? nothing() : again.chunks;
    });
  }

  async #show(
    { name, job = name }: { readonly name?: string; readonly job?: string | undefined },
    { fresh, printer }: Followed,
    open: () => Promise<Chunks>,
  ): Promise<undefined> {
    const restarted = () =>
      say(plain(`the log of ${job} has changed, and is shown from its start`));
    for await (const chunk of fresh.of(open, restarted)) printer.push(chunk);
  }

  /** Says each thing about a job once. */
  #tell({ urn }: ObservedJob, text: string): void {
    if (this.#told.get(urn) === text) return;
    this.#told.set(urn, text);
    say(coloured("gray", plain(text), process.stderr));
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** What may be over at the next look: no answer, half of one, or the server's own failure. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof SkahaError)) return false;
  const { status = 500 } = error;
  return status < 400 || status >= 500;
}
