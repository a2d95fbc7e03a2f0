import { nothing } from "../../../provider/cost/amounts";
import {
  estimateOf,
  expectedOf,
  groupIn,
  isMeasured,
  type Launching,
  type Measured,
  measuredOf,
} from "../../../provider/cost/expected";
import type { Spent } from "../../../provider/cost/spent";
import { trustedState } from "../../../provider/job/state";

const spent = (hours: number, more: Partial<Spent> = {}): Spent => ({
  amounts: { coreHours: hours, gibHours: hours, gpuHours: 0, sessions: 1 },
  before: nothing,
  ...{ hours, paidHours: hours, isMost: false },
  ...more,
});
const measured = (hours: readonly number[], isPacked = false) =>
  measuredOf(
    hours.map((one) => spent(one)),
    isPacked,
  ) as Measured;
const job = (more: Partial<Launching> = {}): Launching => ({
  group: "fit",
  size: { cores: 2, ram: 8 },
  ...more,
});

test.each([
  ["fit/band=2", "fit"],
  ["fit/m31/band=2", "fit"],
  ["night", "night"],
  ["/odd", "/odd"],
])("%s is like the others of %s", (name, group) => {
  expect(groupIn(name)).toBe(group);
});

describe("measuredOf", () => {
  test("knows nothing without a job that completed", () => {
    expect(measuredOf([], false)).toBeUndefined();
    const times = { startTime: "2026-11-22T10:00:00Z", endTime: "2026-11-22T11:00:00Z" };
    const state = (more: object) =>
      trustedState({ status: "Completed", attempt: 1, ...times, ...more });
    expect(isMeasured(state({}), spent(1))).toBe(true);
    expect(isMeasured(state({}), spent(0))).toBe(true);
    expect(isMeasured(state({ endTime: undefined }), spent(0))).toBe(false);
    expect(isMeasured(state({ startTime: undefined }), spent(0))).toBe(false);
    expect(isMeasured(state({ skipped: true }), spent(1))).toBe(false);
    expect(isMeasured(state({ status: "Failed" }), spent(1))).toBe(false);
  });

  test("prefers ends that are known to those that were only seen", () => {
    const late = spent(9, { isMost: true });
    expect(measuredOf([spent(1), late, spent(3)], false)).toMatchObject({ jobs: 2, mean: 2 });
    expect(measuredOf([late], false)).toMatchObject({ jobs: 1, mean: 9, isMost: true });
  });

  test("counts free places of a session for jobs that will share one", () => {
    const one = spent(2, { paidHours: 3 });
    expect(measuredOf([one], false)?.mean).toBe(2);
    expect(measuredOf([one], true)?.mean).toBe(3);
  });
});

describe("estimateOf", () => {
  test("is the mean of what was measured, in a range that 95 % of such sums are in", () => {
    const of = measured([1, 2, 3, 2, 2, 2, 1, 3, 2, 2]);
    const estimate = estimateOf(
      Array.from({ length: 40 }, () => job()),
      () => of,
    );
    expect(estimate).toMatchObject({
      ...{ jobs: 40, samples: 10, isMost: false },
      expected: { coreHours: 40 * 2 * 2, gibHours: 40 * 8 * 2, sessions: 40 },
    });
    const off = 2 * of.deviation * Math.sqrt(1 / 40 + 1 / 10);
    expect(estimate.least.coreHours).toBeCloseTo(80 * (2 - off));
    expect(estimate.most.coreHours).toBeCloseTo(80 * (2 + off));
    expect(estimate.most.sessions).toBe(40);
  });

  test("is all that was measured where that is little", () => {
    const estimate = estimateOf([job(), job()], () => measured([1, 2, 6]));
    expect(estimate).toMatchObject({
      least: { coreHours: 4 },
      expected: { coreHours: 12 },
      most: { coreHours: 24 },
    });
  });

  test("never says more than jobs may run", () => {
    const limited = job({ maxRunSeconds: 3_600 });
    const estimate = estimateOf([limited], () => measured([0.5, 2, 6]));
    expect(estimate).toMatchObject({ least: { coreHours: 1 }, most: { coreHours: 2 } });
  });

  test("invents nothing of jobs that are like none that was measured", () => {
    const estimate = estimateOf([job({ group: "new" }), job({ group: "new" }), job()], (group) =>
      group === "fit" ? measured([1]) : undefined,
    );
    expect(estimate).toMatchObject({
      ...{ jobs: 1, expected: { coreHours: 2 } },
      unmeasured: { jobs: 2, perHour: { coreHours: 4, gibHours: 16, sessions: 2 } },
    });
    expect(estimate.unmeasured).not.toHaveProperty("most");
    const limited = estimateOf([job({ maxRunSeconds: 7_200 })], () => undefined);
    expect(limited.unmeasured?.most).toMatchObject({ coreHours: 4, sessions: 1 });
  });
});

test("a job of which nothing is known counts as long as it may run, else an hour", () => {
  expect(expectedOf(job({ share: 0.25 }), undefined)).toMatchObject({
    ...{ coreHours: 2, sessions: 0.25 },
  });
  expect(expectedOf(job({ maxRunSeconds: 1_800 }), undefined)).toMatchObject({ coreHours: 1 });
  expect(expectedOf(job({ maxRunSeconds: 1_800 }), measured([3]))).toMatchObject({ coreHours: 1 });
  expect(expectedOf(job(), measured([3, 5]))).toMatchObject({ coreHours: 8 });
});
