import { describeRow, type Order, rowsOf } from "../../../../cli/report/page/attemptRows";
import { moved, type View, wholeView, zoomed } from "../../../../cli/report/page/timelineView";
import type { ReportAttempt, ReportJob } from "../../../../cli/report/reportData";

const minute = 60_000;

function job(name: string, ...attempts: Omit<ReportAttempt, "attempt">[]): ReportJob {
  return {
    name,
    id: name,
    params: {},
    status: attempts.at(-1)?.status ?? "Held",
    isKnown: true,
    attempts: attempts.map((one, index) => ({ attempt: index + 1, ...one })),
    results: {},
  };
}

const completed = { status: "Completed", declared: 0, launched: minute, started: 2 * minute };
const jobs = [
  job("b", { ...completed, ended: 3 * minute }),
  job("a", { ...completed, launched: 2 * minute, ended: 9 * minute }),
  job("held", { status: "Held", declared: minute }),
  job("unknown", { status: "Pending" }),
];

describe("rowsOf", () => {
  const namesIn = (order: Order) => rowsOf(jobs, order, 20 * minute).map((row) => row.job.name);

  test.each([
    ["begin", ["b", "a", "held"]],
    ["name", ["a", "b", "held"]],
    ["length", ["held", "a", "b"]],
  ] as const)("leaves out what has no time, and sorts by %s", (order, names) => {
    expect(namesIn(order)).toEqual(names);
  });

  test("counts no time in which a run may have ended as its length", () => {
    const bounded = job("bounded", { ...completed, endSeen: 60 * minute });
    const long = job("long", { ...completed, ended: 12 * minute });
    const rows = rowsOf([bounded, long], "length", 60 * minute);
    expect(rows.map((row) => row.job.name)).toEqual(["long", "bounded"]);
  });

  test("parts an attempt into held, queued and run, and says so", () => {
    const [row] = rowsOf(jobs, "begin", 20 * minute);
    expect(row?.segments).toEqual([
      { kind: "Held", from: 0, to: minute, isBound: false },
      { kind: "queued", from: minute, to: 2 * minute, isBound: false },
      { kind: "Completed", from: 2 * minute, to: 3 * minute, isBound: false },
    ]);
    expect(row && describeRow(row, "; ")).toMatch(/^b; held .*; queued .*; ran .*; Completed, /);
  });
});

describe("the view", () => {
  const press = (view: View | undefined, ...keys: string[]) =>
    keys.reduce((now, key) => now && (moved(now, key) ?? zoomed(now, key)), view);

  test("goes from row to row, and stops at both ends", () => {
    const whole = wholeView(3);
    expect(press(whole, "ArrowDown")?.cursor).toBe(0);
    expect(press(whole, "ArrowUp")?.cursor).toBe(2);
    expect(press(whole, "End", "ArrowDown")?.cursor).toBe(2);
    expect(press(whole, "Home", "ArrowUp")?.cursor).toBe(0);
  });

  test("zooms around the cursor, never to fewer than five rows or beyond the ends", () => {
    const whole = wholeView(100);
    expect(press(whole, "+")).toEqual({ length: 100, first: 25, last: 74, cursor: -1 });
    expect(press(whole, "End", "+", "+")).toEqual({
      length: 100,
      first: 75,
      last: 99,
      cursor: 99,
    });
    expect(press(whole, "Home", "+", "+", "+", "+", "+", "+")).toMatchObject({ first: 0, last: 4 });
    expect(press(whole, "+", "0")).toMatchObject({ first: 0, last: 99 });
  });

  test("follows the cursor", () => {
    const view = { length: 100, first: 10, last: 19, cursor: 19 };
    expect(moved(view, "ArrowDown")).toEqual({ length: 100, first: 11, last: 20, cursor: 20 });
    expect(moved(view, "PageUp")).toMatchObject({ first: 10, cursor: 10 });
    expect(moved(view, "Home")).toMatchObject({ first: 0, last: 9, cursor: 0 });
  });

  test.each(["x", "Enter"])("has nothing to do with %s, and nothing at all without rows", (key) => {
    expect(press(wholeView(3), key)).toBeUndefined();
    for (const one of ["ArrowDown", "+", "0"]) expect(press(wholeView(0), one)).toBeUndefined();
  });
});
