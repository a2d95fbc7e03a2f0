import { CostLedger, launchingOf } from "../../../provider/cost/ledger";
import { trustedState } from "../../../provider/job/state";

const now = Date.parse("2026-11-22T18:00:00Z");
const price = { coreHours: 1, gibHours: 0.25, gpuHours: 35, sessions: 1 };
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

/** A job of 2 cores and 8 GiB: 4 for an hour, and 1 for its session. */
const state = (status: string, from?: number, to?: number, more: object = {}) =>
  trustedState({
    ...{ status, attempt: 1, cores: 2, ram: 8, exitCode: 0 },
    ...(status !== "Held" && { sessionId: "s1" }),
    ...(from !== undefined && { startTime: hoursAgo(from) }),
    ...(to !== undefined && { endTime: hoursAgo(to) }),
    ...more,
  });
const done = (hours: number) => state("Completed", hours + 1, 1);
const launching = launchingOf("fit", state("Held"));
const groupOf = (id: string) => id.split("/")[0];
const ledger = (of: typeof groupOf | (() => undefined) = groupOf) =>
  new CostLedger(price, of, () => now);

describe("the total of a stack", () => {
  test("is what has ended, and of what runs what such jobs cost, or more if it has", () => {
    const all = ledger();
    all.know("fit/1", done(2));
    all.know("fit/2", done(4));
    expect(all.total).toBe(9 + 17);
    expect(all.expected(launching)).toBe(13);
    all.know("fit/3", state("Pending"));
    all.know("fit/4", state("Running", 1));
    expect(all.total).toBe(26 + 13 + 13);
    all.know("fit/4", state("Running", 5));
    expect(all.total).toBe(26 + 13 + 21);
    all.know("fit/5", state("Held"));
    all.know("fit/3", state("Failed", 1, 0));
    expect(all.total).toBe(26 + 5 + 21);
    all.forget("fit/4");
    expect(all.total).toBe(31);
  });

  test("counts what is not measured as long as it may run, else as an hour", () => {
    const all = ledger();
    expect(all.expected(launching)).toBe(5);
    expect(all.expected({ ...launching, maxRunSeconds: 7_200 })).toBe(9);
    expect(all.expected({ ...launching, share: 0.5 })).toBe(4.5);
  });
});

describe("a launch", () => {
  test("takes what it is expected to cost, as long as that is left", () => {
    const all = ledger();
    all.know("fit/1", done(2));
    const taken = Array.from({ length: 9 }, (_, n) => all.take(`fit/${n + 2}`, launching, 45));
    expect(taken.filter(Boolean)).toHaveLength(4);
    expect(all.total).toBe(45);
    all.release("fit/2");
    expect(all.total).toBe(36);
    expect(all.take("fit/9", launching, 45)).toBe(true);
    expect(all.take("fit/2", launching, 45)).toBe(false);
  });

  test("of a job that has run before adds to what that cost", () => {
    const all = ledger();
    all.know("fit/1", state("Failed", 3, 1));
    expect(all.total).toBe(9);
    expect(all.take("fit/1", launching, 13.9)).toBe(false);
    expect(all.take("fit/1", launching, 14)).toBe(true);
    expect(all.total).toBe(14);
  });

  test("of a job that waited with another size counts it once", () => {
    const all = ledger();
    all.know("fit/1", state("Pending"));
    expect(all.total).toBe(5);
    const larger = launchingOf("fit", state("Pending", undefined, undefined, { cores: 4, ram: 8 }));
    expect(all.take("fit/1", larger, 1_000)).toBe(true);
    // Its session of before reserved nothing, but it was one.
    expect(all.total).toBe(8);
  });

  test("that is seen afterwards counts as it is", () => {
    const all = ledger();
    all.take("fit/1", launching, 100);
    all.know("fit/1", done(6));
    expect(all.total).toBe(25);
  });
});

test("jobs whose names are not known are told by their ids", () => {
  const known: Record<string, string> = { "fit-band-1-aaaaaa00000001": "fit" };
  const all = ledger(((id: string) => known[id]) as typeof groupOf);
  all.know("fit-band-1-aaaaaa00000001", state("Held"));
  all.know("fit-band-2-aaaaaa00000002", done(3));
  all.know("stack-1-aaaaaa00000003", done(9));
  expect(all.expected(launching)).toBe(13);
  all.know("fit-band-3-aaaaaa00000004", state("Pending"));
  expect(all.total).toBe(13 + 37 + 13);
});
