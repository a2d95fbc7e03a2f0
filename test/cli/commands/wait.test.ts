// What is said when nothing runs any more, and some jobs are Held.
import { ended } from "../../../cli/commands/wait/action";
import type { JobView } from "../../../cli/stack/jobView";
import type { Job } from "../../../provider/job/deployment";
import type { JobState } from "../../../provider/job/state";

let said: string[];
beforeEach(() => {
  said = [];
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const states: Readonly<Record<string, Partial<JobState>>> = {
  dear: {
    ...{ status: "Held", heldBy: "maxCost" },
    reason: "would cost more than is left: skaha:maxCost is 50",
  },
  bad: { status: "Failed" },
  next: { status: "Held", heldBy: "after", after: ["bad"] },
  waits: { status: "Held", heldBy: "window" },
};

function told(...kinds: readonly string[]): string {
  const jobs = kinds.map((kind, n): Job => {
    const id = kind === "bad" ? "bad" : `${kind}-${n}`;
    const state = { attempt: 1, ...states[kind] } as JobState;
    return { name: id, urn: `urn:${id}`, id, state, inputs: {} };
  });
  const views = jobs.map(({ name, id, urn, state }) => {
    const { status, heldBy, reason, attempt } = state;
    return { name, id, urn, status, heldBy, reason, attempt, isKnown: true } as JobView;
  });
  expect(ended(views, jobs, {})).toBe(1);
  return said.find((line) => line.startsWith("Held: ")) ?? "";
}

describe("of what is Held it is said", () => {
  test("that the limit on costs is why, and what to do", () => {
    expect(told("dear", "dear")).toMatch(
      /2 jobs would cost more than is left: skaha:maxCost is 50\. What was spent: .*pulumi-skaha manifest; to launch more, set a larger skaha:maxCost and run up again$/m,
    );
  });

  test("each of several reasons", () => {
    const text = told("dear", "bad", "next");
    expect(text).toMatch(/1 job would cost more than is left/);
    expect(text).toMatch(/; bad is Failed: what comes after waits until it is Completed$/m);
    expect(text).not.toContain("Only an up");
  });

  test("that an up launches what only waits", () => {
    expect(told("dear", "waits")).toMatch(
      /Only an up launches them: .*pulumi-skaha up --until-done/,
    );
  });
});
