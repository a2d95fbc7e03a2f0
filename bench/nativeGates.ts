// What has to hold for the native provider: beside the dynamic one, with the same program, in the same run.
import { type Gate, type Judge, undecided } from "./judging";
import type { Scenario } from "./scenario";

const [own, other] = ["pulumi-skaha native", "pulumi-skaha"] as const;
const jobs = 1_000;

export function nativeGates(judge: Judge): Gate[] {
  const times = (
    [
      ["up", 0.85],
      ["no change", 0.85],
      ["refresh", 1.05],
      ["destroy", 1.05],
    ] as const
  ).map(([scenario, factor]) => judge.against(own, other, scenario, [jobs, 0], [factor]));
  return [...times, memory(judge, "up"), memory(judge, "no change")];
}

function memory({ find, missing }: Judge, scenario: Scenario): Gate {
  const claim = `${own}, ${scenario}, N = ${jobs}, 0 ms: at most 0.95 × the memory of ${other}`;
  const [mine, theirs] = [find(own, scenario, jobs, 0), find(other, scenario, jobs, 0)];
  const [used, beside] = [mine?.peakMemoryBytes, theirs?.peakMemoryBytes];
  if (used === undefined || beside === undefined) {
    return undecided(claim, missing(mine ? other : own, scenario, jobs, 0));
  }
  return {
    claim,
    holds: used <= 0.95 * beside,
    found: `${inMiB(used)} of ${inMiB(beside)} (${(used / beside).toFixed(3)} ×)`,
  };
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
