// How a gate is judged: finds what was measured, and compares one cell with another.
import type { Measurement, Omission } from "./results";
import type { Cell, ContestantName, Scenario } from "./scenario";

export interface Gate {
  readonly claim: string;
  /** Undefined where it could not be judged. */
  readonly holds: boolean | undefined;
  /** What was found, beside what is allowed; or why it could not be judged. */
  readonly found: string;
  /** Where times are compared: what was found over what is allowed, and the cells that it comes from. */
  readonly share?: number;
  readonly cells?: readonly Cell[];
}

export type Find = (
  contestant: ContestantName,
  scenario: Scenario,
  jobs: number,
  latencyMs: number,
) => Measurement | undefined;

export interface Found {
  readonly measurements: readonly Measurement[];
  readonly omissions: readonly Omission[];
}

export type Missing = (...cell: Parameters<Find>) => string;

export type Against = (
  name: ContestantName,
  other: ContestantName,
  scenario: Scenario,
  at: readonly [jobs: number, latencyMs: number],
  allowed: readonly [factor: number, addedLatencies?: number],
) => Gate;

export interface Judge {
  readonly find: Find;
  /** Why a cell was not measured. */
  readonly missing: Missing;
  /** Ours against `factor` times another's, plus so many latencies. */
  readonly against: Against;
}

export function judgeOf({ measurements, omissions }: Found): Judge {
  const find: Find = (contestant, scenario, jobs, latencyMs) =>
    measurements.find(
      (one) =>
        one.contestant === contestant &&
        one.scenario === scenario &&
        one.jobs === jobs &&
        one.latencyMs === latencyMs,
    );
  const missing = (
    contestant: ContestantName,
    scenario: Scenario,
    jobs: number,
    latencyMs: number,
  ) => {
    const omission = omissions.find(
      (one) =>
        one.contestant === contestant &&
        one.scenario === scenario &&
        one.jobs === jobs &&
        one.latencyMs === latencyMs,
    );
    return `${contestant} was not measured there: ${omission?.why ?? "not chosen"}`;
  };
  /** Ours against `factor` times another's, plus so many latencies. */
  const against: Against = (
    name,
    other,
    scenario,
    [jobs, latencyMs],
    [factor, addedLatencies = 0],
  ): Gate => {
    const allowance = addedLatencies > 0 ? ` + ${addedLatencies} latencies` : "";
    const claim = `${name}, ${scenario}, N = ${jobs}, ${latencyMs} ms: at most ${factor} × ${other}${allowance}`;
    const [own, theirs] = [
      find(name, scenario, jobs, latencyMs),
      find(other, scenario, jobs, latencyMs),
    ];
    if (!own) return undecided(claim, missing(name, scenario, jobs, latencyMs));
    if (!theirs) return undecided(claim, missing(other, scenario, jobs, latencyMs));
    return compared(claim, own, theirs, { factor, addedMs: addedLatencies * latencyMs });
  };

  return { find, missing, against };
}

type Timed = Cell & Pick<Measurement, "seconds">;

function cellOf({ contestant, scenario, jobs, latencyMs }: Cell): Cell {
  return { contestant, scenario, jobs, latencyMs };
}

/** @param addedMs what the claim allows besides `factor` times the other's */
export function compared(
  claim: string,
  own: Timed,
  other: Timed,
  { factor, addedMs = 0 }: { readonly factor: number; readonly addedMs?: number },
): Gate {
  const allowed = factor * other.seconds + addedMs / 1_000;
  const ratio = (own.seconds / other.seconds).toFixed(2);
  return {
    claim,
    holds: own.seconds <= allowed,
    found: `${own.seconds.toFixed(2)} s against ${other.seconds.toFixed(2)} s (${ratio} ×), allowed ${allowed.toFixed(2)} s`,
    share: own.seconds / allowed,
    cells: [own, other].map(cellOf),
  };
}

export function undecided(claim: string, why: string): Gate {
  return { claim, holds: undefined, found: why };
}

export function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
