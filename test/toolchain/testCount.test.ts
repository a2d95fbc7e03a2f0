import { countJest, summary } from "../../toolchain/testCount";

const results = (counts: Record<string, number>) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    ...counts,
  });

describe("countJest", () => {
  test.each([
    ["tests that passed", 0, results({ numPassedTests: 3 }), [3, 0, 0]],
    ["tests that failed", 1, results({ numPassedTests: 3, numFailedTests: 2 }), [3, 2, 0]],
    ["a file that does not even load", 1, results({ numRuntimeErrorTestSuites: 1 }), [0, 1, 0]],
    ["skipped and to do", 0, results({ numPendingTests: 1, numTodoTests: 2 }), [0, 0, 3]],
    ["a failure that no test explains", 1, results({ numPassedTests: 3 }), [3, 1, 0]],
    ["a crash before any result", 1, undefined, [0, 1, 0]],
  ])("counts %s", (_, status, text, [passed, failed, skipped]) => {
    expect(countJest(status, text)).toEqual({ passed, failed, skipped });
  });
});

describe("summary", () => {
  test("adds up, and leaves out what was not skipped", () => {
    const one = { passed: 1, failed: 0, skipped: 0 };
    expect(summary([one, one])).toEqual({ line: "2 passed, 0 failed", failed: 0 });
    expect(summary([one, { passed: 2, failed: 1, skipped: 4 }])).toEqual({
      line: "3 passed, 1 failed, 4 skipped",
      failed: 1,
    });
  });
});
