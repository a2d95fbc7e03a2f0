// `pulumi-skaha up --until-done`: repeats `up` until nothing of the stack waits or runs. Each `up` is short,
// and between two of them the stack is unlocked; bars show how far the jobs are.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Announcement, gistOf, linesOf } from "../../../provider/actions/actions";
import { JobNames } from "../../../provider/actions/jobNames";
import { messageOf } from "../../../provider/errors";
import { jobsOf } from "../../../provider/job/deployment";
import { type Progress, untilDone } from "../../../provider/untilDone";
import { CommandError } from "../../commandError";
import type { Interruption } from "../../interruption";
import { notify } from "../../notice/notify";
import { diagnosticsIn } from "../../plan/diagnostics";
import { runEngineQuietly } from "../../plan/engineRun";
import { repeatedUpOf } from "../../plan/pulumiArgs";
import { Progress as Bars } from "../../progress";
import type { GlobalOptions } from "../../project";
import { type JobView, viewOf } from "../../stack/jobView";
import { observe } from "../../stack/observe";
import type { Stack } from "../../stack/stack";
import { suggested } from "../../suggested";
import { duration, plain, say } from "../../terminal";
import { ended, ends, isUnderWay } from "../wait/action";

export interface UntilDoneOptions {
  /** Seconds between two `up`. */
  readonly every: number;
  /** Seconds; for ever where it is left out. */
  readonly timeout?: number | undefined;
  /** What was asked about, for the commands that are suggested. */
  readonly about: GlobalOptions;
}

/** The first `up`, which has just been. */
export interface FirstUp {
  /** Whether it did all that it was to do. */
  readonly isDone: boolean;
  /** What the user was told in it. */
  readonly reported: readonly Announcement[];
}

/** Between two `up` the bars are brought up to date this often, with one list each. */
const lookEveryMs = 10_000;

/**
 * @param args Pulumi's arguments, as they were written
 * @returns the exit status, as that of `wait`
 */
export async function goOnUntilDone(
  stack: Stack,
  args: readonly string[],
  first: FirstUp,
  { every, timeout, about }: UntilDoneOptions,
  interruption: Interruption,
): Promise<number> {
  const { signal } = interruption;
  const repeating = new Repeating(stack, args, first, every * 1_000, about);
  signal.addEventListener("abort", () => {
    repeating.bars.end();
    say("Stopping after this; the jobs run on.");
  });
  try {
    const progress = await untilDone(repeating, {
      ...(timeout !== undefined && { deadlineMs: timeout * 1_000 }),
      signal,
      onProgress: () => repeating.show(),
      onFailure: (error) =>
        repeating.bars.say(
          plain(`${messageOf(error)}\nTrying again in ${duration(every * 1_000)}.`),
        ),
      pause: (_, signal) => repeating.pause(signal),
    });
    repeating.bars.end();
    if (progress.isUnfinished) interruption.throwIfInterrupted();
    return repeating.ended(progress);
  } catch (error) {
    interruption.throwIfInterrupted(); // an up that was told to stop fails
    throw error;
  } finally {
    repeating.bars.end();
  }
}

/** An `up` that can be repeated, as `untilDone` wants it: run by the CLI, with what it does told in lines. */
class Repeating {
  readonly bars = new Bars();
  #jobs: readonly JobView[] = [];
  #deployment: unknown;
  #round = 0;
  /** What was told already, by any `up`: each of them finds the same again. */
  readonly #told: Set<string>;

  constructor(
    private readonly stack: Stack,
    private readonly args: readonly string[],
    private readonly first: FirstUp,
    private readonly everyMs: number,
    private readonly about: GlobalOptions,
  ) {
    this.#told = new Set(first.reported.map(gistOf));
  }

  readonly up = async (): Promise<void> => {
    this.#round += 1;
    if (this.#round === 1) {
      if (!this.first.isDone) throw new CommandError("The first up did not do all.");
      return;
    }
    const { pulumi } = this.stack.project;
    const run = await runEngineQuietly(pulumi, repeatedUpOf(this.args));
    const news = run.reported.filter((said) => !this.#told.has(gistOf(said)));
    for (const said of news) this.#told.add(gistOf(said));
    for (const line of linesOf(news, namesOf(this.#jobs))) this.bars.say(plain(line));
    if (run.status !== 0) throw new CommandError(diagnosticsIn(run.printed));
  };

  readonly exportStack = async (): Promise<{ deployment: unknown }> => {
    this.#deployment = await this.stack.deployment();
    await notify(this.stack, jobsOf(this.#deployment), (sentence) => this.bars.say(sentence));
    return { deployment: this.#deployment };
  };

  /** How the jobs stand by the last export. */
  show(): void {
    const now = Date.now();
    this.#jobs = jobsOf(this.#deployment).map((job) => viewOf({ ...job, isKnown: true }, now));
    this.bars.show(this.#jobs);
  }

  /** Until it is time for the next `up`: that is also when nothing runs any more. */
  async pause(signal: AbortSignal): Promise<void> {
    const wasUnderWay = this.#jobs.some(({ status }) => isUnderWay(status));
    const until = Date.now() + this.everyMs;
    for (;;) {
      const rest = until - Date.now();
      if (rest <= 0) return;
      await sleep(Math.min(rest, lookEveryMs), undefined, { signal });
      if (Date.now() < until && (await this.#isAllOver(signal)) && wasUnderWay) return;
    }
  }

  async #isAllOver(signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    try {
      const now = Date.now();
      // A server that is away may leave a look without an answer for minutes.
      const connection = this.stack.connection((sentence) => this.bars.say(sentence));
      const stopped = once(signal, "abort", { signal: over.signal }).then(() => undefined);
      const looking = observe(jobsOf(this.#deployment), connection, now);
      const seen = await Promise.race([looking, stopped]);
      if (seen === undefined) return false;
      this.#jobs = seen.jobs.map((job) => viewOf(job, now));
      this.bars.show(this.#jobs);
      return !this.#jobs.some(({ status, isKnown }) => isKnown && isUnderWay(status));
    } catch {
      return false; // the next `up` tells of a server that is away
    } finally {
      over.abort();
    }
  }

  /** Says how it ended. @returns the exit status */
  ended({ isUnfinished }: Progress): number {
    const status = ended(this.#jobs, jobsOf(this.#deployment), this.about);
    if (!isUnfinished) return status;
    const goOn = suggested("pulumi-skaha up --until-done", this.about);
    say(`The time is over; the jobs go on. To go on: ${goOn}`);
    return ends.timedOut;
  }
}

function namesOf(jobs: readonly JobView[]): JobNames {
  const names = new JobNames();
  for (const { id, name } of jobs) names.know(id, name);
  return names;
}
