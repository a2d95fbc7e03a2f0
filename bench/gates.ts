// What has to hold, as ratios within one run: that is what a loaded or slower machine does not change much.
import { arrayGates } from "./arrayGates";
import {
  compared,
  type Find,
  type Found,
  type Gate,
  judgeOf,
  type Missing,
  undecided,
} from "./judging";
import { nativeGates, pythonGates } from "./nativeGates";
import type { Measurement } from "./results";
import { type Cell, type ContestantName, isOldest, latencies, titleOf } from "./scenario";

export type { Found, Gate };

const ours: readonly ContestantName[] = ["pulumi-skaha", "pulumi-skaha 1000", "plain pulumi"];
const oursOldest: readonly ContestantName[] = ["pulumi-skaha oldest", "pulumi-skaha 1000 oldest"];
/** Look-ups that each phase may cost besides one request for each launch and cancellation. */
const readsPerPhase = 3;
/** A list older than that is asked for again. */
const listServesSeconds = 60;
const stateBytes = 2_200;

export function gatesOf({ measurements, omissions }: Found): Gate[] {
  const judge = judgeOf({ measurements, omissions });
  const { find, missing, against } = judge;
  const againstFloor = (suffix: "" | " oldest"): Gate[] =>
    latencies.flatMap((latencyMs) => {
      const at = [1_000, latencyMs] as const;
      const [own, floor] = [`pulumi-skaha${suffix}`, `floor${suffix}`] as const;
      // The floor's cancellations all wait at once: beside it ours have to be allowed to, too.
      const unbounded = latencyMs > 0 ? (`pulumi-skaha 1000${suffix}` as const) : own;
      return [
        against(own, floor, "up", at, [1.25]),
        against(own, floor, "no change", at, [1.25, 2]),
        against(own, floor, "refresh", at, [1.25, 2]),
        against(unbounded, floor, "destroy", at, [1.25, 2]),
        firstLaunch(find, missing, latencyMs, [own, floor]),
      ];
    });
  const hasArray = measurements.some(({ contestant }) => contestant === "pulumi-skaha array");
  const hasNative = measurements.some(({ contestant }) => contestant === "pulumi-skaha native");
  const hasPython = measurements.some(({ contestant }) => contestant === "pulumi-skaha python");
  const hasOldest = measurements.some(({ contestant }) => isOldest(contestant));

  return [
    ...againstFloor(""),
    ...(hasOldest ? againstFloor(" oldest") : []),
    ...(hasArray ? arrayGates(judge) : []),
    ...(hasNative ? nativeGates(judge) : []),
    ...(hasPython ? pythonGates(judge) : []),
    against("pulumi-skaha", "canfar", "up", [100, 300], [0.15]),
    thousandAgainstPlainPython(find, missing),
    against("pulumi-skaha", "canfar async", "up", [1_000, 300], [1.25]),
    ...requests(measurements, [
      ...ours,
      ...(hasNative ? (["pulumi-skaha native"] as const) : []),
      ...(hasOldest ? oursOldest : []),
    ]),
    state(measurements),
    against("plain pulumi", "naive", "up", [1_000, 0], [0.75]),
  ];
}

/** So near below what is allowed, or above it, a few minutes in which the machine was busy may have decided. */
const [nearlyMissed, farMissed] = [0.9, 1.25];

/** @returns the cells of the gates that a few rounds cannot decide, each once */
export function closeCalls(gates: readonly Gate[]): Cell[] {
  const close = gates.filter(({ share = 0 }) => share > nearlyMissed && share < farMissed);
  const cells = close.flatMap(({ cells }) => cells ?? []);
  return [...new Map(cells.map((cell) => [titleOf(cell), cell])).values()];
}

function firstLaunch(
  find: Find,
  missing: Missing,
  latencyMs: number,
  [ownName, floorName]: readonly [ContestantName, ContestantName],
): Gate {
  const claim = `${ownName}, first launch, N = 1000, ${latencyMs} ms: at most 1.1 × ${floorName} + 2 latencies`;
  const measured = (name: ContestantName) => {
    const one = find(name, "up", 1_000, latencyMs);
    const { secondsToFirstLaunch } = one ?? {};
    return one && secondsToFirstLaunch !== undefined
      ? { ...one, seconds: secondsToFirstLaunch }
      : undefined;
  };
  const [own, floor] = [measured(ownName), measured(floorName)];
  if (!own) return undecided(claim, missing(ownName, "up", 1_000, latencyMs));
  if (!floor) return undecided(claim, missing(floorName, "up", 1_000, latencyMs));
  return compared(claim, own, floor, { factor: 1.1, addedMs: 2 * latencyMs });
}

/** Five minutes that say the same as ten times thirty seconds. */
function thousandAgainstPlainPython(find: Find, missing: Missing): Gate {
  const whole = find("canfar", "up", 1_000, 300);
  const tenth = find("canfar", "up", 100, 300);
  const other = whole ? "canfar" : "10 × canfar's 100";
  const claim = `pulumi-skaha, up, N = 1000, 300 ms: at most 0.06 × ${other}`;
  const own = find("pulumi-skaha", "up", 1_000, 300);
  const theirs = whole ?? (tenth && { ...tenth, seconds: 10 * tenth.seconds });
  if (!own) return undecided(claim, missing("pulumi-skaha", "up", 1_000, 300));
  if (!theirs) return undecided(claim, missing("canfar", "up", 100, 300));
  return compared(claim, own, theirs, { factor: 0.06 });
}

/** One gate for each of our commands, over all that was measured of it. */
function requests(measurements: readonly Measurement[], names: readonly ContestantName[]): Gate[] {
  return names.map((contestant) => {
    const claim = `${contestant}: at most ${readsPerPhase} look-ups for each phase, one launch and one cancellation for each job`;
    const own = measurements.filter((one) => one.contestant === contestant);
    if (own.length === 0) return undecided(claim, "it was not measured");
    const wrong = own.flatMap((one) => {
      const said = tooManyRequests(one);
      return said === undefined
        ? []
        : [`${one.scenario}, N = ${one.jobs}, ${one.latencyMs} ms: ${said}`];
    });
    const found = wrong.length > 0 ? wrong.join("; ") : `so in all ${own.length} cells`;
    return { claim, holds: wrong.length === 0, found };
  });
}

function tooManyRequests(one: Measurement): string | undefined {
  const { requests, scenario, jobs, seconds, phases = 1, parallel } = one;
  const launches = scenario === "up" || scenario === "replace all" ? jobs : 0;
  const cancellations = scenario === "destroy" || scenario === "replace all" ? jobs : 0;
  const reads = Object.entries(requests)
    .filter(([kind]) => kind !== "create" && kind !== "delete")
    .reduce((sum, [, count]) => sum + count, 0);
  const allowed =
    readsPerPhase * phases +
    (asksBeforeFirstLaunch(one) ? 1 : 0) +
    // One list shows the end of all cancellations under way.
    (cancellations > 0 ? Math.floor(jobs / (parallel ?? jobs + 1)) : 0) +
    Math.floor(seconds / listServesSeconds);
  if (requests.create !== launches) return `${requests.create} launches instead of ${launches}`;
  if ((requests.delete ?? 0) > cancellations) {
    return `${requests.delete} cancellations, allowed ${cancellations}`;
  }
  return reads > allowed ? `${reads} look-ups, allowed ${allowed}` : undefined;
}

/**
 * `pulumi-skaha` asks for a list before it begins Pulumi, which serves the run too, unless another process may have
 * launched since: that is not known before the first launch from a machine, so the first `up` asks once more.
 */
function asksBeforeFirstLaunch({ contestant, scenario }: Measurement): boolean {
  return contestant.startsWith("pulumi-skaha") && scenario === "up";
}

function state(measurements: readonly Measurement[]): Gate {
  const claim = `state: at most ${stateBytes} bytes for each job`;
  const all = measurements
    .filter(({ contestant }) => [...ours, ...oursOldest].includes(contestant))
    .flatMap(({ stateBytesPerJob }) => (stateBytesPerJob === undefined ? [] : [stateBytesPerJob]));
  if (all.length === 0) return undecided(claim, "none of ours was measured with jobs in its state");
  const most = Math.max(...all);
  return { claim, holds: most <= stateBytes, found: `${Math.round(most)} bytes` };
}
