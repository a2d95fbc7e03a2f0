// What the bench concludes from its figures, without measuring. It is long, because each gate has its cases.
import { chartOf } from "../../bench/chart";
import type { Contestant } from "../../bench/contestant";
import { closeCalls, type Gate, gatesOf } from "../../bench/gates";
import { optionsFrom } from "../../bench/options";
import { heatsAgain, planOf, stepsTo } from "../../bench/plan";
import type { Measurement, Omission } from "../../bench/results";
import { type Cell, type ContestantName, scenarios as everything } from "../../bench/scenario";
import { kinds } from "../../bench/stub/counted";
import { gateLines, omissionLines, tableOf } from "../../bench/table";

const scenarios = everything.filter((one) => one !== "preview"); // of an array alone

const nothing = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Measurement["requests"];

function measured(
  contestant: ContestantName,
  scenario: Measurement["scenario"],
  jobs: number,
  latencyMs: number,
  rest: Partial<Omit<Measurement, "requests">> & {
    requests?: Partial<Measurement["requests"]>;
  } = {},
): Measurement {
  const launches = scenario === "up" || scenario === "replace all" ? jobs : 0;
  const cancellations = scenario === "destroy" || scenario === "replace all" ? jobs : 0;
  const requests = { ...nothing, create: launches, delete: cancellations, ...rest.requests };
  const seconds = rest.seconds ?? 1;
  return {
    ...{ contestant, scenario, jobs, latencyMs, seconds, rounds: [seconds], connections: 1 },
    ...rest,
    requests,
  };
}

function judged(claim: RegExp, measurements: readonly Measurement[], omissions: Omission[] = []) {
  const found = gatesOf({ measurements, omissions }).filter((gate) => claim.test(gate.claim));
  expect(found).toHaveLength(1);
  return found[0] as Gate;
}

describe("gatesOf", () => {
  test.each([
    [12.5, true],
    [12.6, false],
  ])("lets `up` take 1.25 times the floor: %p s of 10 s is %p", (seconds, holds) => {
    const gate = judged(/^pulumi-skaha, up, N = 1000, 0 ms: at most 1.25 × floor$/, [
      measured("pulumi-skaha", "up", 1_000, 0, { seconds }),
      measured("floor", "up", 1_000, 0, { seconds: 10 }),
    ]);
    expect(gate.holds).toBe(holds);
  });

  test.each([
    [3.1, true],
    [3.2, false],
  ])("adds two latencies where one list is needed: %p s of 2 s is %p", (seconds, holds) => {
    const gate = judged(/refresh, N = 1000, 300 ms/, [
      measured("pulumi-skaha", "refresh", 1_000, 300, { seconds }),
      measured("floor", "refresh", 1_000, 300, { seconds: 2 }),
    ]);
    expect(gate.holds).toBe(holds);
  });

  test.each([
    [2.8, true],
    [2.9, false],
  ])("judges the first launch: %p s of 2 s is %p", (secondsToFirstLaunch, holds) => {
    const gate = judged(/first launch, N = 1000, 300 ms/, [
      measured("pulumi-skaha", "up", 1_000, 300, { secondsToFirstLaunch }),
      measured("floor", "up", 1_000, 300, { secondsToFirstLaunch: 2 }),
    ]);
    expect(gate.holds).toBe(holds);
  });

  test("lets ten times 100 jobs of the plain Python client stand for 1,000", () => {
    const own = measured("pulumi-skaha", "up", 1_000, 300, { seconds: 18 });
    const tenth = measured("canfar", "up", 100, 300, { seconds: 30 });
    expect(judged(/0\.06/, [own, tenth])).toMatchObject({
      claim: expect.stringContaining("10 × canfar's 100"),
      holds: true,
    });
    const whole = measured("canfar", "up", 1_000, 300, { seconds: 290 });
    expect(judged(/0\.06/, [own, tenth, whole]).holds).toBe(false);
  });

  test("judges what ran with the oldest Pulumi against the floor with the oldest, where it took part", () => {
    const newest = [
      measured("pulumi-skaha", "up", 1_000, 0, { seconds: 10 }),
      measured("floor", "up", 1_000, 0, { seconds: 10 }),
    ];
    const of = (seconds: number) => [
      ...newest,
      measured("pulumi-skaha oldest", "up", 1_000, 0, { seconds }),
      measured("floor oldest", "up", 1_000, 0, { seconds: 20 }),
    ];
    const claim = /^pulumi-skaha oldest, up, N = 1000, 0 ms: at most 1.25 × floor oldest$/;
    expect([judged(claim, of(25)).holds, judged(claim, of(25.1)).holds]).toEqual([true, false]);
    expect(judged(/^pulumi-skaha, up, N = 1000, 0 ms/, of(25.1)).holds).toBe(true);
    const looks = { list: 7 };
    const many = measured("pulumi-skaha oldest", "up", 10, 0, { phases: 1, requests: looks });
    expect(judged(/^pulumi-skaha oldest: at most 3 look-ups/, [many]).holds).toBe(false);
    expect(gatesOf({ measurements: newest, omissions: [] })).not.toContainEqual(
      expect.objectContaining({ claim: expect.stringContaining("oldest") }),
    );
    expect(tableOf(of(25))).toMatch(/pulumi-skaha oldest *│ *25\.0 s *│ *1\.25/);
    expect(chartOf({ measurements: of(25) })).not.toContain("oldest");
  });

  test("does not pass what was not measured, and says why", () => {
    const cell = { contestant: "pulumi-skaha", scenario: "up", jobs: 1_000, latencyMs: 0 } as const;
    const gate = judged(
      /^pulumi-skaha, up, N = 1000, 0 ms/,
      [measured("floor", "up", 1_000, 0)],
      [{ ...cell, why: "there is no CLI" }],
    );
    expect(gate).toMatchObject({ holds: undefined, found: expect.stringContaining("no CLI") });
  });

  test.each([
    ["a look-up too many", "up", { list: 6, context: 1 }, false],
    ["three look-ups a phase", "up", { list: 4, context: 1, images: 1 }, true],
    ["a job launched twice", "up", { create: 11 }, false],
    ["a job not launched", "up", { create: 9 }, false],
    ["a launch without change", "no change", { create: 1 }, false],
    ["a cancellation without change", "no change", { delete: 1 }, false],
    ["fewer cancellations than jobs", "destroy", { delete: 4 }, true],
  ] as const)("counts requests: %s", (_, scenario, requests, holds) => {
    const one = measured("plain pulumi", scenario, 10, 0, { phases: 2, requests });
    expect(judged(/^plain pulumi: at most 3 look-ups/, [one]).holds).toBe(holds);
  });

  test("lets each full house of cancellations under way cost a list", () => {
    const of = (list: number) =>
      measured("plain pulumi", "destroy", 100, 0, { phases: 2, parallel: 8, requests: { list } });
    expect(judged(/^plain pulumi: at most 3 look-ups/, [of(18)]).holds).toBe(true);
    expect(judged(/^plain pulumi: at most 3 look-ups/, [of(19)]).holds).toBe(false);
  });

  test("lets the command look no more often, but once before the first launch", () => {
    const of = (scenario: "up" | "no change", list: number) =>
      judged(/^pulumi-skaha: at most 3 look-ups/, [
        measured("pulumi-skaha", scenario, 10, 0, { phases: 1, requests: { list } }),
      ]).holds;
    expect([of("no change", 3), of("no change", 4)]).toEqual([true, false]);
    // The list before the engine serves no first launch: nobody knows who launched before.
    expect([of("up", 4), of("up", 5)]).toEqual([true, false]);
  });

  test("holds the cancelling that waits for as many answers at a time as the floor against it", () => {
    const gate = judged(/destroy, N = 1000, 300 ms/, [
      measured("pulumi-skaha", "destroy", 1_000, 300, { seconds: 9 }),
      measured("pulumi-skaha 1000", "destroy", 1_000, 300, { seconds: 4 }),
      measured("floor", "destroy", 1_000, 300, { seconds: 3 }),
    ]);
    expect(gate).toMatchObject({
      claim: expect.stringMatching(/^pulumi-skaha 1000,/),
      holds: true,
    });
  });

  test("judges the largest state of ours, and nobody else's", () => {
    const of = (contestant: ContestantName, stateBytesPerJob: number) =>
      measured(contestant, "up", 10, 0, { stateBytesPerJob });
    const others = [of("plain pulumi", 2_100), of("naive", 7_000)];
    expect(judged(/^state/, others).holds).toBe(true);
    expect(judged(/^state/, [...others, of("pulumi-skaha", 2_201)]).holds).toBe(false);
  });
});

test("what comes near its limit, on either side, is measured again", () => {
  const cell = (contestant: ContestantName, scenario: Measurement["scenario"], jobs = 1_000) => ({
    ...{ contestant, scenario, jobs, latencyMs: 0 },
  });
  const measurements = [
    measured("pulumi-skaha", "up", 1_000, 0, { seconds: 11 }),
    measured("floor", "up", 1_000, 0, { seconds: 10 }), // 11 of 12.5
    measured("pulumi-skaha", "refresh", 1_000, 0, { seconds: 2.4 }),
    measured("floor", "refresh", 1_000, 0, { seconds: 2 }), // 2.4 of 2.5
    measured("pulumi-skaha", "destroy", 1_000, 0, { seconds: 3 }),
    measured("floor", "destroy", 1_000, 0, { seconds: 2 }), // 3 of 2.5
    measured("pulumi-skaha", "no change", 1_000, 0, { seconds: 9 }),
    measured("floor", "no change", 1_000, 0, { seconds: 2 }), // missed by far
  ];
  const cells = closeCalls(gatesOf({ measurements, omissions: [] }));
  expect(cells).toEqual([
    cell("pulumi-skaha", "refresh"),
    cell("floor", "refresh"),
    cell("pulumi-skaha", "destroy"),
    cell("floor", "destroy"),
  ]);
  const quick = { name: "floor" } as Contestant;
  const slow = { name: "canfar", isSequential: true } as Contestant;
  const again = [cell("canfar", "up", 100), cell("canfar", "up"), cell("floor", "up")];
  expect(heatsAgain(again, [quick, slow])).toEqual([
    { jobs: 100, latencyMs: 0, cells: [cell("canfar", "up", 100)] },
    { jobs: 1_000, latencyMs: 0, cells: [cell("floor", "up")] },
  ]);
});

test("so are a first launch and plain Python's tenth that come as close", () => {
  const cell = (contestant: ContestantName, jobs: number) => ({
    ...{ contestant, scenario: "up" as const, jobs, latencyMs: 300 },
  });
  const closeOf = (secondsToFirstLaunch: number, secondsOfPython: number) =>
    closeCalls(
      gatesOf({
        measurements: [
          measured("pulumi-skaha", "up", 1_000, 300, { seconds: 23, secondsToFirstLaunch }),
          measured("floor", "up", 1_000, 300, { seconds: 40, secondsToFirstLaunch: 3 }),
          measured("canfar", "up", 100, 300, { seconds: secondsOfPython }),
        ],
        omissions: [],
      }),
    );
  expect(closeOf(2, 80)).toEqual([]);
  // 3.8 s of 1.1 × 3 + 0.6
  expect(closeOf(3.8, 80)).toEqual([cell("pulumi-skaha", 1_000), cell("floor", 1_000)]);
  // 23 s of 0.06 × 10 × 40
  expect(closeOf(2, 40)).toEqual([cell("pulumi-skaha", 1_000), cell("canfar", 100)]);
});

describe("planOf", () => {
  const contestant = (name: ContestantName, rest: Partial<Contestant> = {}): Contestant => ({
    name,
    scenarios,
    unfit: async () => undefined,
    enter: () => Promise.reject(new Error("not here")),
    ...rest,
  });
  const choice = {
    contestants: ["floor", "naive", "canfar"],
    scenarios,
    jobs: [100, 1_000],
    latencies: [0, 300],
    all: false,
  } as const;
  const all = [
    contestant("floor"),
    contestant("naive", { writesCheckpoints: true }),
    contestant("canfar", { isSequential: true, scenarios: ["up", "destroy"] }),
    contestant("curl"),
  ];
  const cellsOf = (plan: ReturnType<typeof planOf>) => plan.heats.flatMap(({ cells }) => cells);
  const is = (one: Cell, contestant: ContestantName, jobs: number) =>
    one.contestant === contestant && one.jobs === jobs;

  test("measures or leaves out each cell that is chosen, and no other", () => {
    const plan = planOf(choice, all, new Map());
    expect(cellsOf(plan).length + plan.omissions.length).toBe(4 * (5 + 5 + 2));
    expect(cellsOf(plan).some((one) => one.contestant === "curl")).toBe(false);
  });

  test("leaves out what takes many minutes, unless all is wanted", () => {
    const scenariosOf = (plan: ReturnType<typeof planOf>, contestant: ContestantName) =>
      cellsOf(plan)
        .filter((one) => is(one, contestant, 1_000) && one.latencyMs === 300)
        .map(({ scenario }) => scenario);
    const plan = planOf(choice, all, new Map());
    expect(scenariosOf(plan, "naive")).toEqual(["up", "no change", "refresh"]);
    expect(scenariosOf(plan, "canfar")).toEqual([]);
    const whole = planOf({ ...choice, all: true }, all, new Map());
    expect(scenariosOf(whole, "naive")).toEqual(scenarios);
    expect(scenariosOf(whole, "canfar")).toEqual(["up", "destroy"]);
  });

  test("takes no checkpoints beyond 1,000 jobs, even if all is wanted", () => {
    const plan = planOf({ ...choice, jobs: [5_000], all: true }, all, new Map());
    expect(new Set(cellsOf(plan).map((one) => one.contestant))).toEqual(new Set(["floor"]));
  });

  test.each([
    [
      10_000,
      ["pulumi-skaha array/0", "pulumi-skaha array/300", "pulumi-skaha/0", "canfar async/300"],
    ],
    [100_000, ["pulumi-skaha array/0"]],
  ])("of %i jobs measures those whom a gate is about", (jobs, expected) => {
    const names = ["pulumi-skaha array", "pulumi-skaha", "floor", "canfar async"] as const;
    const some = names.map((name) => contestant(name, { scenarios: everything }));
    const chosen = { ...choice, contestants: names, scenarios: everything, jobs: [jobs] };
    const cells = cellsOf(planOf(chosen, some, new Map()));
    const found = new Set(cells.map((one) => `${one.contestant}/${one.latencyMs}`));
    expect(found).toEqual(new Set(expected));
  });

  test("says why a contestant is missing", () => {
    const plan = planOf(choice, all, new Map([["floor", "it is tired"]]));
    expect(cellsOf(plan).some((one) => one.contestant === "floor")).toBe(false);
    expect(omissionLines(plan.omissions)).toContainEqual(
      expect.stringMatching(/^not measured: floor: it is tired \(up 100\/0 ms, /),
    );
  });
});

test("a trial goes only as far as what is measured of it, and always launches", () => {
  expect(stepsTo(["refresh"], scenarios)).toEqual(["up", "refresh"]);
  expect(stepsTo(["destroy"], ["up", "refresh", "destroy"])).toEqual(["up", "destroy"]);
  expect(stepsTo(["up"], scenarios)).toEqual(["up"]);
});

describe("optionsFrom", () => {
  test("takes everything by default, and saves it", () => {
    expect(optionsFrom([])).toMatchObject({
      jobs: [10, 100, 1_000, 10_000],
      latencies: [0, 300],
      save: true,
      all: false,
    });
  });

  test("looks quickly without saving", () => {
    expect(optionsFrom(["--quick"])).toMatchObject({ jobs: [10, 100], rounds: 1, save: false });
  });

  test("takes single cells", () => {
    const words = "--jobs 7 --latency 0,5 --contestant floor,naive --scenario up,destroy --save";
    expect(optionsFrom(words.split(" "))).toMatchObject({
      jobs: [7],
      latencies: [0, 5],
      contestants: ["floor", "naive"],
      scenarios: ["up", "destroy"],
      save: true,
    });
  });

  test("takes the oldest Pulumi beside the newest only where that is asked for", () => {
    expect(optionsFrom([]).contestants.join()).not.toContain("oldest");
    expect(optionsFrom(["--oldest"]).contestants).toEqual(
      expect.arrayContaining(["floor", "floor oldest", "pulumi-skaha oldest", "curl"]),
    );
    expect(optionsFrom(["--oldest", "--contestant", "naive,floor"]).contestants).toEqual([
      "floor",
      "floor oldest",
      "naive",
    ]);
    expect(optionsFrom(["--oldest"]).save).toBe(true);
  });
});

test("the table shows each cell beside the floor, and what is not known as a blank", () => {
  const lines = tableOf([
    measured("naive", "up", 10, 0, { seconds: 4, peakMemoryBytes: 2 ** 30 }),
    measured("floor", "up", 10, 0, { seconds: 2, requests: { create: 0 } }),
  ]).split("\n");
  const rows = lines.map((line) => line.split("│").map((cell) => cell.trim()));
  expect(rows).toContainEqual(
    expect.arrayContaining([
      "up",
      "10",
      "0 ms",
      "naive",
      "4.00 s",
      "2.00",
      "1024 MiB",
      "10 create",
    ]),
  );
  expect(rows).toContainEqual(expect.arrayContaining(["floor", "2.00 s", "1.00", ""]));
});

test("a gate that could not be judged is not said to hold", () => {
  const gate = { claim: "it is fast", found: "nobody looked" };
  expect(gateLines([{ ...gate, holds: undefined }])).toEqual([
    "NOT JUDGED it is fast: nobody looked",
  ]);
});

test("the chart shows each contestant that was measured, on both panels", () => {
  const svg = chartOf({
    measurements: [
      measured("pulumi-skaha", "up", 10, 0),
      measured("pulumi-skaha", "up", 1_000, 300, { seconds: 12 }),
      measured("naive", "up", 100, 0, { seconds: 9 }),
      measured("curl", "destroy", 100, 0),
    ],
  });
  expect(svg).toMatch(/^<svg /);
  for (const text of ["latency 0 ms", "latency 300 ms", "pulumi-skaha", "naive"]) {
    expect(svg).toContain(text);
  }
  expect(svg).not.toContain("curl"); // its `up` was not measured
});
