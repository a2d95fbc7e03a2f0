// Whether a run may act, where `pulumi-skaha` began it while the server was still being asked: nothing is done, nor
// asked, before the answer is there. The engine starts, and loads its plugins, meanwhile.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessIdentity, startOf } from "../../machine/processes";
import { stopAsked } from "./stopFile";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const answerFile = "PULUMI_SKAHA_ANSWER";
/** The environment variable that names who leaves it: a process and its start, as JSON. */
export const answerFrom = "PULUMI_SKAHA_ANSWER_FROM";

type Answer = "act" | "stop";

/** What a run needs to wait for the answer of this process. */
export function awaitingAnswer(file: string): NodeJS.ProcessEnv {
  const asker: ProcessIdentity = { pid: process.pid, started: startOf(process.pid) };
  return { [answerFile]: file, [answerFrom]: JSON.stringify(asker) };
}

/** Whole or not at all, however soon it is looked for. */
export function leaveAnswer(file: string, answer: Answer): void {
  writeFileSync(`${file}.draft`, answer, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

const lookEveryMs = 10;
/** How often it is seen whether the process still lives that is to answer. */
const asksForAskerEvery = 50;

/**
 * @returns undefined where there is nothing to wait for; else resolves when the run may act, and rejects where it may
 * not: the question failed, the user does not want it any more, or nobody is left who could answer
 */
export function awaitedAnswer(
  env: Readonly<Record<string, string | undefined>>,
): (() => Promise<void>) | undefined {
  const { [answerFile]: file, [answerFrom]: asker } = env;
  if (!file || !asker) return undefined;
  const isStopped = stopAsked(env);
  let answer: Promise<void> | undefined;
  return () => {
    answer ??= answered(file, JSON.parse(asker), isStopped);
    return answer;
  };
}

/**
 * As {@link awaitedAnswer}, for a process in which nothing else is to happen meanwhile: it stands still.
 * @throws Error where the run may not act
 */
export function standStillForAnswer(env: Readonly<Record<string, string | undefined>>): void {
  const { [answerFile]: file, [answerFrom]: asker } = env;
  if (!file || !asker) return;
  const mayAct = looking(file, JSON.parse(asker), stopAsked(env));
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!mayAct()) Atomics.wait(never, 0, 0, lookEveryMs);
}

async function answered(...[file, asker, isStopped]: Parameters<typeof looking>): Promise<void> {
  const mayAct = looking(file, asker, isStopped);
  while (!mayAct()) await sleep(lookEveryMs);
}

/** @returns looks whether the run may act by now, and throws where it never may */
function looking(file: string, asker: ProcessIdentity, isStopped: () => boolean): () => boolean {
  let looks = 0;
  return () => {
    const answer = textOf(file);
    if (answer === "act") return true;
    const isOver = !existsSync(path.dirname(file)) || isStopped() || answer === "stop";
    if (isOver) throw new Error("nothing is done: the run was ended before it began");
    // The answer may have been left right before that process ended.
    if (looks % asksForAskerEvery === 0 && !isRunning(asker) && textOf(file) === undefined) {
      throw new Error("nothing is done: pulumi-skaha, which asked the server first, is gone");
    }
    looks += 1;
    return false;
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // not yet
  }
}
