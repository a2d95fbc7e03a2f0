// Who takes part: each makes a trial of its own for so many jobs against one stub of the server.
import type { Command } from "./command";
import type { Cell, ContestantName, Scenario } from "./scenario";
import type { Stub } from "./stub/stub";

export interface Arena {
  readonly jobs: number;
  readonly stub: Stub;
  /** The trial's own, empty at first, and removed with the trial. */
  readonly folder: string;
}

export interface Contestant {
  readonly name: ContestantName;
  /** Others have no meaning for it. */
  readonly scenarios: readonly Scenario[];
  /** Takes part only there. @default everywhere */
  readonly takesPart?: (cell: Cell) => boolean;
  /** Launches one job after the other, so that ten times a tenth of the jobs may stand for it. */
  readonly isSequential?: boolean;
  /** The state file is written at each step: what it takes grows with the square of the jobs. */
  readonly writesCheckpoints?: boolean;
  /** How often the engine goes through the jobs in a scenario: previewing, refreshing, updating. */
  phases?(scenario: Scenario): number;
  /** How many jobs the engine works on at a time. */
  readonly parallel?: number;
  /** @returns a sentence if it cannot take part here */
  unfit(): Promise<string | undefined>;
  enter(arena: Arena): Promise<Trial>;
}

export interface Trial extends AsyncDisposable {
  /** What is run and measured for a scenario. */
  command(scenario: Scenario): Promise<Command>;
  /** Bytes of state for each job, once there are jobs. */
  stateBytesPerJob?(): Promise<number>;
  /** Milliseconds since 1970; where the stub sees no launch. */
  firstLaunchAt?(): Promise<number | undefined>;
}
