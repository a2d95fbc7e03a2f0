// Counting what `npm test` ran, and the line that it ends with.

import { z } from "zod";

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const jestResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
});

/** `results` is the file of `jest --json`; a run that failed without it, or without a reason in it, counts as one failure. */
export function countJest(status: number, results: string | undefined): Count {
  if (results === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const run = jestResults.parse(JSON.parse(results));
  const failed = run.numFailedTests + run.numRuntimeErrorTestSuites;
  return {
    passed: run.numPassedTests,
    failed: status === 0 ? failed : Math.max(failed, 1),
    skipped: run.numPendingTests + run.numTodoTests,
  };
}

export function summary(counts: readonly Count[]): { line: string; failed: number } {
  const sum = (kind: keyof Count) => counts.reduce((total, count) => total + count[kind], 0);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  return {
    line: `${sum("passed")} passed, ${sum("failed")} failed${skipped}`,
    failed: sum("failed"),
  };
}
