// Which cells are measured, and which are left out and why: a whole matrix would take many hours.
import type { Contestant } from "./contestant";
import type { Omission } from "./results";
import {
  type Cell,
  type ContestantName,
  hugeFleet,
  largeFleet,
  type Scenario,
  scenarios,
  veryLargeFleet,
} from "./scenario";

export interface Choice {
  readonly contestants: readonly ContestantName[];
  readonly scenarios: readonly Scenario[];
  readonly jobs: readonly number[];
  readonly latencies: readonly number[];
  /** Also what takes many minutes without a gate on it. */
  readonly all: boolean;
}

/** Everybody's fleet of one size against one latency: measured in turns, so that all meet the same machine. */
export interface Heat {
  readonly jobs: number;
  readonly latencyMs: number;
  readonly cells: readonly Cell[];
}

export interface Plan {
  readonly heats: readonly Heat[];
  readonly omissions: readonly Omission[];
}

export function planOf(
  choice: Choice,
  contestants: readonly Contestant[],
  unfit: ReadonlyMap<ContestantName, string>,
): Plan {
  const omissions: Omission[] = [];
  const heats: Heat[] = [];
  for (const jobs of choice.jobs) {
    for (const latencyMs of choice.latencies) {
      const wanted = contestants.filter(({ name }) => choice.contestants.includes(name));
      const cells = wanted.flatMap((contestant) =>
        contestant.scenarios
          .filter((scenario) => choice.scenarios.includes(scenario))
          .flatMap((scenario) => {
            const cell = { contestant: contestant.name, scenario, jobs, latencyMs };
            if (contestant.takesPart?.(cell) === false || isForOthers(cell, choice.all)) return [];
            const why = unfit.get(contestant.name) ?? tooLong(contestant, cell, choice.all);
            if (why === undefined) return [cell];
            omissions.push({ ...cell, why });
            return [];
          }),
      );
      if (cells.length > 0) heats.push({ jobs, latencyMs, cells });
    }
  }
  return { heats, omissions };
}

/** Whether it is measured more than once: not those who take minutes for each round. */
export function hasRounds({ writesCheckpoints, isSequential }: Contestant, jobs: number): boolean {
  return jobs < largeFleet || (jobs < veryLargeFleet && !writesCheckpoints && !isSequential);
}

/** Heats of single cells once more, without those that take minutes for each round. */
export function heatsAgain(cells: readonly Cell[], contestants: readonly Contestant[]): Heat[] {
  const quick = cells.filter((cell) =>
    contestants.some((one) => one.name === cell.contestant && hasRounds(one, cell.jobs)),
  );
  const heats = Map.groupBy(quick, ({ jobs, latencyMs }) => `${jobs} ${latencyMs}`);
  return [...heats.values()].flatMap((together) => {
    const [first] = together;
    return first ? [{ jobs: first.jobs, latencyMs: first.latencyMs, cells: together }] : [];
  });
}

/** What a trial has to go through up to the last scenario that is measured of it. */
export function stepsTo(measured: readonly Scenario[], possible: readonly Scenario[]): Scenario[] {
  const last = Math.max(...measured.map((one) => scenarios.indexOf(one)));
  const needed = (one: Scenario) => one === "up" || measured.includes(one);
  return possible.filter((one) => scenarios.indexOf(one) <= last && needed(one));
}

/** Of so many jobs only what a gate is about: else it would take hours. */
function isForOthers({ contestant, scenario, jobs, latencyMs }: Cell, all: boolean): boolean {
  if (jobs < veryLargeFleet) return false;
  const isArray = contestant === "pulumi-skaha array";
  if (jobs >= hugeFleet) return !isArray || latencyMs > 0 || !["up", "preview"].includes(scenario);
  if (isArray || all) return false;
  if (scenario === "replace all") return true;
  if (latencyMs === 0) return contestant !== "pulumi-skaha";
  return contestant !== "canfar async" || scenario !== "up";
}

function tooLong(
  { writesCheckpoints, isSequential }: Contestant,
  { scenario, jobs, latencyMs }: Cell,
  all: boolean,
): string | undefined {
  if (writesCheckpoints && jobs > 1_000) return "only without checkpoints";
  if (isSequential && jobs > 1_000) return "one request after the other: ten times 1,000";
  if (all) return undefined;
  if (isSequential && jobs >= 1_000 && latencyMs > 0) {
    return "one request after the other: ten times its 100 jobs stand for it (--all measures it)";
  }
  if (writesCheckpoints && jobs >= 1_000 && ["replace all", "destroy"].includes(scenario)) {
    return "minutes of writing checkpoints (--all measures it)";
  }
  return undefined;
}
