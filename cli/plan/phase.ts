// Runs the engine once, on the user's terminal, and reads what it did to the jobs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Session } from "../../provider/api";
import { type FirstList, firstListFile, leaveFirstList } from "../../provider/lifecycle/firstList";
import { lastListFile } from "../../provider/lifecycle/lastList";
import type { PulumiProcess } from "../pulumiProcess";
import { say } from "../terminal";
import { safeEnvironment } from "./environment";
import type { Run } from "./events";
import { evidenceOf } from "./evidence";

export interface Phase extends Run {
  /** Pulumi's exit status. */
  readonly status: number;
  /** False where Pulumi ended before it asked the engine for anything. */
  readonly hasBegun: boolean;
  /** True where more was done than can be told: all lists of what was are empty. */
  readonly isUntold: boolean;
  /** What the server listed last when the provider asked it; undefined where it did not. */
  readonly lastList: readonly Session[] | undefined;
}

/** Runs the engine once without a word to the terminal. @returns what it printed too */
export async function runPhaseQuietly(
  pulumi: PulumiProcess,
  words: readonly string[],
): Promise<Phase & { readonly printed: string }> {
  let printed = "";
  const phase = await told(pulumi, words, async (all, how) => {
    const answer = await pulumi.ask(all, how);
    printed = answer.stdout + answer.stderr;
    return answer.status;
  });
  return { ...phase, printed };
}

export interface PhaseOptions {
  /** What it prints to stdout is dropped; its errors are shown nevertheless. */
  readonly isSilent?: boolean;
  /** What the server listed before the engine was begun, for its provider. */
  readonly first?: FirstList | undefined;
  /** Called when Pulumi is at work. */
  readonly meanwhile?: () => unknown;
}

export function runPhase(
  pulumi: PulumiProcess,
  words: readonly string[],
  { isSilent = false, first, meanwhile }: PhaseOptions = {},
): Promise<Phase> {
  return told(
    pulumi,
    words,
    (all, how) => {
      const running = pulumi.run(all, { ...how, isSilent });
      meanwhile?.();
      return running;
    },
    first,
  );
}

async function told(
  pulumi: PulumiProcess,
  words: readonly string[],
  run: (
    words: readonly string[],
    options: { readonly env: NodeJS.ProcessEnv; readonly stop: AbortSignal },
  ) => Promise<number>,
  first?: FirstList,
): Promise<Phase> {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-"));
  try {
    const list = path.join(folder, "sessions.json");
    const evidence = evidenceOf(pulumi, words, folder);
    const handed = path.join(folder, "first.json");
    if (first) leaveFirstList(handed, first);
    const env = {
      ...safeEnvironment(pulumi.env),
      ...evidence.env,
      [lastListFile]: list,
      ...(first && { [firstListFile]: handed }),
    };
    const over = new AbortController();
    const stop = new AbortController();
    const running = run([...words, ...evidence.words], { env, stop: stop.signal });
    const watched = evidence.watch(over.signal).then((isStuck) => {
      if (!isStuck) return;
      say(
        "A job could not be cancelled, and Pulumi would wait for ever for the one that takes its place: it is told to stop. See what failed, then run this again.",
      );
      stop.abort();
    });
    const reading = import("./lastList.js");
    const [status] = await Promise.all([running.finally(() => over.abort()), watched]);
    const { lastListIn } = await reading;
    const { run: seen = nothing, hasBegun } = await evidence.read();
    const isWell = status === 0;
    return {
      ...seen,
      status,
      hasBegun: hasBegun || isWell,
      isUntold: seen === nothing && (hasBegun || isWell),
      lastList: await lastListIn(list),
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const nothing: Run = {
  changes: [],
  refreshed: [],
  others: 0,
  announcements: [],
  identity: undefined,
};
