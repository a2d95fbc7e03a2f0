import { remainingMs } from "../../../cli/stack/estimate";
import type { JobView } from "../../../cli/stack/jobView";

const job = (status: string, seconds?: number) =>
  ({ status, isKnown: true, ...(seconds !== undefined && { seconds }) }) as JobView;

describe("remainingMs", () => {
  test.each([
    ["no job has completed", [job("Running", 10), job("Held")], undefined],
    ["nothing runs", [job("Completed", 10), job("Held")], undefined],
    ["one runs, another waits", [job("Completed", 60), job("Running", 20), job("Held")], 100_000],
    [
      "two share the work",
      [job("Completed", 60), job("Running", 0), job("Running", 0), job("Pending"), job("Held")],
      120_000,
    ],
    ["one is longer than others were", [job("Completed", 60), job("Running", 500)], 0],
    [
      "durations differ",
      [job("Completed", 10), job("Completed", 20), job("Completed", 1_000), job("Running", 5)],
      15_000,
    ],
    [
      "many share one piece",
      [job("Completed", 60), job("Running", 59), job("Running", 59), job("Held")],
      60_000,
    ],
  ])("when %s", (_, jobs, expected) => {
    expect(remainingMs(jobs)).toBe(expected);
  });
});
