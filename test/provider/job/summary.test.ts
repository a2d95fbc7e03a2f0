import { jobsOf } from "../../../provider/job/deployment";
import { failedUpstream, summarize } from "../../../provider/job/summary";

const type = "pulumi-nodejs:dynamic/skaha:HeadlessSession";

function deployment(...jobs: (Record<string, unknown> & { id: string; status: string })[]) {
  const resources = jobs.map(({ id, ...outputs }) => ({
    urn: `urn:pulumi:dev::survey::${type}::${id}`,
    id,
    type,
    outputs: { attempt: 1, ...outputs },
  }));
  const others = [
    { urn: "urn:pulumi:dev::survey::pulumi:pulumi:Stack::survey-dev", type: "pulumi:pulumi:Stack" },
    { urn: "urn:...", type: "pulumi:providers:pulumi-nodejs", id: "x", outputs: {} },
  ];
  return { manifest: {}, resources: [...others, ...resources] };
}
const isUnfinished = (...jobs: Parameters<typeof deployment>) =>
  summarize(deployment(...jobs)).isUnfinished;

describe("summarize", () => {
  test("counts the jobs of a stack, and nothing else in it", () => {
    const { jobs, counts } = summarize(
      deployment(
        { id: "a", status: "Completed", sessionId: "abcd1234" },
        { id: "b", status: "Held", heldBy: "window", reason: "waits for its window, night" },
        { id: "c", status: "Completed", attempt: 2 },
      ),
    );
    expect(counts).toEqual({ Completed: 2, Held: 1 });
    expect(jobs[1]).toEqual({
      urn: `urn:pulumi:dev::survey::${type}::b`,
      id: "b",
      status: "Held",
      reason: "waits for its window, night",
      attempt: 1,
      sessionId: undefined,
    });
    expect(jobs.map(({ attempt }) => attempt)).toEqual([1, 1, 2]);
  });

  test.each([undefined, null, {}, { resources: [] }])(
    "says of an empty stack (%j) that it is done",
    (empty) => {
      expect(summarize(empty)).toEqual({ jobs: [], counts: {}, isUnfinished: false });
    },
  );

  test("is done where only the limit on costs holds, as nothing makes room for what is Held", () => {
    const held = { id: "b", status: "Held", heldBy: "maxCost" };
    expect(isUnfinished({ id: "a", status: "Completed" }, held)).toBe(false);
    expect(isUnfinished({ id: "a", status: "Running" }, held)).toBe(true);
  });

  test("leaves out what is only waiting for its deletion", () => {
    const { resources } = deployment({ id: "a", status: "Running" });
    const left = resources.map((one) => ({ ...one, delete: true }));
    expect(summarize({ resources: left }).isUnfinished).toBe(false);
  });

  test.each([
    ["Pending", true],
    ["Running", true],
    ["Terminating", true],
    ["Dreaming", true],
    ["Completed", false],
    ["Failed", false],
    ["Lost", false],
  ])("%s goes on: %s", (status, expected) => {
    expect(isUnfinished({ id: "a", status })).toBe(expected);
  });

  test.each(["window", "maxInFlight", "unclear"])("what is held by %s goes on", (heldBy) => {
    expect(isUnfinished({ id: "a", status: "Held", heldBy })).toBe(true);
  });

  test("what its stopped sweep holds does not go on, unless another job lives", () => {
    const held = { id: "a", status: "Held", heldBy: "stopAfter" };
    expect(isUnfinished(held)).toBe(false);
    expect(isUnfinished(held, { id: "b", status: "Running" })).toBe(true);
  });

  test("what waits for its predecessors goes on if they do", () => {
    const held = { status: "Held", heldBy: "after" };
    const b = { ...held, id: "b", after: ["a"] };
    const c = { ...held, id: "c", after: ["b"] };
    expect(isUnfinished({ id: "a", status: "Running" }, b, c)).toBe(true);
    expect(isUnfinished({ id: "a", status: "Completed" }, b, c)).toBe(true);
    expect(isUnfinished({ id: "a", status: "Failed" }, b, c)).toBe(false);
    expect(isUnfinished({ id: "a", status: "Lost" }, b, c)).toBe(false);
    expect(isUnfinished({ id: "a", status: "Failed", retry: { limit: 1 } }, b, c)).toBe(true);
    expect(isUnfinished({ id: "a", status: "Failed", retry: { limit: 1 }, attempt: 2 }, b)).toBe(
      false,
    );
  });

  test("one failed predecessor is enough to stop", () => {
    const jobs = [
      { id: "a", status: "Failed" },
      { id: "b", status: "Completed" },
      { id: "c", status: "Held", heldBy: "after", after: ["b", "a"] },
    ];
    expect(isUnfinished(...jobs)).toBe(false);
    expect(isUnfinished(...jobs, { id: "d", status: "Running" })).toBe(true);
  });

  test("a predecessor outside the stack may end, unless it did so badly", () => {
    const held = { id: "b", status: "Held", heldBy: "after", after: ["session:abcd1234"] };
    expect(isUnfinished(held)).toBe(true);
    expect(isUnfinished({ ...held, seen: { abcd1234: "Running" } })).toBe(true);
    expect(isUnfinished({ ...held, seen: { abcd1234: "Completed" } })).toBe(true);
    expect(isUnfinished({ ...held, seen: { abcd1234: "Failed" } })).toBe(false);
    expect(isUnfinished({ ...held, seen: { abcd1234: "Lost" } })).toBe(false);
  });

  test("what is due for a retry goes on", () => {
    const retry = { limit: 1, on: ["Lost"] };
    expect(isUnfinished({ id: "a", status: "Lost", retry })).toBe(true);
    expect(isUnfinished({ id: "a", status: "Failed", retry })).toBe(false);
    expect(
      isUnfinished({
        id: "a",
        status: "Failed",
        cause: "Deadline",
        retry: { limit: { Deadline: 1 } },
      }),
    ).toBe(true);
  });
});

describe("failedUpstream", () => {
  const failedOf = (...jobs: Parameters<typeof deployment>) => [
    ...failedUpstream(jobsOf(deployment(...jobs))),
  ];

  test("names what failed of what a Held job waits for, in the stack and outside it", () => {
    const seen = { out12345: "Lost", out67890: "Running" };
    const after = ["a", "b", "session:out12345", "session:out67890"];
    expect(
      failedOf(
        { id: "a", status: "Failed" },
        { id: "b", status: "Completed" },
        { id: "c", status: "Held", heldBy: "after", after, seen },
        { id: "d", status: "Held", heldBy: "after", after: ["b"] },
      ),
    ).toEqual([
      [
        "c",
        [
          { name: "a", status: "Failed" },
          { name: "out12345", status: "Lost" },
        ],
      ],
    ]);
  });

  test("says nothing of jobs that are held for something else, or not at all", () => {
    expect(
      failedOf(
        { id: "a", status: "Failed" },
        { id: "b", status: "Held", heldBy: "window", after: ["a"] },
        { id: "c", status: "Running", after: ["a"] },
      ),
    ).toEqual([]);
  });
});
