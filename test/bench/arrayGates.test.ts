import { gatesOf } from "../../bench/gates";
import type { Gate } from "../../bench/judging";
import type { Measurement } from "../../bench/results";

type Cell = readonly [
  contestant: Measurement["contestant"],
  scenario: Measurement["scenario"],
  jobs: number,
  latencyMs: number,
];

function measured(
  [contestant, scenario, jobs, latencyMs]: Cell,
  rest: Partial<Measurement>,
): Measurement {
  const requests = {} as Measurement["requests"];
  const counted = { seconds: 1, rounds: [1], requests, connections: 1 };
  return { contestant, scenario, jobs, latencyMs, ...counted, ...rest };
}

function judged(claim: RegExp, measurements: readonly Measurement[]): Gate[] {
  return gatesOf({ measurements, omissions: [] }).filter((gate) => claim.test(gate.claim));
}

const array = "pulumi-skaha array";
const MiB = 2 ** 20;

test.each([
  [7.5, true],
  [7.6, false],
])(
  "an array takes at most 0.15 of the time of one resource a job: %p s of 50 s is %p",
  (seconds, holds) => {
    const [gate] = judged(
      /^pulumi-skaha array, up, N = 10000, 0 ms: at most 0.15 × pulumi-skaha$/,
      [
        measured([array, "up", 10_000, 0], { seconds }),
        measured(["pulumi-skaha", "up", 10_000, 0], { seconds: 50 }),
      ],
    );
    expect(gate?.holds).toBe(holds);
  },
);

test.each([
  ["up", 798, 799],
  ["no change", 998, 999],
] as const)("its memory for %s, of all processes, may be %i MiB", (scenario, most, tooMuch) => {
  const judgedAt = (mebibytes: number) =>
    judged(new RegExp(`^pulumi-skaha array, ${scenario}, .*: at most 0.15 × the memory`), [
      measured([array, scenario, 10_000, 0], { peakMemoryBytes: mebibytes * MiB }),
    ]);
  expect(judgedAt(most)).toMatchObject([{ holds: true, found: `${most} MiB` }]);
  expect(judgedAt(tooMuch)).toMatchObject([{ holds: false }]);
});

test.each([
  [60, 1.5, true],
  [60, 1.6, false],
])(
  "its launches take no more than the wait: %p s, and CPU: %p times the client's",
  (seconds, cpuSeconds, holds) => {
    const cells = [
      measured([array, "up", 10_000, 300], { seconds: holds ? 59.9 : seconds, cpuSeconds }),
      measured(["canfar async", "up", 10_000, 300], { cpuSeconds: 1 }),
    ];
    expect(judged(/connections/, cells)).toMatchObject([{ holds }]);
    expect(judged(/CPU of canfar async/, cells)).toMatchObject([{ holds }]);
  },
);

test.each([
  [13, true],
  [13.2, false],
])(
  "ten times the jobs cost at most eleven times what is not constant: %p s of CPU is %p",
  (cpuSeconds, holds) => {
    const cells = [
      measured([array, "refresh", 10, 0], { cpuSeconds: 2 }),
      measured([array, "refresh", 1_000, 0], { cpuSeconds: 3 }),
      measured([array, "refresh", 10_000, 0], { cpuSeconds }),
    ];
    expect(judged(/array, refresh, 0 ms: 10000 jobs cost/, cells)).toMatchObject([{ holds }]);
  },
);

test("a preview of 100,000 is judged where it was measured", () => {
  const few = measured([array, "up", 10, 0], {});
  const claim = /preview without a change, N = 100000/;
  expect(judged(claim, [few])).toEqual([]);
  const huge = (seconds: number, bytes: number) =>
    measured([array, "preview", 100_000, 0], { seconds, peakMemoryBytes: bytes });
  expect(judged(claim, [huge(30, 1_536 * MiB)])).toMatchObject([{ holds: true }]);
  expect(judged(claim, [huge(31, 1_000 * MiB)])).toMatchObject([{ holds: false }]);
  expect(judged(claim, [huge(29, 1_537 * MiB)])).toMatchObject([{ holds: false }]);
});

test("what was not measured is not judged, and does not count as passed", () => {
  const [gate] = judged(/at most 300 bytes of state/, [measured([array, "up", 10, 0], {})]);
  expect(gate).toMatchObject({ holds: undefined, found: expect.stringMatching(/not chosen/) });
});
