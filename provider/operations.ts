// One command's preview, refresh or update in this process: the run that it makes once, and what its operations have
// in common, whatever resource they are for. What they throw leaves as sentences, each cause told once.
import type { Announcer, OperationPosition } from "./actions/announcer";
import { ReportWriter, reportFile } from "./actions/runReport";
import { StatusLine } from "./actions/statusLine";
import { Handover } from "./array/handover";
import { assemble, type Run } from "./assemble";
import { hasUnknown } from "./engine/unknown";
import { JobNotAsDeclaredError, messageOf } from "./errors";
import type { Status } from "./job/status";
import { awaitedAnswer } from "./run/answerFile";
import { stopAsked } from "./run/stopFile";
import { plainLines } from "./text/plainText";

type Props = Record<string, unknown>;

export type ConfigReader = (key: string) => string | undefined;

export interface OperationsOptions {
  readonly makeRun?: (config: ConfigReader, report: ReportWriter) => Run;
  readonly report?: ReportWriter;
  /** Whether `pulumi-skaha` tells itself how the jobs stand. */
  readonly isToldByCommand?: boolean;
  /** Waited for before anything is done. @default what `pulumi-skaha` wants to be waited for, if anything */
  readonly mayAct?: (() => Promise<void>) | undefined;
  /** Whether nothing more is to be begun. @default whether `pulumi-skaha` says so */
  readonly isInterrupted?: () => boolean;
}

export class Operations {
  readonly report: ReportWriter;
  readonly handover = new Handover();
  readonly #leftOut = new Set<string>();
  /** Whether the user wants no more launches. */
  readonly isInterrupted: () => boolean;
  readonly #makeRun: (config: ConfigReader, report: ReportWriter) => Run;
  readonly #isToldByCommand: boolean;
  readonly #mayAct: (() => Promise<void>) | undefined;
  /** What was being done when an error was said, by the error. */
  readonly #failures = new Map<string, string>();
  /** True where there is a program: what it declares may follow what is deleted. */
  #hasProgram = false;
  #run: () => Run = () => {
    throw new Error("the provider was not configured");
  };
  /** The run, once it was put together. */
  #made: Run | undefined;
  #standing = new StatusLine(() => {});

  constructor(options: OperationsOptions = {}) {
    this.report = options.report ?? new ReportWriter(process.env[reportFile]);
    this.#isToldByCommand = options.isToldByCommand ?? Boolean(process.env[reportFile]);
    this.#mayAct = options.mayAct ?? awaitedAnswer(process.env);
    this.isInterrupted = options.isInterrupted ?? stopAsked(process.env);
    this.#makeRun =
      options.makeRun ?? ((config, report) => assemble(config, process.env, { report }));
  }

  /** Each kind of resource is configured by itself, all with the same settings: the first one counts. */
  configure(config: ConfigReader): void {
    if (this.#made) return;
    this.#run = () => {
      this.#made ??= this.#makeRun(config, this.report);
      return this.#made;
    };
    this.#standing = new StatusLine((line) => {
      if (!this.#isToldByCommand) this.announce?.say({ kind: "tally", text: line });
    });
  }

  /** Undefined until a run was put together. */
  get announce(): Announcer | undefined {
    return this.#made?.announce;
  }

  get isRunMade(): boolean {
    return this.#made !== undefined;
  }

  /** Whether the removal that has just been done is the last thing that this process is asked for. */
  isLastRemoval(run: Run): boolean {
    return !this.#hasProgram && run.lifecycle.isAllCancelled;
  }

  /** Ids of jobs of arrays that the stack does not have and this run leaves out. */
  get leftOut(): ReadonlySet<string> {
    return this.#leftOut;
  }

  /** @param id of a job of an array that the stack does not have and this run leaves out */
  leaveOut(id: string): void {
    if (!hasUnknown(id)) this.#leftOut.add(id);
  }

  /** To be called with each check: there is a program, and the refresh before it is over. */
  checked(): void {
    this.#hasProgram = true;
    this.#standing.refreshed();
  }

  /** Does one refresh, and notes the statuses that it found. */
  reading<T>(
    read: () => Promise<T>,
    statusesOf: (found: T) => Iterable<readonly [id: string, status: Status]>,
  ): Promise<T> {
    return this.#standing.reading(read, statusesOf);
  }

  /** Runs one operation; what it throws reaches the user as its message, without a stack. */
  async do<T>(
    what: string,
    operation: (run: Run) => Promise<T>,
    { isStep = false, isLast = (_: Run): boolean => false } = {},
  ): Promise<T> {
    try {
      if (this.#mayAct && !this.#made) await this.#mayAct();
      const run = this.#run();
      const place: OperationPosition = { isStep, isLast: () => isLast(run) };
      return await run.announce.during(() => operation(run), place);
    } catch (error) {
      if (error instanceof JobNotAsDeclaredError) {
        const { id } = error;
        const message = plainLines(this.#named(error.message));
        throw new JobNotAsDeclaredError(id, stored(error.properties), message, { cause: error });
      }
      // A new one, because all jobs that waited for one list get the same error.
      const message = plainLines(this.#named(messageOf(error)));
      const failure = this.#failure(this.#named(what), message, error);
      failure.stack = ""; // the host would print it for each resource
      throw failure;
    }
  }

  /** As users call the jobs. */
  #named(text: string): string {
    return this.announce?.names.inText(text) ?? text;
  }

  /** What fails one list fails all jobs that waited for it: said once, then referred to. */
  #failure(what: string, message: string, cause: unknown): Error {
    const first = this.#failures.get(message);
    if (first !== undefined && first !== what) {
      return new SaidBeforeError(`could not ${what}: failed as "${first}" did`, { cause });
    }
    this.#failures.set(message, what);
    return new Error(message.includes(what) ? message : `could not ${what}: ${message}`, { cause });
  }
}

/** What failed another job, too: that one told of it. */
export class SaidBeforeError extends Error {}

/** The engine's wire has no `undefined`: it would refuse the whole answer, after the launch. */
export function stored(state: object): Props {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}
