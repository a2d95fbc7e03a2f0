// What has to hold for the native provider beside the dynamic one, in the same run: with the same program, and with the same
// jobs in Python. For `up` and no change it is beside the engine's bare floor: what the dynamic one took when these gates were
// set. By now both take less than that, mostly by what they share.
import { type Gate, inMiB, type Judge, undecided } from "./judging";
import type { ContestantName, Scenario } from "./scenario";

const [own, python, other, floor] = [
  "pulumi-skaha native",
  "pulumi-skaha python",
  "pulumi-skaha",
  "floor",
] as const;
const jobs = 1_000;

export function nativeGates(judge: Judge): Gate[] {
  const times = (
    [
      ["up", 0.85, floor],
      ["no change", 0.85, floor],
      ["refresh", 1.05, other],
      ["destroy", 1.05, other],
    ] as const
  ).map(([scenario, factor, of]) => judge.against(own, of, scenario, [jobs, 0], [factor]));
  const memory = (scenario: Scenario) => memoryOf(judge, own, scenario, 0.95);
  return [...times, memory("up"), memory("no change")];
}

/** The program's process is the largest, and Node's promises most of it. */
export function pythonGates(judge: Judge): Gate[] {
  return (["up", "no change"] as const).map((scenario) => memoryOf(judge, python, scenario, 0.6));
}

function memoryOf(
  { find, missing }: Judge,
  name: ContestantName,
  scenario: Scenario,
  factor: number,
): Gate {
  const claim = `${name}, ${scenario}, N = ${jobs}, 0 ms: at most ${factor} × the memory of ${other}`;
  const [mine, theirs] = [find(name, scenario, jobs, 0), find(other, scenario, jobs, 0)];
  const [used, beside] = [mine?.peakMemoryBytes, theirs?.peakMemoryBytes];
  if (used === undefined || beside === undefined) {
    return undecided(claim, missing(mine ? other : name, scenario, jobs, 0));
  }
  return {
    claim,
    holds: used <= factor * beside,
    found: `${inMiB(used)} of ${inMiB(beside)} (${(used / beside).toFixed(3)} ×)`,
  };
}
