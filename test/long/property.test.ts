import fc from "fast-check";
import { steps } from "../inProcess/story/steps";
import { tell } from "../inProcess/story/story";

test("a stack keeps its promises in 500 random stories", async () => {
  await fc.assert(
    fc.asyncProperty(steps, (story) => tell(story)),
    { numRuns: 500 },
  );
}, 1_800_000);
