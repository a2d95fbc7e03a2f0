import fc from "fast-check";
import { steps } from "../inProcess/story/steps";
import { tell } from "../inProcess/story/story";

test.each(["job", "array"] as const)(
  "a stack, each %s a resource, keeps its promises in 500 random stories",
  async (form) => {
    await fc.assert(
      fc.asyncProperty(steps, (story) => tell(story, form)),
      { numRuns: 500 },
    );
  },
  1_800_000,
);
