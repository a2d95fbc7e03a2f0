// `pulumi-skaha wait`: until the sessions of the stack have ended. It only looks; what is held is launched
// by `up`, so `up --until-done` is for those.
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../../provider/job/deployment";
import { hasFailed, isAlive } from "../../../provider/job/status";
import { failedUpstream } from "../../../provider/job/summary";
import { CommandError, PulumiError } from "../../commandError";
import { Interruption } from "../../interruption";
import { distinctNames } from "../../names";
import { checkNotify } from "../../notice/checked";
import { notify } from "../../notice/notify";
import { counted, Progress } from "../../progress";
import { existing, type GlobalOptions, type JobOptions } from "../../project";
import { type JobView, viewOf } from "../../stack/jobView";
import { type ObservedJob, observe } from "../../stack/observe";
import { jobsChosen } from "../../stack/select";
import { openStack, type Stack } from "../../stack/stack";
import { stoppedSweeps, stoppedText } from "../../stack/stopped";
import { suggested } from "../../suggested";
import { plain, say, shellWord } from "../../terminal";

export interface WaitOptions extends JobOptions {
  /** Seconds; for ever where it is left out. */
  readonly timeout?: number | undefined;
  /** Seconds between two looks. */
  readonly every: number;
}

/** How a wait ended, as its exit status. */
export const ends = { allCompleted: 0, someFailed: 1, timedOut: 2 } as const;

/** A server that is away for so many looks in a row ends the wait. */
const toleratedFailures = 5;

export async function wait(names: readonly string[], options: WaitOptions): Promise<number> {
  const stack = await openStack(options);
  checkNotify(
    stack.config,
    existing(stack.project),
    "Correct it first: it is looked at when the jobs have ended.",
  );
  const deadline = options.timeout === undefined ? Infinity : Date.now() + options.timeout * 1_000;
  using interruption = new Interruption();
  const progress = new Progress();
  interruption.signal.addEventListener("abort", () => progress.end());
  try {
    return await watch(stack, names, options, { deadline, interruption, progress });
  } finally {
    progress.end();
  }
}

interface Watching {
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly interruption: Interruption;
  readonly progress: Progress;
}

async function watch(
  stack: Stack,
  names: readonly string[],
  options: WaitOptions,
  { deadline, interruption, progress }: Watching,
): Promise<number> {
  const { every } = options;
  const { signal } = interruption;
  let hasSeen = false;
  for (let failures = 0; ; ) {
    try {
      const { seen, all } = await jobsSeen(stack, names, options.where, progress);
      failures = 0;
      hasSeen = true;
      const now = Date.now();
      const jobs = seen.map((job) => viewOf(job, now));
      progress.show(jobs);
      await notify(stack, all, (sentence) => progress.say(sentence));
      if (!jobs.some(({ status, isKnown }) => isKnown && isUnderWay(status))) {
        progress.end();
        return ended(jobs, all, options);
      }
    } catch (error) {
      failures += 1;
      if (failures > toleratedFailures || isFinal(error, hasSeen)) throw error;
      progress.say(plain(`${(error as Error).message}; looking again in ${every} s`));
    }
    const rest = deadline - Date.now();
    if (rest > 0) {
      await sleep(Math.min(every * 1_000, rest), undefined, { signal }).catch(() => {});
    }
    interruption.throwIfInterrupted();
    if (Date.now() >= deadline) {
      progress.end();
      say("The time is over; the jobs go on.");
      return ends.timedOut;
    }
  }
}

/** Whether looking again would not help: a name that fits no job, another server than the jobs'. */
function isFinal(error: unknown, hasSeen: boolean): boolean {
  return error instanceof CommandError && !(error instanceof PulumiError && hasSeen);
}

async function jobsSeen(
  stack: Stack,
  names: readonly string[],
  where: WaitOptions["where"],
  progress: Progress,
): Promise<{ readonly seen: readonly ObservedJob[]; readonly all: readonly Job[] }> {
  const all = await stack.jobs();
  const jobs = jobsChosen(all, names, where);
  const connection = stack.connection((sentence) => progress.say(sentence));
  const seen = (await observe(jobs, connection, Date.now())).jobs;
  const seenById = new Map(seen.map((job) => [job.id, job]));
  return { seen, all: all.map((job) => seenById.get(job.id) ?? job) };
}

/** Whether a session may still do something. */
export function isUnderWay(status: string): boolean {
  return isAlive(status) || status === "Terminating";
}

/**
 * Says how it ended.
 * @param all jobs of the stack: those that Held ones wait for may be others than `jobs`
 * @param about what was asked about, for the commands that are suggested
 * @returns the exit status
 */
export function ended(jobs: readonly JobView[], all: readonly Job[], about: GlobalOptions): number {
  const bad = jobs.filter(({ status, isKnown }) => hasFailed(status) || !isKnown);
  const held = jobs.filter(({ status }) => status === "Held");
  say(jobs.length === 0 ? "There are no jobs in this stack." : `${counted(jobs)}.`);
  if (bad.length > 0) {
    const why = suggested(`pulumi-skaha why ${shellWord(bad[0]?.name ?? "")}`, about);
    say(`Not completed: ${listed(bad)}. To learn why: ${why}`);
  }
  if (held.length > 0) {
    say(`Held: ${listed(held)}. ${suggested(whyHeld(held, all), about)}`);
  }
  return bad.length + held.length > 0 ? ends.someFailed : ends.allCompleted;
}

/** What a person can do about it: what only another job's success can bring on is not up to an `up`. */
function whyHeld(held: readonly JobView[], all: readonly Job[]): string {
  const failed = failedUpstream(all);
  const stopped = stoppedSweeps(all);
  const isOfStopped = ({ heldBy }: JobView) => stopped.length > 0 && heldBy === "stopAfter";
  const tooDear = held.filter(({ heldBy }) => heldBy === "maxCost");
  const waiting = held.filter((job) => !isOfStopped(job) && job.heldBy !== "maxCost");
  if (!waiting.every(({ id }) => failed.has(id))) {
    return "Only an up launches them: pulumi-skaha up --until-done";
  }
  const releases = stopped.map((one) => `${stoppedText(one)}. To go on as it is: ${one.release}`);
  return [...releases, ...beyondCost(tooDear), ...uncompleted(held, failed)].join("; ");
}

function beyondCost([first, ...others]: readonly JobView[]): string[] {
  if (first === undefined) return [];
  const jobs = others.length === 0 ? "1 job" : `${others.length + 1} jobs`;
  const why = plain(first.reason ?? "would cost more than is left");
  return [
    `${jobs} ${why}. What was spent: pulumi-skaha manifest; to launch more, set a larger skaha:maxCost and run up again`,
  ];
}

function uncompleted(
  held: readonly JobView[],
  failed: ReturnType<typeof failedUpstream>,
): string[] {
  const names = new Map(
    held.flatMap(({ id }) => failed.get(id) ?? []).map((one) => [one.name, one] as const),
  );
  if (names.size === 0) return [];
  const ends = [...names.values()].map(({ name, status }) => `${plain(name)} is ${status}`);
  const shown = ends.slice(0, 5).join(", ");
  const more = ends.length > 5 ? ` and ${ends.length - 5} more` : "";
  const [it, is] = ends.length === 1 ? ["it", "is"] : ["they", "are"];
  return [`${shown}${more}: what comes after waits until ${it} ${is} Completed`];
}

function listed(jobs: readonly JobView[]): string {
  const names = jobs.slice(0, 5).map(({ name }) => plain(name));
  const shown = [...distinctNames(names, 60).values()];
  const more = jobs.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
