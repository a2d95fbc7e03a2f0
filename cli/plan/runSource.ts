// What a run of the engine is known from, besides its provider's report: Pulumi's event log, or, where that is enough,
// the states before and after it, which Pulumi need not take time for.
import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import type { rememberingJobs } from "../../provider/array/arrayJobs";
import { choiceIn } from "../../provider/array/choice";
import { rerunIds } from "../../provider/array/rerun";
import { resourcesIn, type StateFile, textOf } from "../stack/ownState";
import { isSmall } from "./arrayCare";
import type { RunReport } from "./reportReader";
import type { RunEffects } from "./runEffects";
import { isOrdinary, knownFromStates, type StateOperation } from "./statesSuffice";

export interface RunSource {
  /** Pulumi's arguments for it. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /**
   * Watches the run until it is over.
   * @param begun when there is time to look at what was before: Pulumi is at work then
   * @returns whether it would never end
   */
  watch(isOver: AbortSignal, begun?: Promise<void>): Promise<boolean>;
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
      let [hasBegun, hasEnded] = [false, false];
      function* events() {
        for (const line of linesOf(log)) {
          hasBegun = true;
          if (line.includes(lastEvent)) hasEnded = true;
          yield line;
        }
      }
      const effects = readEventLog(events(), {
        again: rerunIds(process.env),
        choice: choiceIn(process.env),
      });
      // What a refresh that was killed saw is in no state; of other runs it is told what was done by then.
      const isKnown = hasEnded || (operation !== "refresh" && effects.changes.length > 0);
      return { effects: isKnown ? effects : undefined, hasBegun };
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
  let jobsBefore: ReturnType<typeof rememberingJobs> | undefined;
  return {
    args: [],
    env: {},
    async watch(_, begun) {
      await begun;
      resourcesBefore = resourcesIn(before) ?? [];
      const { arraysBefore } = await import("./stateDiff.js");
      if (isSmall(before)) jobsBefore = arraysBefore(resourcesBefore); // else they would take memory meanwhile
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
      return { effects: effectsBetween(operation, states, jobsBefore), hasBegun };
    },
  };
}

/** Of a run that was not killed. */
const lastEvent = '"cancelEvent":';

/** Large enough for most logs: small pieces take several times as long. */
const pieceBytes = 4 * 2 ** 20;

/**
 * The lines that have something in them, one after the other: those about thousands of jobs have megabytes each. No file,
 * no lines.
 */
function* linesOf(file: string): Generator<string> {
  const descriptor = openedIfThere(file);
  if (descriptor === undefined) return;
  try {
    let pieces: Buffer[] = []; // of the line that is being read
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const read = readSync(descriptor, piece, 0, pieceBytes, null);
      if (read === 0) break;
      let start = 0;
      for (let end = piece.indexOf(lineEnd); end >= 0 && end < read; ) {
        yield textOfLine([...pieces, piece.subarray(start, end)]);
        pieces = [];
        start = end + 1;
        end = piece.indexOf(lineEnd, start);
      }
      if (start < read) pieces.push(piece.subarray(start, read));
    }
    if (pieces.length > 0) yield textOfLine(pieces);
  } finally {
    closeSync(descriptor);
  }
}

const lineEnd = 0x0a;

function textOfLine(pieces: readonly Buffer[]): string {
  return (pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)).toString();
}

function openedIfThere(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
