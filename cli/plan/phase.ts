// Runs the engine once, on the user's terminal, and reads what it did to the jobs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Session } from "../../provider/api";
import { lastListFile } from "../../provider/lifecycle/lastList";
import type { PulumiProcess } from "../pulumiProcess";
import { say } from "../terminal";
import { safeEnvironment } from "./environment";
import type { Run } from "./events";
import { type Evidence, evidenceOf } from "./evidence";

export interface Phase extends Run {
  /** Pulumi's exit status. */
  readonly status: number;
  /** False where Pulumi ended before it asked the engine for anything. */
  readonly hasBegun: boolean;
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
  /** Called when Pulumi is at work. */
  readonly meanwhile?: () => unknown;
}

export function runPhase(
  pulumi: PulumiProcess,
  words: readonly string[],
  { isSilent = false, meanwhile }: PhaseOptions = {},
): Promise<Phase> {
  return told(pulumi, words, (all, how) => {
    const running = pulumi.run(all, { ...how, isSilent });
    meanwhile?.();
    return running;
  });
}

async function told(
  pulumi: PulumiProcess,
  words: readonly string[],
  run: (
    words: readonly string[],
    options: { readonly env: NodeJS.ProcessEnv; readonly stop: AbortSignal },
  ) => Promise<number>,
): Promise<Phase> {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-"));
  try {
    const list = path.join(folder, "sessions.json");
    const evidence = evidenceOf(pulumi, words, folder);
    const env = { ...safeEnvironment(pulumi.env), ...evidence.env, [lastListFile]: list };
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
    return { ...(await seen(evidence, status)), status, lastList: await lastListIn(list) };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function seen(
  evidence: Evidence,
  status: number,
): Promise<Run & { readonly hasBegun: boolean }> {
  const run = await evidence.read();
  if (run) return { ...run, hasBegun: run.hasBegun || status === 0 };
  say(
    "What was done is not told in jobs: the stack's state was changed just before this run began.",
  );
  const nothing = { changes: [], refreshed: [], others: 0, announcements: [] };
  return { ...nothing, identity: undefined, hasBegun: false };
}
