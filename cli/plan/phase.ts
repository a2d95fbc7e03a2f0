// Runs the engine once, on the user's terminal, and reads its event log for what it did to the jobs.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Session } from "../../provider/api";
import { lastListFile } from "../../provider/lifecycle/lastList";
import type { PulumiProcess } from "../pulumiProcess";
import { say } from "../terminal";
import { safeEnvironment } from "./environment";
import type { Run } from "./events";

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
  const phase = await logged(pulumi, words, async (logging, options) => {
    const answer = await pulumi.ask(logging, options);
    printed = answer.stdout + answer.stderr;
    return answer.status;
  });
  return { ...phase, printed };
}

/** @param options `isSilent`: what it prints to stdout is dropped; its errors are shown nevertheless */
export function runPhase(
  pulumi: PulumiProcess,
  words: readonly string[],
  { isSilent = false }: { readonly isSilent?: boolean } = {},
): Promise<Phase> {
  return logged(pulumi, words, (logging, how) => pulumi.run(logging, { ...how, isSilent }));
}

async function logged(
  pulumi: PulumiProcess,
  words: readonly string[],
  run: (
    words: readonly string[],
    options: { readonly env: NodeJS.ProcessEnv; readonly stop: AbortSignal },
  ) => Promise<number>,
): Promise<Phase> {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-"));
  const log = path.join(folder, "events");
  try {
    // The option is there for programs like this one only with this variable.
    const list = path.join(folder, "sessions.json");
    const env = {
      PULUMI_DEBUG_COMMANDS: "true",
      ...safeEnvironment(pulumi.env),
      [lastListFile]: list,
    };
    const over = new AbortController();
    const stop = new AbortController();
    const running = run([...words, "--event-log", log], { env, stop: stop.signal });
    const reading = readers(); // while Pulumi is at work already
    const watched = reading.then(async ({ willNeverEnd }) => {
      if (!(await willNeverEnd(log, over.signal))) return;
      say(
        "A job could not be cancelled, and Pulumi would wait for ever for the one that takes its place: it is told to stop. See what failed, then run this again.",
      );
      stop.abort();
    });
    const [status] = await Promise.all([running.finally(() => over.abort()), watched]);
    const { readEvents, lastListIn } = await reading;
    const events = readLog(log);
    const lastList = await lastListIn(list);
    return { ...readEvents(events), status, hasBegun: events !== "", lastList };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function readers() {
  const [events, stuck, lastList] = await Promise.all([
    import("./events.js"),
    import("./stuck.js"),
    import("./lastList.js"),
  ]);
  return { ...events, ...stuck, ...lastList };
}

/** At once: nothing else is to be done, and megabytes in small pieces take several times as long. */
function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
