// Makes a plan of a seed: jobs, and steps at random.
import fc from "fast-check";
import type { Form, JobSpec, Plan, RunStep, Step } from "./plan";
import { troubles, troublesOfPacks } from "./troubles";

const by = fc.constantFrom("pulumi" as const, "pulumi-skaha");

const runWith = (amiss: typeof troubles) =>
  fc.record({
    do: fc.constant("run" as const),
    command: fc.oneof(
      { arbitrary: fc.constant("up" as const), weight: 8 },
      { arbitrary: fc.constant("refresh" as const), weight: 1 },
      { arbitrary: fc.constant("destroy" as const), weight: 1 },
    ),
    by,
    checkpoints: fc.boolean(),
    troubles: amiss,
  });

const firstKeys = ["a", "b", "c", "d", "e"];
const secondKeys = ["p", "q", "r"];
const anyKey = fc.constantFrom(...firstKeys, ...secondKeys);

function job(key: string): fc.Arbitrary<JobSpec> {
  const isSecond = secondKeys.includes(key);
  return fc
    .record({
      exits: fc.constantFrom<number[]>([0], [0], [1, 0], [1], [3, 1, 0]),
      retry: fc.constantFrom<JobSpec["retry"]>(
        undefined,
        undefined,
        { limit: 1 },
        { limit: 2, on: ["Failed", "Lost"] },
      ),
      record: fc.boolean(),
      logs: fc.boolean(),
      secret: fc.boolean(),
      after: isSecond
        ? fc.subarray(firstKeys.slice(0, 3), { minLength: 1, maxLength: 2 })
        : fc.constant<string[]>([]),
    })
    .map(
      ({ retry, ...rest }): JobSpec => ({
        key,
        stage: isSecond ? "second" : "first",
        version: 0,
        ...rest,
        ...(retry && { retry }),
      }),
    );
}

const between: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant("open" as const),
      key: fc.constantFrom(...firstKeys.slice(0, 3), "p"),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      key: fc.constantFrom("a", "b", "p"),
      version: fc.integer({ min: 0, max: 2 }),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      job: fc.oneof(...["d", "e", "r"].map(job)),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ do: fc.constant("drop" as const), key: anyKey }), weight: 2 },
  {
    arbitrary: fc.record({ do: fc.constant("vanish" as const), key: fc.constantFrom("a", "b") }),
    weight: 2,
  },
  { arbitrary: fc.constant({ do: "restart" as const }), weight: 1 },
  {
    arbitrary: fc.record({
      do: fc.constant("state" as const),
      to: fc.constantFrom("lost" as const, "rolled back", "halved"),
    }),
    weight: 3,
  },
);

const anyPart = fc.constantFrom("runner" as const, "session", "job");

const betweenPacks: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: between, weight: 20 },
  {
    arbitrary: fc.record({
      do: fc.constant("kill" as const),
      key: anyKey,
      what: anyPart,
      cut: fc.boolean(),
    }),
    weight: 6,
  },
);

/** A DELETE that lies is only met where something is cancelled: there a job is edited first. */
function provoked(step: RunStep): Step[] {
  const lies = step.troubles.some(
    (one) => one.kind === "fault" && one.rules.some(({ kind }) => kind === "deleteLies"),
  );
  return lies && step.command === "up" ? [{ do: "edit", key: "a", version: 3 }, step] : [step];
}

function plansOf(run: ReturnType<typeof runWith>, some: typeof between): fc.Arbitrary<Plan> {
  const act = fc
    .tuple(fc.array(some, { maxLength: 2 }), run)
    .map(([first, last]) => [...first, ...provoked(last)]);
  return fc
    .tuple(
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      fc.tuple(...[...firstKeys, ...secondKeys].map(job)),
      run,
      fc.oneof(fc.tuple(act), fc.tuple(act), fc.tuple(act, act)),
      by,
      fc.nat(2),
    )
    .map(([ofFirst, ofSecond, all, opening, acts, last, one]) => {
      const isIn = ({ key }: JobSpec) =>
        firstKeys.indexOf(key) < ofFirst && secondKeys.indexOf(key) < ofSecond;
      const jobs = all.filter(isIn);
      return {
        jobs: jobs.length < 3 ? all.slice(0, 3) : jobs,
        steps: [{ ...opening, command: "up" as const }, ...acts.flat()],
        finally: last,
        toTheEnd: one === 0,
      };
    });
}

const plans = plansOf(runWith(troubles), between);
const plansOfPacks = plansOf(runWith(troublesOfPacks), betweenPacks);

/** The same plan for the same seed, as long as this file and `troubles.ts` are the same; in each form the same steps, but for packs, which have troubles of their own. */
export function planOf(seed: number, form?: Form): Plan {
  const [plan] = fc.sample(form === "packs" ? plansOfPacks : plans, { seed, numRuns: 1 });
  if (!plan) throw new Error(`no plan came of the seed ${seed}`);
  return { seed, ...(form && { form }), ...plan };
}
