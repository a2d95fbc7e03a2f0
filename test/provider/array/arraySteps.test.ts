import { arraySteps, planOf } from "../../../provider/array/arraySteps";
import type { DeclaredArrayJob } from "../../../provider/array/declaredJobs";
import type { StoredJob } from "../../../provider/array/stateTable";
import { unknownValue } from "../../../provider/engine/unknown";
import { trustedInputs } from "../../../provider/job/inputs";
import { trustedState } from "../../../provider/job/state";

const policy = { now: 0, window: undefined, maxInFlight: undefined };

function declared(id: string, inputs: Readonly<Record<string, unknown>> = {}): DeclaredArrayJob {
  return { id, params: {}, inputs: trustedInputs({ image: "a/b:1", ...inputs }), failures: [] };
}

function stored(
  id: string,
  status: string,
  more: Readonly<Record<string, unknown>> = {},
): StoredJob {
  return { id, state: trustedState({ image: "a/b:1", status, attempt: 1, ...more }) };
}

function stepsOf(
  before: Readonly<Record<string, StoredJob>>,
  now: Readonly<Record<string, DeclaredArrayJob>>,
  { canaries = [], again = [] }: { readonly canaries?: string[]; readonly again?: string[] } = {},
) {
  return arraySteps(new Map(Object.entries(before)), new Map(Object.entries(now)), {
    keys: Object.keys(now),
    canaries,
    policy,
    again: new Set(again),
  });
}

const doing = (steps: ReturnType<typeof stepsOf>) =>
  Object.fromEntries(steps.map((one) => [one.key, one.do]));

test("each job of an array gets the step that it would get as a resource of its own", () => {
  const steps = stepsOf(
    {
      same: stored("a-1", "Running"),
      edited: stored("b-1", "Running"),
      gone: stored("c-1", "Completed"),
      failed: stored("d-1", "Failed"),
      done: stored("e-1", "Completed"),
    },
    {
      same: declared("a-1"),
      edited: declared("b-2"),
      failed: declared("d-1", { retry: { limit: 1 } }),
      done: declared("e-1"),
      fresh: declared("f-1", { cores: 4, ram: 16 }),
      unsure: declared(unknownValue),
    },
  );
  expect(doing(steps)).toEqual({
    same: "keep",
    edited: "replace",
    failed: "update",
    done: "keep",
    fresh: "create",
    unsure: "unknown",
    gone: "remove",
  });
  expect(planOf(steps, policy)).toBe(
    "launch 2 (5 cores, 20 GiB), launch again 1 (1 core, 4 GiB), cancel 1, remove 1, 1 not known yet, keep 2",
  );
});

test("a job whose key is written otherwise is known by its id", () => {
  const steps = stepsOf({ "tile=8": stored("a-1", "Running") }, { 'tile="8"': declared("a-1") });
  expect(doing(steps)).toEqual({ 'tile="8"': "update" });
  expect(planOf(steps, policy)).toBe("note new inputs of 1");
});

test("a job that is to run again is replaced, and no other", () => {
  const before = { a: stored("a-1", "Completed"), b: stored("b-1", "Completed") };
  const now = { a: declared("a-1"), b: declared("b-1") };
  expect(doing(stepsOf(before, now, { again: ["b-1"] }))).toEqual({ a: "keep", b: "replace" });
});

test("a plan says what is held, and how many run at a time at most", () => {
  const group = { name: "study", maxInFlight: 10 };
  const now = { first: declared("a-1", { group }), second: declared("b-1", { group }) };
  const steps = stepsOf({}, now, { canaries: ["first"] });
  expect(planOf(steps, policy)).toBe("launch 1 (1 core, 4 GiB), hold 1; at most 10 in flight");
});
