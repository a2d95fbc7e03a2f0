import type { Cause } from "../../../../provider/job/cause";
import {
  faultOfStop,
  heldByStop,
  type StopRule,
  stopOf,
} from "../../../../provider/job/decisions/stop";

const ends = (ended: number, byCause: Readonly<Partial<Record<Cause, number>>>) => ({
  ended,
  byCause: Object.entries(byCause) as [Cause, number][],
});

describe("stopOf", () => {
  const cases: [
    Omit<StopRule, "name">,
    number,
    Partial<Record<Cause, number>>,
    string | undefined,
  ][] = [
    [{ failed: 5 }, 4, { ExitCode: 4 }, undefined],
    [{ failed: 5 }, 5, { ExitCode: 5 }, "ExitCode"],
    [{ failed: 5 }, 8, { ExitCode: 4, Lost: 4 }, undefined],
    [{ failed: 5 }, 14, { ExitCode: 6, OutOfMemory: 8 }, "OutOfMemory"],
    [{ failed: 5 }, 10, { OutOfMemory: 5, ExitCode: 5 }, "ExitCode"],
    [{ failed: 1 }, 0, { ExitCode: 0 }, undefined],
    [{ share: 0.1 }, 9, { ExitCode: 9 }, undefined],
    [{ share: 0.1 }, 10, { ExitCode: 1 }, "ExitCode"],
    [{ share: 0.1 }, 11, { ExitCode: 1 }, undefined],
    [{ share: 0.1 }, 30, { ExitCode: 3 }, "ExitCode"],
    [{ share: 1, atLeast: 2 }, 2, { ExitCode: 2 }, "ExitCode"],
    [{ share: 0.5, atLeast: 2 }, 1, { ExitCode: 1 }, undefined],
    [{ share: 0.5, failed: 3 }, 4, { ExitCode: 3 }, "ExitCode"],
  ];
  test.each(cases)("%j, of %i that ended %j: %s", (limits, ended, byCause, cause) => {
    const stop = stopOf({ name: "study", ...limits }, ends(ended, byCause));
    const failed = cause === undefined ? undefined : byCause[cause as Cause];
    expect(stop).toEqual(cause === undefined ? undefined : { cause, failed, ended });
  });
});

describe("heldByStop", () => {
  test("says what was reached, for which cause, and how to go on, and no count that changes", () => {
    const stop = { cause: "ExitCode", failed: 7, ended: 9 } as const;
    expect(heldByStop({ name: "my study", failed: 5, share: 0.125 }, stop)).toEqual({
      by: "stopAfter",
      reason:
        "my study is stopped: of its jobs 5 or more, or 12.5 % of those that ended failed for the same cause, ExitCode; correct what they run, or go on as it is: npx pulumi-skaha up --release 'my study'",
    });
  });
});

describe("faultOfStop", () => {
  test.each([
    [{ failed: 5 }, undefined],
    [{ share: 0.1, atLeast: 20 }, undefined],
    [{}, /needs `failed`/],
    [{ failed: 5, atLeast: 20 }, /`atLeast`, which needs `share`/],
  ])("%j", (limits, fault) => {
    if (fault === undefined) expect(faultOfStop(limits)).toBeUndefined();
    else expect(faultOfStop(limits)).toMatch(fault);
  });
});
