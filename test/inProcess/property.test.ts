import fc from "fast-check";
import { type Step, steps } from "./story/steps";
import { tell } from "./story/story";

const runs = Number(process.env.SKAHA_STORIES ?? 100);
/** Fixed, so that a commit passes or fails as one; `npm run test:long` tells other stories each time. */
const seed = Number(process.env.SKAHA_SEED ?? 1);

/** A resource for each job, and one for all that wait for no other. */
const forms = ["job", "array"] as const;

describe.each(forms)("a stack, each %s a resource,", (form) => {
  // fast-check prints seed, path and the shortest counterexample.
  test(`keeps its promises in ${runs} random stories`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, (story) => tell(story, form)),
      { numRuns: runs, seed, interruptAfterTimeLimit: 1_200_000, markInterruptAsFailure: true },
    );
  }, 1_300_000);
});

/** Short ones for what the model must not let through: each was found when the provider was broken on purpose. */
describe.each(forms)("each %s a resource: the story of", (form) => {
  const up = { do: "up" } as const;
  const stories: Record<string, readonly Step[]> = {
    "a job that is added and run": [{ do: "add", job: 3 }, { do: "upTwice" }],
    "an answer that is lost": [{ do: "up", fault: "lostAnswer" }, { do: "upTwice" }],
    "a launch that stays unclear": [{ do: "up", fault: "resetOften" }, { do: "upTwice" }],
    "a session that dies as it is launched": [
      { do: "limit", maxInFlight: 1 },
      { do: "up", fault: "stillborn" },
      { do: "refresh" },
      { do: "upTwice" },
    ],
    "a list that leaves out a session": [up, { do: "up", fault: "omitted" }, { do: "upTwice" }],
    "a cancellation that is only said": [
      up,
      { do: "edit", job: 0, change: { version: 1 } },
      { do: "up", fault: "deleteLies" },
      { do: "upTwice" },
    ],
    "an end that the server has forgotten": [
      up,
      { do: "readyAll" },
      { do: "endAll" },
      up,
      { do: "pass", minutes: 61 },
      { do: "previewThenUp" },
      { do: "upTwice" },
    ],
    "a restart between two runs": [up, { do: "readyAll" }, { do: "restart" }, { do: "upTwice" }],
    "a state that is lost while sessions are listed": [
      up,
      { do: "readyAll" },
      { do: "succeed", which: 0 },
      { do: "loseState" },
      up,
      { do: "upTwice" },
    ],
    "a state that is rolled back behind a retry": [
      { do: "edit", job: 0, change: { retry: { limit: 1 } } },
      up,
      { do: "remember" },
      { do: "fail", which: 0 },
      up,
      { do: "rollBack" },
      { do: "previewThenUp" },
      { do: "upTwice" },
    ],
    "a retry that vanishes beside the attempt before it": [
      up,
      { do: "fail", which: 0 },
      { do: "fail", which: 0 },
      { do: "edit", job: 2, change: { retry: { limit: 2, on: ["Failed", "Lost"] } } },
      { do: "previewThenUp" },
      { do: "vanish", which: 2 },
    ],
    "a failure that a lost state finds again, with a retry due": [
      up,
      { do: "fail", which: 0 },
      { do: "loseState" },
      { do: "edit", job: 0, change: { retry: { limit: 1 } } },
      { do: "upTwice" },
    ],
    "a retry that finds no slot and is taken back": [
      { do: "limit", maxInFlight: 1 },
      { do: "edit", job: 0, change: { retry: { limit: 1 } } },
      up,
      { do: "fail", which: 0 },
      { do: "limit", maxInFlight: undefined },
      { do: "edit", job: 2, change: { version: 1 } },
      { do: "limit", maxInFlight: 1 },
      up,
      { do: "edit", job: 0, change: { retry: undefined } },
      { do: "endAll" },
      { do: "upTwice" },
    ],
  };
  test.each(Object.entries(stories))("%s", (_, story) => tell(story, form));
});
