import { parse } from "csv-parse/sync";
import { costsOf, totalOf } from "../../../cli/results/costs";
import { costText } from "../../../cli/results/costText";
import { csvOf } from "../../../cli/results/csv";
import { manifestTable } from "../../../cli/results/manifest";
import { percentile, type Sample } from "../../../cli/results/measured";
import { sampleOf } from "../../../cli/results/samples";
import { sizingsOf } from "../../../cli/results/sizing";
import type { Job } from "../../../provider/job/deployment";
import { trustedState } from "../../../provider/job/state";

describe("csvOf", () => {
  test.each([
    [8, "8"],
    [0.1, "0.1"],
    [1e21, "1e+21"],
    [Number.NaN, "nan"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [true, "True"],
    [undefined, ""],
    [null, ""],
    ["", '""'],
    ["bls", "bls"],
    ["/arc/projects/a b.fits", "/arc/projects/a b.fits"],
    ["007", '"007"'],
    ["2E10", '"2E10"'],
    ["1.5d-3", '"1.5d-3"'],
    ["0x10", '"0x10"'],
    ["1_000", '"1_000"'],
    ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"],
    ["0123abc", "0123abc"],
    ["true", '"true"'],
    ["NaN", '"NaN"'],
    ["-inf", '"-inf"'],
    ["# no comment", '"# no comment"'],
    ["a,b", '"a,b"'],
    ['say "a"', '"say ""a"""'],
    ["two\nlines", '"two\nlines"'],
    [" blank", '" blank"'],
  ])("writes %j as %s", (value, text) => {
    expect(csvOf({ columns: [{ name: "column", type: "string" }], rows: [[value]] })).toBe(
      `column\n${text}\n`,
    );
  });

  test("is read back as it was, whatever the text holds", () => {
    const rows = [['a,"b"\r\nc', "d\re", "'", "\u2028", "ü \u001b[31m"]];
    const columns = ["1", "2", "3", "4", "5"].map((name) => ({ name, type: "string" as const }));
    expect(parse(csvOf({ columns, rows }), { from_line: 2 })).toEqual(rows);
  });
});

test("a parameter that is called like a column of the manifest gets another name", () => {
  const job = { name: "s/1", id: "i", urn: "u", status: "Held", isKnown: true, attempt: 1 };
  const { columns, rows } = manifestTable([
    { ...job, sweep: "s", key: "1", params: { status: "hot", param_status: 3, band: 2 } },
    job,
  ]);
  expect(columns.slice(0, 8).map(({ name }) => name)).toEqual([
    ...["job", "sweep", "key"],
    ...["param_status_", "param_status", "band", "id", "session"],
  ]);
  expect(rows.map((row) => row.slice(2, 6))).toEqual([
    ["1", "hot", 3, 2],
    [undefined, undefined, undefined, undefined],
  ]);
});

describe("sizingsOf", () => {
  const offered = { cores: [1, 2, 4, 8], ram: [16, 1, 2, 4, 8] };
  const samples = (peaks: readonly number[], more: Partial<Sample> = {}): Sample[] =>
    peaks.map((peakRamGiB) => ({
      group: "study",
      declared: { cores: 4, ram: 16 },
      asked: { cores: 4, ram: 16 },
      hours: 0.5,
      meanCores: 0.9,
      peakRamGiB,
      isComplete: true,
      isOutOfMemory: false,
      ...more,
    }));

  test("suggests the next size on offer above the largest peak and a fifth more", () => {
    expect(sizingsOf(samples([1, 1.5, 2, 3, 3.3]), offered)).toEqual([
      {
        group: "study",
        attempts: 5,
        cores: { asked: 4, samples: 5, p95: 0.9, max: 0.9, suggested: 2, savedHours: 5 },
        ram: { asked: 16, samples: 5, p95: 3.3, max: 3.3, suggested: 4, savedHours: 30 },
      },
    ]);
    expect(sizingsOf(samples([1, 1, 1, 1, 3.4]), offered)[0]?.ram.suggested).toBe(8);
    expect(sizingsOf(samples([1, 1, 1, 1, 2.1]), undefined)[0]?.ram.suggested).toBe(3);
  });

  test("suggests for the short jobs of a sweep how they share sessions", () => {
    const totals = new Map([["study", 400]]);
    const pack = (seconds: number, more: Partial<Sample> = {}) =>
      sizingsOf(
        samples([1, 1, 1, 1, 1], { sweep: "study", hours: seconds / 3_600, ...more }),
        offered,
        totals,
      )[0]?.pack;
    // A job of 2 cores and 2 GiB: of four at a time the server has 8 and 8.
    expect(pack(1)).toMatchObject({ p95Seconds: 1, suggested: { jobs: 50, parallel: 4 } });
    expect(pack(300)?.suggested).toEqual({ jobs: 24, parallel: 4 });
    expect(pack(300, { pack: { jobs: 9, parallel: 3 } })?.asked).toEqual({ jobs: 9, parallel: 3 });
    expect(pack(300, { peakRamGiB: 6 })?.suggested).toEqual({ jobs: 12, parallel: 2 });
    expect(pack(900)).toMatchObject({ samples: 5, why: "they take over 10 min" });
    totals.set("study", 10);
    expect(pack(1)).toMatchObject({ why: "too few jobs" });
    expect(pack(1)).not.toHaveProperty("suggested");
  });

  test("suggests nothing from fewer than five that completed", () => {
    const few = [...samples([1, 1, 1, 1]), ...samples([1], { isComplete: false })];
    expect(sizingsOf(few, offered)[0]).toMatchObject({
      attempts: 5,
      ram: { samples: 4, max: 1, why: "too few samples (4 of 5)" },
    });
    expect(sizingsOf(few, offered)[0]?.ram).not.toHaveProperty("suggested");
  });

  test.each([
    ["without a record", {}, "not measured: no record"],
    ["too short for a heartbeat", { isRecorded: true }, "not measured"],
    ["all failed", { isComplete: false }, "none completed"],
  ])("says that nothing was measured (%s), not that samples are too few", (_, more, why) => {
    const none = { meanCores: undefined, peakRamGiB: undefined, ...more };
    const [sizing] = sizingsOf(samples([1, 1], none), offered);
    expect([sizing?.cores.why, sizing?.ram.why]).toEqual([why, why]);
  });

  test("compares no job that is in no sweep with another", () => {
    const job = (name: string) => {
      const state = trustedState({ status: "Completed", attempt: 1, cores: 1, ram: 2 });
      return { name, id: name, urn: name, state, isKnown: true, inputs: {} };
    };
    const all = ["a", "b"].map((name) => sampleOf(job(name), { attempt: 1, status: "Completed" }));
    expect(sizingsOf(all, offered).map(({ group, sweep }) => [group, sweep])).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
  });

  test("suggests more than what a job ran out of", () => {
    const short = { asked: { ram: 8 }, isComplete: false, isOutOfMemory: true };
    const all = [...samples([1, 1, 1, 1, 1]), ...samples([7.9], short)];
    expect(sizingsOf(all, offered)[0]?.ram).toMatchObject({ samples: 5, max: 1, suggested: 16 });
    const most = [
      ...samples([1, 1, 1, 1, 1]),
      ...samples([15.9], { ...short, asked: { ram: 16 } }),
    ];
    expect(sizingsOf(most, offered)[0]?.ram.why).toBe("needs 19.2, more than the server offers");
  });

  test("tells apart what was declared with different sizes, and what left it to the server", () => {
    const own = { declared: {}, asked: {} };
    const all = [...samples([1, 1, 1, 1, 1]), ...samples([2, 2, 2, 2, 2], own)];
    expect(sizingsOf(all, offered).map(({ ram }) => ram)).toEqual([
      { asked: 16, samples: 5, p95: 1, max: 1, suggested: 2, savedHours: 35 },
      { samples: 5, p95: 2, max: 2, suggested: 4 },
    ]);
  });
});

test("a percentile is the smallest value that so many do not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(percentile(hundred, 95)).toBe(95);
  expect(percentile([3], 95)).toBe(3);
  expect(percentile([], 95)).toBeUndefined();
});

describe("costsOf", () => {
  const job = (name: string, state: object): Job => ({
    ...{ name, urn: `urn:pulumi:s::p::t::${name}`, id: `${name}-id`, inputs: {} },
    state: trustedState({ status: "Completed", attempt: 1, cores: 2, ram: 4, ...state }),
  });
  const pack = { name: "fit", jobs: 2, parallel: 2 };
  const place = (n: number, endTime: string) =>
    job(`fit/${n}`, {
      ...{ pack, sessionId: `p1.${n}`, exitCode: 0, startTime: "2026-11-22T10:00:00Z", endTime },
    });
  const jobs = [place(1, "2026-11-22T11:00:00Z"), place(2, "2026-11-22T13:00:00Z")];
  const price = { coreHours: 1, gibHours: 0.5, gpuHours: 35, sessions: 2 };

  test("shares what a session costs among all its jobs, also where few are asked for", () => {
    const now = Date.parse("2026-11-23T00:00:00Z");
    const costs = costsOf(jobs.slice(0, 1), jobs, { now, price });
    // The session has 4 cores and 8 GiB for 3 hours; this job used a quarter of its time.
    expect([...costs.values()]).toEqual([
      { coreHours: 3, gibHours: 6, gpuHours: 0, sessions: 0.5, price: 3 + 3 + 1 },
    ]);
    const all = costsOf(jobs, jobs, { now, price });
    expect(totalOf(all.values(), price)).toEqual({
      ...{ coreHours: 12, gibHours: 24, gpuHours: 0, sessions: 1, price: 12 + 12 + 2 },
    });
    expect(totalOf(all.values(), undefined)).not.toHaveProperty("price");
  });

  test("says that a cost is a bound where an end was only seen", () => {
    const seen = job("night", {
      ...{ sessionId: "s1", startTime: "2026-11-22T10:00:00Z" },
      endSeenTime: "2026-11-22T11:30:00Z",
    });
    const [cost] = costsOf([seen], [seen], { now: 0 }).values();
    expect(cost).toEqual({ coreHours: 3, gibHours: 6, gpuHours: 0, sessions: 1, isMost: true });
    expect(cost && costText(cost)).toBe("at most 3 core-hours and 6 GiB-hours");
  });

  test.each([
    [
      { coreHours: 1, gibHours: 1.004, gpuHours: 1, sessions: 1, price: 37 },
      "1 core-hour, 1 GiB-hour and 1 GPU-hour, price 37",
    ],
    [
      { coreHours: 0.01234, gibHours: 12_345.6, gpuHours: 0, sessions: 1 },
      "0.0123 core-hours and 12,346 GiB-hours",
    ],
  ])("puts %j into words", (cost, text) => {
    expect(costText(cost)).toBe(text);
  });
});
