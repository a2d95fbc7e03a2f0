// What is measured: one scenario by one contestant, for so many jobs, at one latency of the server.

/** In the order of a fleet's life: each needs the ones before it. */
export const scenarios = [
  "up",
  "no change",
  "preview",
  "refresh",
  "replace all",
  "destroy",
] as const;
export type Scenario = (typeof scenarios)[number];

export const contestantNames = [
  "pulumi-skaha",
  "pulumi-skaha 1000",
  "pulumi-skaha array",
  "pulumi-skaha native",
  "pulumi-skaha python",
  "plain pulumi",
  "floor",
  "pulumi-skaha oldest",
  "pulumi-skaha 1000 oldest",
  "floor oldest",
  "naive",
  "canfar",
  "canfar async",
  "curl",
] as const;
export type ContestantName = (typeof contestantNames)[number];

/** Those with the oldest Pulumi that is promised, which take part when they are asked for. */
export function isOldest(name: ContestantName): boolean {
  return name.endsWith(" oldest");
}

/** Those that launch nothing: they show what the engine itself costs. */
export function isFloor(name: ContestantName): boolean {
  return name === "floor" || name === "floor oldest";
}

export interface Cell {
  readonly contestant: ContestantName;
  readonly scenario: Scenario;
  readonly jobs: number;
  readonly latencyMs: number;
}

/** So many jobs are measured in rounds, as most gates are about them; but not by those who take minutes for each. */
export const largeFleet = 1_000;

/** So many jobs take minutes: each round counts, and only those take part whom a gate is about. */
export const veryLargeFleet = 10_000;
/** With `--huge`, as one resource. */
export const hugeFleet = 100_000;

export const latencies = [0, 300] as const;

export function titleOf({ contestant, scenario, jobs, latencyMs }: Cell): string {
  return `${contestant}: ${scenario}, ${jobs} jobs, ${latencyMs} ms`;
}
