// What can go wrong during a command, at random.
import fc from "fast-check";
import type { z } from "zod";
import type { faultRuleSchema } from "../../embedded/faults";
import type { Trouble } from "./plan";

const post = { method: "POST" } as const;
const list = { path: "type=headless" } as const;
const times = fc.integer({ min: 1, max: 3 });
const often = fc.integer({ min: 1, max: 6 });
const after = fc.integer({ min: 0, max: 2 });
const anyMethod = fc.constantFrom({}, post, { method: "GET" }, { method: "DELETE" }, list);

function fault(name: string, rules: fc.Arbitrary<z.input<typeof faultRuleSchema>[]>) {
  return rules.map((made): Trouble => ({ kind: "fault", name, rules: made }));
}

function status(code: number, more: { retryAfter?: number; name?: string } = {}) {
  const { name = String(code), ...rest } = more;
  return fault(
    name,
    fc
      .tuple(anyMethod, often, after)
      .map(([where, n, first]) => [
        { kind: "status", code, ...rest, ...where, times: n, after: first },
      ]),
  );
}

const launches = fc.record({
  launches: fc.integer({ min: 1, max: 4 }),
  ms: fc.integer({ min: 1_500, max: 6_000 }),
});
const anyTime = fc.record({ ms: fc.integer({ min: 100, max: 5_000 }) });
const moment = fc.oneof(launches, anyTime);

const hour = 3_600_000;
const jump = fc.constantFrom(-30 * 24 * hour, -2 * hour, -61_000, 61_000, 2 * hour, 30 * 24 * hour);

const faults: readonly fc.Arbitrary<Trouble>[] = [
  fault(
    "answer lost",
    fc
      .tuple(times, after)
      .map(([n, first]) => [{ kind: "lostAnswer", ...post, times: n, after: first }]),
  ),
  fault(
    "answer late (504 after it was done)",
    fc
      .tuple(times, after)
      .map(([n, first]) => [{ kind: "lateAnswer", ...post, times: n, after: first }]),
  ),
  fault(
    "reset before",
    fc
      .tuple(anyMethod, often, after)
      .map(([where, n, first]) => [{ kind: "resetBefore", ...where, times: n, after: first }]),
  ),
  fault(
    "reset after",
    fc
      .tuple(fc.constantFrom({ method: "GET" }, { method: "DELETE" }, {}), times)
      .map(([where, n]) => [{ kind: "lostAnswer", ...where, times: n }]),
  ),
  status(500),
  fault(
    "500 with Java's words",
    fc.constantFrom(post, list, {}).map((where) => [
      {
        kind: "status",
        code: 500,
        body: "unexpected exception: java.lang.NullPointerException",
        ...where,
        times: 1,
      },
    ]),
  ),
  status(502),
  status(503),
  status(503, { name: "503 with Retry-After", retryAfter: 1 }),
  status(504),
  fault(
    "slow",
    fc.constantFrom(300, 1_500).map((ms) => [{ kind: "slow", ms }]),
  ),
  fault(
    "slow POST",
    fc
      .tuple(fc.integer({ min: 2_000, max: 6_000 }), after)
      .map(([ms, first]) => [{ kind: "slow", ms, ...post, after: first }]),
  ),
  fault(
    "truncated",
    fc
      .tuple(fc.constantFrom(list, post, {}), times)
      .map(([where, n]) => [{ kind: "truncatedBody", ...where, times: n }]),
  ),
  fault(
    "garbage",
    fc
      .tuple(fc.constantFrom(list, post, {}), times)
      .map(([where, n]) => [{ kind: "garbage", ...where, times: n }]),
  ),
  fault(
    "list without some sessions",
    fc
      .integer({ min: 1, max: 3 })
      .map((count) => [{ kind: "omitFromList", count, ...list, times: 1 }]),
  ),
  fault(
    "DELETE that lies",
    fc
      .constantFrom({ times: 1 }, { times: 2 }, {})
      .map((n) => [{ kind: "deleteLies", method: "DELETE", ...n }]),
  ),
  fault(
    "vanishes as it is launched",
    times.map((n) => [{ kind: "vanish", ...post, times: n }]),
  ),
  fault(
    "401 for a while",
    fc.tuple(anyMethod, fc.integer({ min: 1, max: 12 }), after).map(([where, n, first]) => [
      {
        kind: "unauthorized",
        ...where,
        times: n,
        after: first,
      },
    ]),
  ),
];

const kills: readonly fc.Arbitrary<Trouble>[] = [
  fc.record({ kind: fc.constant("kill cli" as const), when: moment }),
  fc.record({ kind: fc.constant("kill provider" as const), when: moment }),
  fc.record({
    kind: fc.constant("kill server" as const),
    when: moment,
    awayMs: fc.constantFrom(0, 1_000, 4_000),
  }),
];

const surroundings: readonly fc.Arbitrary<Trouble>[] = [
  fc.record({
    kind: fc.constant("clock" as const),
    ms: jump,
    afterMs: fc.constantFrom(0, 0, 1_000, 2_000),
  }),
  fc.record({
    kind: fc.constant("disk full" as const),
    of: fc.constantFrom("logs" as const, "state", "temporary"),
  }),
  fc.record({
    kind: fc.constant("beside" as const),
    where: fc.constantFrom("stack" as const, "backend", "machine"),
  }),
];

/** A slow POST and a kill in its midst belong together: it is carried out after the next `up` began. */
const slowAndKilled: fc.Arbitrary<Trouble[]> = fc
  .tuple(
    fc.integer({ min: 3_000, max: 6_000 }),
    fc.constantFrom("kill cli" as const, "kill provider"),
  )
  .map(([ms, kind]) => [
    {
      kind: "fault",
      name: "POST slower than the next up",
      rules: [{ kind: "slow", ms, method: "POST", after: 1 }],
    },
    { kind, when: { launches: 1, ms: 4_000 } },
  ]);

/** What only packs meet. */
const ofPacks: readonly fc.Arbitrary<Trouble>[] = [
  fc.record({
    kind: fc.constant("kill pack" as const),
    what: fc.constantFrom("runner" as const, "session", "job"),
    cut: fc.boolean(),
    when: fc.oneof(launches, anyTime),
  }),
  fc.record({ kind: fc.constant("disk full" as const), of: fc.constant("records" as const) }),
];

const trouble = fc.oneof(
  { arbitrary: fc.oneof(...faults), weight: 18 },
  { arbitrary: fc.oneof(...kills), weight: 7 },
  { arbitrary: fc.oneof(...surroundings), weight: 7 },
);

function some(one: fc.Arbitrary<Trouble>): fc.Arbitrary<Trouble[]> {
  return fc.oneof(
    { arbitrary: fc.uniqueArray(one, { minLength: 1, maxLength: 1 }), weight: 5 },
    {
      arbitrary: fc.uniqueArray(one, {
        minLength: 2,
        maxLength: 3,
        selector: (found) => (found.kind === "fault" ? found.name : found.kind),
      }),
      weight: 4,
    },
    { arbitrary: slowAndKilled, weight: 1 },
  );
}

export const troubles = some(trouble);

export const troublesOfPacks = some(
  fc.oneof({ arbitrary: trouble, weight: 3 }, { arbitrary: fc.oneof(...ofPacks), weight: 2 }),
);
