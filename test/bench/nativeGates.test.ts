import { gatesOf } from "../../bench/gates";
import type { Measurement } from "../../bench/results";
import type { ContestantName, Scenario } from "../../bench/scenario";

const requests = {} as Measurement["requests"];
const measured = (
  contestant: ContestantName,
  scenario: Scenario,
  rest: Partial<Measurement>,
): Measurement => ({
  ...{ contestant, scenario, jobs: 1_000, latencyMs: 0 },
  ...{ seconds: 1, rounds: [1], requests, connections: 1, ...rest },
});
const judged = (claim: RegExp, measurements: readonly Measurement[]) =>
  gatesOf({ measurements, omissions: [] }).filter((gate) => claim.test(gate.claim));

test.each([
  ["up", 8.5, true],
  ["up", 8.6, false],
  ["no change", 8.5, true],
  ["refresh", 10.5, true],
  ["refresh", 10.6, false],
  ["destroy", 10.6, false],
] as const)(
  "%s through the native provider in %p s beside 10 s is %p",
  (scenario, seconds, holds) => {
    const of = scenario === "up" || scenario === "no change" ? "floor" : "pulumi-skaha";
    const [gate] = judged(new RegExp(`^pulumi-skaha native, ${scenario}, .* × ${of}$`), [
      measured("pulumi-skaha native", scenario, { seconds }),
      measured(of, scenario, { seconds: 10 }),
    ]);
    expect(gate?.holds).toBe(holds);
  },
);

test.each([
  ["pulumi-skaha native", "up", 950, true],
  ["pulumi-skaha native", "up", 951, false],
  ["pulumi-skaha python", "up", 600, true],
  ["pulumi-skaha python", "up", 601, false],
  ["pulumi-skaha python", "no change", 601, false],
] as const)("memory of %s, %s, of %i MiB beside 1,000 is %p", (name, scenario, used, holds) => {
  const [gate] = judged(new RegExp(`^${name}, ${scenario}, .*memory`), [
    measured(name, scenario, { peakMemoryBytes: used * 2 ** 20 }),
    measured("pulumi-skaha", scenario, { peakMemoryBytes: 1_000 * 2 ** 20 }),
  ]);
  expect(gate?.holds).toBe(holds);
});

test("nothing is judged of it where it did not take part", () => {
  expect(judged(/native|python/, [measured("pulumi-skaha", "up", {})])).toEqual([]);
});
