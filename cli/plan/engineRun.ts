// Runs the engine once, on the user's terminal, and reads what it did to the jobs.
import path from "node:path";
import { scratchFolder } from "../../machine/scratchFolder";
import { exitStatusOf, onEndingSignal } from "../../machine/signals";
import { giveMemoryBack, keepHeapSmall } from "../../machine/smallHeap";
import type { Announcement } from "../../provider/actions/actions";
import { namesFile } from "../../provider/actions/jobNames";
import { type ListedSession, reportFile } from "../../provider/actions/runReport";
import { goOnPastRefused } from "../../provider/run/asked";
import { type FirstList, firstListFile, leaveFirstList } from "../../provider/run/firstList";
import { leaveStop, stopFile } from "../../provider/run/stopFile";
import { releasedSweeps } from "../../provider/run/sweepEnds";
import { compileCacheOfPulumi } from "../compileCache/ofPulumi";
import type { Elsewhere, PulumiProcess, RunOptions } from "../pulumiProcess";
import { readState, textOf } from "../stack/ownState";
import { say } from "../terminal";
import { careFor } from "./arrayCare";
import { AskedMeanwhile } from "./askedMeanwhile";
import { safeEnvironment } from "./environment";
import { isPreview, stackIn } from "./pulumiArgs";
import type { RunEffects } from "./runEffects";
import { runSourceOf } from "./runSource";
import { withoutLanguageHost } from "./statesSuffice";
import { holdingProgram } from "./unasked";

export interface EngineRun extends RunEffects {
  /** What its provider did and found, in this order. */
  readonly reported: readonly Announcement[];
  /** Ids of jobs that it did not begin because the user ended the run: to the engine they failed. */
  readonly interrupted: ReadonlySet<string>;
  /** Pulumi's exit status. */
  readonly status: number;
  /** False where Pulumi ended before it asked the engine for anything. */
  readonly hasBegun: boolean;
  /** True where more was done than can be told: all lists of what was are empty. */
  readonly isUnknown: boolean;
  /** The jobs' sessions that the server listed last when the provider asked it; undefined where it did not. */
  readonly lastList: readonly ListedSession[] | undefined;
}

/** Runs the engine once without a word to the terminal. @returns what it printed too */
export async function runEngineQuietly(
  pulumi: PulumiProcess,
  args: readonly string[],
): Promise<EngineRun & { readonly printed: string }> {
  let printed = "";
  const done = await observedRun(pulumi, args, async (all, options) => {
    const answer = await pulumi.ask(all, options);
    printed = answer.stdout + answer.stderr;
    return answer.status;
  });
  return { ...done, printed };
}

export interface EngineRunOptions {
  /** Where what it prints to stdout goes; its errors are shown nevertheless. @default where this process prints */
  readonly stdout?: Elsewhere | undefined;
  /**
   * Takes what the server listed before the engine was begun, for its provider. Whoever calls keeps nothing of it: thousands
   * of sessions would take memory for as long as Pulumi runs.
   */
  readonly takeFirst?: (() => FirstList | undefined) | undefined;
  /**
   * Asks the server while Pulumi starts. The provider does nothing before the answer is there; where it fails, Pulumi is
   * ended, nothing of it is shown, and the run fails with this error.
   */
  readonly question?: (() => Promise<FirstList | undefined>) | undefined;
  /** Sweeps that `stopAfter` holds, and that are to go on. */
  readonly released?: readonly string[] | undefined;
  /** Called when Pulumi is at work. */
  readonly meanwhile?: () => unknown;
}

export function runEngine(
  pulumi: PulumiProcess,
  args: readonly string[],
  { stdout, takeFirst, question, released, meanwhile }: EngineRunOptions = {},
): Promise<EngineRun> {
  return observedRun(
    pulumi,
    args,
    (all, options) => {
      const output = [stdout ?? "inherit", "inherit"] as const;
      const running = pulumi.run(all, { output, ...options });
      if (question === undefined) meanwhile?.();
      return running;
    },
    {
      takeFirst,
      stdout,
      released,
      question: question && (() => question().finally(() => void meanwhile?.())),
    },
  );
}

/** @returns whether there is a list */
function handOver(file: string, take: EngineRunOptions["takeFirst"]): boolean {
  const list = take?.();
  if (list) leaveFirstList(file, list);
  return list !== undefined;
}

interface Running {
  readonly env: NodeJS.ProcessEnv;
  readonly stop: AbortSignal;
  readonly endsByItself?: (() => boolean) | undefined;
  readonly output?: RunOptions["output"];
}

async function observedRun(
  pulumi: PulumiProcess,
  args: readonly string[],
  run: (args: readonly string[], options: Running) => Promise<number>,
  { takeFirst, question, stdout, released = [] }: Omit<EngineRunOptions, "meanwhile"> = {},
): Promise<EngineRun> {
  await using folder = await scratchFolder();
  const reportPath = path.join(folder.path, "report.jsonl");
  const stopPath = path.join(folder.path, "stop");
  const { env: own } = pulumi;
  let state = readState({ folder: pulumi.folder, env: own, stack: stackIn(args) });
  const source = runSourceOf(args, folder.path, state);
  const handed = path.join(folder.path, "first.json");
  const isHanded = handOver(handed, takeFirst);
  const care = careFor(args, state?.text);
  const isThrifty = care.garbage !== undefined;
  if (isThrifty) keepHeapSmall();
  const onAnswered = isThrifty ? giveMemoryBack : undefined;
  const asked =
    question &&
    new AskedMeanwhile(folder.path, question, { stdout, isLocked: !isPreview(args), onAnswered });
  const safe = safeEnvironment(own, care);
  const given = { ...own, ...safe };
  const cached = compileCacheOfPulumi(given, pulumi.folder); // adds to NODE_OPTIONS
  const env = {
    ...safe,
    ...(goesOn(args, given) && { [goOnPastRefused]: "true" }),
    ...cached,
    ...source.env,
    ...(asked && { ...asked.env, ...holdingProgram(args, { ...given, ...cached }) }),
    [reportFile]: reportPath,
    [stopFile]: stopPath,
    ...(state !== undefined && { [namesFile]: state.file }),
    ...(isHanded && { [firstListFile]: handed }),
    ...(released.length > 0 && { [releasedSweeps]: released.join("\n") }),
  };
  const over = new AbortController();
  const stop = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  using _signals = onEndingSignal((name) => {
    stoppedBy = name;
    leaveStop(stopPath);
    asked?.interrupt(name);
  });
  const stopped = { stop: AbortSignal.any([stop.signal, ...(asked ? [asked.stop] : [])]) };
  const held = asked && { endsByItself: () => asked.isOpen, output: asked.output };
  const more = withoutLanguageHost(args, state?.text);
  state = undefined; // it may be megabytes, and Pulumi runs for minutes
  const running = run([...args, ...source.args, ...more], { env, ...stopped, ...held });
  const answered = asked?.ask(running);
  if (!asked) onAnswered?.();
  const watched = source.watch(over.signal, asked?.over).then((isStuck) => {
    if (!isStuck) return;
    say(
      "A job could not be cancelled, and Pulumi would wait for ever for the job that replaces it, so it is stopped. See what failed, then run this again.",
    );
    stop.abort();
  });
  const reading = import("./reportReader.js");
  const [ended] = await Promise.all([running.finally(() => over.abort()), watched, answered]);
  // Whatever Pulumi makes of it, or did not hear: an array that stopped early is no failure to it.
  const status = stoppedBy === undefined ? ended : exitStatusOf(stoppedBy);
  const { parseRunReport } = await reading;
  const report = parseRunReport(textOf(reportPath) ?? "");
  const { effects = nothing, hasBegun } = await source.read(report);
  const isWell = status === 0;
  return {
    ...effects,
    reported: report.said,
    interrupted: report.interrupted,
    status,
    hasBegun: hasBegun || isWell,
    isUnknown: effects === nothing && (hasBegun || isWell),
    lastList: report.lastList,
  };
}

/** Whether a run launches what it can, whatever fails. */
function goesOn([operation, ...args]: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const isSet = /^(1|true)$/i.test(env.PULUMI_CONTINUE_ON_ERROR ?? "");
  return operation === "up" && (isSet || args.includes("--continue-on-error"));
}

const nothing: RunEffects = {
  changes: [],
  refreshed: [],
  others: 0,
  identity: undefined,
};
