import { csv } from "../../../provider/sweep/csv";
import { expand, type SweepArgs } from "../../../provider/sweep/expand";
import { entryOf, summaryOf } from "../../../provider/sweep/manifest";
import { exclude, grid, replicas } from "../../../provider/sweep/parameters";
import type { Row } from "../../../provider/sweep/row";

const image = "images.canfar.net/skaha/terminal:1.1.2";
const over = grid({ method: ["ls", "bls"], band: [2, 4] });

const first = (args: Partial<SweepArgs<Row>>) => {
  const all = { over, image, job: () => ({}), ...args } as SweepArgs<Row>;
  return expand("study", all)[0]?.args;
};
const refused = (args: object) => () =>
  expand("study", { over, image, job: () => ({}), ...args } as never);

describe("expand", () => {
  test("makes a job of each row", () => {
    const jobs = expand("study", {
      over,
      image,
      cores: 2,
      job: ({ method, band }) => ({ cmd: "python", args: [method, band], ram: band * 4 }),
    });
    expect(jobs.map(({ logicalName }) => logicalName)).toEqual([
      "study/band=2,method=ls",
      "study/band=4,method=ls",
      "study/band=2,method=bls",
      "study/band=4,method=bls",
    ]);
    expect(jobs[3]).toEqual({
      key: "band=4,method=bls",
      logicalName: "study/band=4,method=bls",
      params: { method: "bls", band: 4 },
      args: { image, cores: 2, cmd: "python", args: ["bls", 4], ram: 16 },
      followsCanary: false,
    });
  });

  test("lets a job's own arguments stand above the sweep's, and joins their variables", () => {
    expect(
      first({
        cores: 2,
        cmd: "a",
        env: { A: 1, B: 1 },
        job: () => ({ cores: 4, ram: undefined as never, script: "b", env: { B: 2, C: 2 } }),
      }),
    ).toEqual({ image, cores: 4, script: "b", env: { A: 1, B: 2, C: 2 } });
  });

  test("holds all but the first for canaries, and puts all into one group", () => {
    const jobs = expand("study", { over, image, canary: 1, maxInFlight: 3, job: () => ({}) });
    expect(jobs.map(({ followsCanary }) => followsCanary)).toEqual([false, true, true, true]);
    expect(jobs[0]?.args).toEqual({ image, group: { name: "study", maxInFlight: 3 } });
  });

  test("has all jobs stop for the sweep's failures", () => {
    const stopAfter = { share: 0.1, atLeast: 20 };
    expect(first({ stopAfter })).toEqual({ image, stopAfter: { name: "study", ...stopAfter } });
    expect(first({})).toEqual({ image });
  });

  test.each<[object, string]>([
    [{ stopAfter: { failed: 0 } }, 'Sweep "study": `stopAfter.failed` is 0'],
    [{ job: () => ({ stopAfter: { failed: 2 } }) }, "`stopAfter` is set by the sweep"],
    [{ over: [] }, 'Sweep "study": `over` has no rows'],
    [{ over: {} }, "`over` has to be a list of rows"],
    [
      { over: [{ a: 1 }, { a: Number.NaN }] },
      "over[1] has NaN as a: a parameter has to be a finite",
    ],
    [{ over: [{ a: -Infinity }] }, "over[0] has -Infinity as a"],
    [{ over: [{ a: [1] }] }, "over[0] has an object as a"],
    [{ over: [{ a: undefined }] }, "over[0] has undefined as a"],
    [{ over: [{}] }, "over[0] has no parameters"],
    [{ over: ["M31"] }, 'over[0] is "M31", not an object of parameters'],
    [
      { over: [{ a: 0.1, b: "x" }, { a: 2 }, { b: "x", a: 0.1 }] },
      'over[0] { a: 0.1, b: "x" } and over[2] { b: "x", a: 0.1 } are both a=0.1,b=x',
    ],
    [
      { key: ["method"] },
      'over[0] { method: "ls", band: 2 } and over[1] { method: "ls", band: 4 } are both method=ls',
    ],
    [{ key: ["galaxy"] }, '{ method: "ls", band: 2 } has no galaxy, which its key is made of'],
    [{ canary: -1 }, "`canary` is -1"],
    [{ canary: 1.5 }, "`canary` is 1.5"],
    [{ maxInFlight: 0 }, "`maxInFlight` is 0"],
    [{ job: {} }, "`job` has to be a function"],
    [{ job: () => undefined }, 'study", band=2,method=ls: `job` returned undefined'],
    [{ job: () => ({ group: {} }) }, "`group` is set by the sweep"],
    [{ image: undefined }, "has no `image`"],
    [{ env: Promise.resolve({}) }, "`env` has to be a plain object"],
    [{ job: () => ({ env: Promise.resolve({}) }) }, "`env` has to be a plain object"],
    [{ paramsInEnv: ["bnad"] }, '{ method: "ls", band: 2 } has no bnad'],
    [{ over: [{ "a-b": 1, a_b: 2 }], paramsInEnv: true }, "would both be SWEEP_PARAM_A_B"],
    [{ replicaEnv: true }, "`replicaEnv` needs a parameter `replica`"],
  ])("refuses %j", (args, message) => {
    expect(refused(args)).toThrow(message);
  });

  test("shows ten of many faults", () => {
    expect(refused({ over: Array.from({ length: 14 }, () => ({ a: 1 })) })).toThrow("; and 3 more");
    expect(() => expand("a*", { over, image, job: () => ({}) })).toThrow("wildcard of --target");
  });

  test("may have no jobs where that is said", () => {
    expect(expand("study", { over: [], allowEmpty: true, image, job: () => ({}) })).toEqual([]);
  });
});

describe("paramsInEnv", () => {
  test("gives a job its parameters as equal texts for equal values", () => {
    const row = { "detection threshold": 0.1, flag: true, nothing: null, zero: -0, Name: "a b" };
    expect(first({ over: [row], paramsInEnv: true, env: { SWEEP_PARAM_FLAG: "own" } })).toEqual({
      image,
      env: {
        SWEEP_PARAM_DETECTION_THRESHOLD: "0.1",
        SWEEP_PARAM_FLAG: "true",
        SWEEP_PARAM_ZERO: "0",
        SWEEP_PARAM_NAME: "a b",
      },
    });
    expect(first({ paramsInEnv: ["band"] })?.env).toEqual({ SWEEP_PARAM_BAND: "2" });
  });

  test("lets the job say otherwise", () => {
    const job = () => ({ env: { SWEEP_PARAM_BAND: "own" } });
    expect(first({ paramsInEnv: ["band"], job })?.env).toEqual({ SWEEP_PARAM_BAND: "own" });
  });

  test("leaves out a table's comments where its columns are typed", () => {
    const table = { text: "galaxy,ram,comment\nM31,8,near\n" };
    const rows = csv(table, { key: "galaxy", columns: { ram: "number" } });
    expect(first({ over: rows as readonly Row[], paramsInEnv: true })?.env).toEqual({
      SWEEP_PARAM_GALAXY: "M31",
      SWEEP_PARAM_RAM: "8",
    });
  });
});

describe("replicaEnv", () => {
  const envOf = (rows: readonly Row[]) =>
    expand("study", { over: rows, image, replicaEnv: true, job: () => ({}) }).map(
      ({ args: { env, untrackedEnv } }) => ({ ...env, ...untrackedEnv }),
    );

  test("sets what the canfar client sets, the count beside what runs", () => {
    const jobs = expand("study", {
      over: replicas(3),
      image,
      replicaEnv: true,
      job: () => ({ cmd: "python chunk.py" }),
    });
    expect(jobs.map(({ key, args }) => ({ key, env: args.env, aside: args.untrackedEnv }))).toEqual(
      [1, 2, 3].map((replica) => ({
        key: `replica=${replica}`,
        env: { REPLICA_ID: String(replica) },
        aside: { REPLICA_COUNT: "3" },
      })),
    );
  });

  test("counts among rows that are alike otherwise, and for one that is left out", () => {
    const rows = [
      ...grid({ method: ["ls"], replica: [1, 2, 3] }),
      ...grid({ method: ["bls"], replica: [1, 2] }),
    ];
    expect(envOf(exclude<Row>(rows, { method: "ls", replica: 2 }))).toEqual([
      { REPLICA_ID: "1", REPLICA_COUNT: "3" },
      { REPLICA_ID: "3", REPLICA_COUNT: "3" },
      { REPLICA_ID: "1", REPLICA_COUNT: "2" },
      { REPLICA_ID: "2", REPLICA_COUNT: "2" },
    ]);
  });
});

describe("a manifest", () => {
  const entries = [
    entryOf("a=1", { a: 1 }, { status: "Completed", id: "x", cores: 2, ram: 8, exitCode: 0 }),
    entryOf(
      "a=2",
      { a: 2 },
      { status: "Held", id: "y", cores: 2, reason: "waits", ram: undefined },
    ),
    entryOf("a=3", { a: 3 }, { status: undefined, id: undefined }),
  ];

  test("bears jobs that were not created", () => {
    expect(entries[2]).toEqual({ key: "a=3", params: { a: 3 }, status: "not created" });
    expect(Object.keys(entries[1] ?? {})).not.toContain("ram");
  });

  test("is summed up", () => {
    expect(summaryOf(entries)).toEqual({
      jobs: 3,
      counts: { Completed: 1, Held: 1, "not created": 1 },
      cores: 4,
      ram: 8,
    });
  });
});
