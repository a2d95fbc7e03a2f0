import { EvidenceReader, type EvidenceSources } from "../../../cli/diagnosis/evidenceReader";
import type { ObservedJob } from "../../../cli/stack/observe";
import type { JobInputs } from "../../../provider/job/inputs";
import type { JobState } from "../../../provider/job/state";

function job(name: string, state: Partial<JobState>, inputs: Partial<JobInputs> = {}): ObservedJob {
  return {
    name,
    id: `${name}-id`,
    urn: `urn:${name}`,
    isKnown: true,
    state,
    inputs,
  } as ObservedJob;
}

function read(one: ObservedJob, ...others: readonly ObservedJob[]) {
  const nothing = () => Promise.reject(new Error("it is not asked for"));
  const reader = new EvidenceReader({
    jobs: [one, ...others],
    sessions: [],
    client: { events: nothing, context: nothing, stats: nothing },
    arc: { read: nothing },
    places: {} as EvidenceSources["places"],
    onProblem: (sentence) => {
      throw new Error(sentence);
    },
    now: 0,
  });
  return reader.of(one);
}

describe("what a Held job waits for", () => {
  const running = job("first", { status: "Running" });
  const other = job("other", { status: "Running" });

  test.each<[string, Partial<JobState>, Partial<JobInputs>]>([
    ["the jobs of after", { heldBy: "after", after: ["first-id"] }, {}],
    ["the canary, which no reason names", { heldBy: "canary" }, { canary: ["first-id"] }],
    [
      "the canary, and not the jobs of after, which are done",
      { heldBy: "canary", after: ["other-id"] },
      { canary: ["first-id"] },
    ],
  ])("is %s", async (_, state, inputs) => {
    const held = job("held", { status: "Held", reason: "waits", ...state }, inputs);
    expect((await read(held, running, other)).waitsFor).toEqual([
      { name: "first", status: "Running", cause: undefined },
    ]);
  });

  test("is a session outside the stack, as it was seen last", async () => {
    const after = ["session:abcd1234"];
    const seen = { abcd1234: "Running" };
    const held = job("held", { status: "Held", heldBy: "after", after, seen });
    expect((await read(held)).waitsFor).toEqual([{ name: "abcd1234", status: "Running" }]);
  });
});
