import fc from "fast-check";
import { type Step, steps, tell } from "./story";

const runs = Number(process.env.SKAHA_STORIES ?? 100);
const seed = process.env.SKAHA_SEED === undefined ? {} : { seed: Number(process.env.SKAHA_SEED) };

describe("a stack", () => {
  // fast-check prints seed, path and the shortest counterexample.
  test(`keeps its promises in ${runs} random stories`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, (story) => tell(story)),
      { numRuns: runs, ...seed, interruptAfterTimeLimit: 1_200_000, markInterruptAsFailure: true },
    );
  }, 1_300_000);
});

describe("stories that went wrong once", () => {
  const stories: Record<string, readonly Step[]> = {
    "a job that is added and run": [{ do: "add", job: 0 }, { do: "upTwice" }],
  };
  test.each(Object.entries(stories))("%s", (_, story) => tell(story));
});
