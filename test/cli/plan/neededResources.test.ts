// What resources need that is not in the stack, from plans as Pulumi saves them.
import { newlyNeeded } from "../../../cli/plan/neededResources";

const saved = (all: Readonly<Record<string, readonly [string, (readonly string[])?]>>) =>
  JSON.stringify({
    resourcePlans: Object.fromEntries(
      Object.entries(all).map(([urn, [step, dependencies]]) => [
        urn,
        { goal: { name: urn, ...(dependencies && { dependencies }) }, steps: [step] },
      ]),
    ),
  });

test("a resource needs those that it depends on and the stack does not have", () => {
  const plan = saved({
    a: ["create"],
    b: ["same"],
    c: ["create", ["a", "b"]],
    d: ["update", ["a"]],
    e: ["create", ["b"]],
  });
  expect([...newlyNeeded(plan)]).toEqual([
    ["c", ["a"]],
    ["d", ["a"]],
  ]);
});

test("what is needed is in one order, whichever the plan has", () => {
  const made = { "n=10": ["create"], "n=9": ["create"] } as const;
  const plan = saved({ ...made, last: ["create", ["n=10", "n=9"]] });
  expect(newlyNeeded(plan).get("last")).toEqual(["n=9", "n=10"]);
});

test("what is deleted has no goal", () => {
  const plan = { resourcePlans: { gone: { goal: null, steps: ["delete"] } } };
  expect(newlyNeeded(JSON.stringify(plan)).size).toBe(0);
});
