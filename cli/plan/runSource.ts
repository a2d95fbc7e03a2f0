// What a run of the engine is known from, besides its provider's report: Pulumi's event log, or, where that is enough,
// the states before and after it, which Pulumi need not take time for.
import { readFileSync } from "node:fs";
import path from "node:path";
import { choiceIn } from "../../provider/array/choice";
import { rerunIds } from "../../provider/array/rerun";
import { resourcesIn, type StateFile, textOf } from "../stack/ownState";
import type { RunReport } from "./reportReader";
import type { RunEffects } from "./runEffects";
import { isOrdinary, knownFromStates, type StateOperation } from "./statesSuffice";

export interface RunSource {
  /** Pulumi's arguments for it. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Watches the run until it is over. @returns whether it would never end */
  watch(isOver: AbortSignal): Promise<boolean>;
  /** To be called when the run is over. */
  read(report: RunReport): Promise<KnownRun>;
}

export interface KnownRun {
  /** Undefined where it cannot be told what was done. */
  readonly effects: RunEffects | undefined;
  /** False where nothing was seen of the engine. */
  readonly hasBegun: boolean;
}

/**
 * @param folder the run's own, which goes with it
 * @param state as it is before the run, where it is a file here
 */
export function runSourceOf(
  args: readonly string[],
  folder: string,
  state: StateFile | undefined,
): RunSource {
  return statesOf(args, state) ?? eventLogOf(args, path.join(folder, "events"));
}

function eventLogOf([operation]: readonly string[], log: string): RunSource {
  const readers = () => Promise.all([import("./eventLog.js"), import("./stuck.js")]);
  return {
    args: ["--event-log", log],
    // The option is there for programs like this one only with this variable.
    env: { PULUMI_DEBUG_COMMANDS: "true" },
    async watch(isOver) {
      const [, { willNeverEnd }] = await readers(); // while Pulumi is at work already
      return willNeverEnd(log, isOver);
    },
    async read() {
      const [{ readEventLog }] = await readers();
      const events = logIn(log);
      const effects = readEventLog(events, {
        again: rerunIds(process.env),
        choice: choiceIn(process.env),
      });
      // What a refresh that was killed saw is in no state; of other runs it is told what was done by then.
      const isKnown =
        events.includes(lastEvent) || (operation !== "refresh" && effects.changes.length > 0);
      return { effects: isKnown ? effects : undefined, hasBegun: events !== "" };
    },
  };
}

function statesOf(args: readonly string[], state: StateFile | undefined): RunSource | undefined {
  const known = knownFromStates(args);
  if (known === undefined || state?.text === undefined || !isOrdinary(state.text)) return undefined;
  return between(known.operation, state.file, state.text);
}

function between(operation: StateOperation, file: string, before: string): RunSource {
  let resourcesBefore: readonly unknown[] = [];
  return {
    args: [],
    env: {},
    async watch() {
      resourcesBefore = resourcesIn(before) ?? []; // while Pulumi is at work already
      await import("./stateDiff.js");
      return false; // it replaces nothing
    },
    async read(report) {
      const { effectsBetween } = await import("./stateDiff.js");
      const hasBegun = report.firstJobs.length > 0;
      const state = textOf(file);
      const resourcesAfter = state === undefined ? undefined : resourcesIn(state);
      // The run was killed before it had written what it saw: Pulumi writes at the end, with the time of it.
      const isUnwritten = state === before || resourcesAfter === undefined;
      const isUnknown = state === undefined || (operation === "refresh" && isUnwritten);
      if (isUnknown) return { effects: undefined, hasBegun }; // without a state it is kept in another form
      const after = resourcesAfter ?? resourcesBefore; // the report tells what a destroy has done
      const states = { before: resourcesBefore, after, report };
      return { effects: effectsBetween(operation, states), hasBegun };
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
