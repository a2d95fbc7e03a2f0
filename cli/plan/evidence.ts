// What tells of a run of the engine: its event log, or, where that is enough, the states before and after it and
// the provider's account, which Pulumi need not take time for.
import { readFileSync } from "node:fs";
import path from "node:path";
import { accountFile } from "../../provider/lifecycle/account";
import type { PulumiProcess } from "../pulumiProcess";
import { resourcesIn, stateFileOf, textOf } from "../stack/ownState";
import type { Run } from "./events";
import { isPlain, type Told, toldByStates } from "./plain";

export interface Evidence {
  /** What Pulumi is told besides. */
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Watches the run until it is over. @returns whether it would never end */
  watch(isOver: AbortSignal): Promise<boolean>;
  /** To be asked when the run is over. */
  read(): Promise<Seen>;
}

export interface Seen {
  /** Undefined where it cannot be told what was done. */
  readonly run: Run | undefined;
  /** False where nothing was seen of the engine. */
  readonly hasBegun: boolean;
}

/** @param folder the run's own, which goes with it */
export function evidenceOf(
  pulumi: PulumiProcess,
  words: readonly string[],
  folder: string,
): Evidence {
  return statesOf(pulumi, words, folder) ?? logOf(words, path.join(folder, "events"));
}

function logOf([operation]: readonly string[], log: string): Evidence {
  const readers = () => Promise.all([import("./events.js"), import("./stuck.js")]);
  return {
    words: ["--event-log", log],
    // The option is there for programs like this one only with this variable.
    env: { PULUMI_DEBUG_COMMANDS: "true" },
    async watch(isOver) {
      const [, { willNeverEnd }] = await readers(); // while Pulumi is at work already
      return willNeverEnd(log, isOver);
    },
    async read() {
      const [{ readEvents }] = await readers();
      const events = logIn(log);
      const run = readEvents(events);
      // What a refresh that was killed saw is in no state; of other runs it is told what was done by then.
      const isTold =
        events.includes(lastEvent) || (operation !== "refresh" && run.changes.length > 0);
      return { run: isTold ? run : undefined, hasBegun: events !== "" };
    },
  };
}

function statesOf(
  { folder, env }: PulumiProcess,
  words: readonly string[],
  ownFolder: string,
): Evidence | undefined {
  const told = toldByStates(words);
  const file = told && stateFileOf({ folder, env, stack: told.stack });
  const before = file === undefined ? undefined : textOf(file);
  if (told === undefined || file === undefined || before === undefined) return undefined;
  if (!isPlain(before)) return undefined;
  const account = path.join(ownFolder, "account");
  return between(told.operation, file, before, account);
}

function between(operation: Told, file: string, before: string, account: string): Evidence {
  let resourcesBefore: readonly unknown[] = [];
  return {
    words: [],
    env: { [accountFile]: account },
    async watch() {
      resourcesBefore = resourcesIn(before) ?? []; // while Pulumi is at work already
      await import("./states.js");
      return false; // it replaces nothing
    },
    async read() {
      const { runBetween } = await import("./states.js");
      const told = textOf(account);
      const hasBegun = told !== undefined;
      const state = textOf(file);
      const resourcesAfter = state === undefined ? undefined : resourcesIn(state);
      // The run was killed before it had written what it saw: Pulumi writes at the end, with the time of it.
      const isUnwritten = state === before || resourcesAfter === undefined;
      const isUntold = state === undefined || (operation === "refresh" && isUnwritten);
      if (isUntold) return { run: undefined, hasBegun }; // without a state it is kept in another form
      const after = resourcesAfter ?? resourcesBefore; // the account tells what a destroy has done
      const states = { before: resourcesBefore, after, account: told ?? "" };
      return { run: runBetween(operation, states), hasBegun };
    },
  };
}

/** Of a run that was not killed. */
const lastEvent = '"cancelEvent":';

/** At once: nothing else is to be done, and megabytes in small pieces take several times as long. */
function logIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
