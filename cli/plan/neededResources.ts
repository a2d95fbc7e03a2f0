// What the resources of a program need that a preview would create: from the plan that Pulumi saves (`--save-plan`),
// because its events tell no dependencies. Pure.
import { z } from "zod";

const plan = z.looseObject({
  resourcePlans: z.record(
    z.string(),
    z.looseObject({
      goal: z.looseObject({ dependencies: z.array(z.string()).nullish() }).nullish(),
      steps: z.array(z.string()).nullish(),
    }),
  ),
});

/** Pulumi tells dependencies in no order. */
const { compare } = new Intl.Collator("en", { numeric: true });

/** @returns by the URN of a resource, the URNs of the new ones that it depends on; of one that needs none, nothing */
export function newlyNeeded(text: string): ReadonlyMap<string, readonly string[]> {
  const { resourcePlans } = plan.parse(JSON.parse(text));
  const all = Object.entries(resourcePlans);
  const fresh = new Set(all.flatMap(([urn, { steps }]) => (steps?.includes("create") ? urn : [])));
  return new Map(
    all.flatMap(([urn, { goal }]) => {
      const needed = (goal?.dependencies ?? []).filter((one) => fresh.has(one)).sort(compare);
      return needed.length > 0 ? [[urn, needed]] : [];
    }),
  );
}
