// What one chaos run does: jobs, and steps that run Pulumi while something is wrong. A plan is data: made from
// a seed, printed, and replayed from either.
import fc from "fast-check";
import { z } from "zod";
import { faultRuleSchema } from "../../embedded/faults";

const jobSchema = z.strictObject({
  key: z.string().regex(/^[a-z]$/),
  stage: z.enum(["first", "second"]),
  /** Another version is another job. */
  version: z.int(),
  /** Exit status of each attempt, once the job's gate is open; 0 for those after the last. */
  exits: z.array(z.int()),
  retry: z.strictObject({ limit: z.int(), on: z.array(z.string()).optional() }).optional(),
  record: z.boolean(),
  logs: z.boolean(),
  secret: z.boolean(),
  /** Keys of the first stage. */
  after: z.array(z.string()),
});
export type JobSpec = z.infer<typeof jobSchema>;

/** When something happens during a command: after so many new sessions or so long, whatever is first. */
const momentSchema = z.strictObject({
  launches: z.int().optional(),
  ms: z.int(),
});
export type Moment = z.infer<typeof momentSchema>;

const troubleSchema = z.discriminatedUnion("kind", [
  /** The server misbehaves as the rules say. `name` is what the summary counts it as. */
  z.strictObject({
    kind: z.literal("fault"),
    name: z.string(),
    rules: z.array(faultRuleSchema),
  }),
  z.strictObject({ kind: z.literal("kill cli"), when: momentSchema }),
  z.strictObject({ kind: z.literal("kill provider"), when: momentSchema }),
  z.strictObject({ kind: z.literal("kill server"), when: momentSchema, awayMs: z.int() }),
  /** The provider's clock is off by `ms`, from so long after its start on. */
  z.strictObject({ kind: z.literal("clock"), ms: z.int(), afterMs: z.int() }),
  z.strictObject({ kind: z.literal("disk full"), of: z.enum(["logs", "state", "temporary"]) }),
  /** The same command a second time at once. */
  z.strictObject({
    kind: z.literal("beside"),
    /** `stack`: of the same stack; `backend`: of a copy of it in another backend; `machine`: there, on another machine. */
    where: z.enum(["stack", "backend", "machine"]),
  }),
]);
export type Trouble = z.infer<typeof troubleSchema>;

const stepSchema = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("run"),
    command: z.enum(["up", "refresh", "destroy"]),
    by: z.enum(["pulumi", "pulumi-skaha"]),
    /** Without them a killed `up` forgets what it did. */
    checkpoints: z.boolean(),
    troubles: z.array(troubleSchema),
  }),
  z.strictObject({ do: z.literal("edit"), key: z.string(), version: z.int() }),
  z.strictObject({ do: z.literal("add"), job: jobSchema }),
  z.strictObject({ do: z.literal("drop"), key: z.string() }),
  /** Lets a job end; waits until the server saw it where the job is alive. */
  z.strictObject({ do: z.literal("open"), key: z.string() }),
  /** The server forgets the job's session, alive or ended. */
  z.strictObject({ do: z.literal("vanish"), key: z.string() }),
  /** The server is killed and started anew between two commands. */
  z.strictObject({ do: z.literal("restart") }),
  z.strictObject({ do: z.literal("state"), to: z.enum(["lost", "rolled back", "halved"]) }),
]);
export type Step = z.infer<typeof stepSchema>;
export type RunStep = Extract<Step, { do: "run" }>;

export const planSchema = z.strictObject({
  seed: z.int().optional(),
  jobs: z.array(jobSchema).min(1),
  steps: z.array(stepSchema),
  /** Who runs the last `up` and `destroy`, which have to set all right. */
  finally: z.enum(["pulumi", "pulumi-skaha"]),
  /** Whether at the end all gates are opened and all jobs have to end. */
  toTheEnd: z.boolean(),
});
export type Plan = z.infer<typeof planSchema>;

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

const trouble = fc.oneof(
  { arbitrary: fc.oneof(...faults), weight: 18 },
  { arbitrary: fc.oneof(...kills), weight: 7 },
  { arbitrary: fc.oneof(...surroundings), weight: 7 },
);

const troubles: fc.Arbitrary<Trouble[]> = fc.oneof(
  { arbitrary: fc.uniqueArray(trouble, { minLength: 1, maxLength: 1 }), weight: 5 },
  {
    arbitrary: fc.uniqueArray(trouble, {
      minLength: 2,
      maxLength: 3,
      selector: (one) => (one.kind === "fault" ? one.name : one.kind),
    }),
    weight: 4,
  },
  { arbitrary: slowAndKilled, weight: 1 },
);

const by = fc.constantFrom("pulumi" as const, "pulumi-skaha");

const run = fc.record({
  do: fc.constant("run" as const),
  command: fc.oneof(
    { arbitrary: fc.constant("up" as const), weight: 8 },
    { arbitrary: fc.constant("refresh" as const), weight: 1 },
    { arbitrary: fc.constant("destroy" as const), weight: 1 },
  ),
  by,
  checkpoints: fc.boolean(),
  troubles,
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

/** A DELETE that lies is only met where something is cancelled: there a job is edited first. */
function provoked(step: RunStep): Step[] {
  const lies = step.troubles.some(
    (one) => one.kind === "fault" && one.rules.some(({ kind }) => kind === "deleteLies"),
  );
  return lies && step.command === "up" ? [{ do: "edit", key: "a", version: 3 }, step] : [step];
}

const act = fc
  .tuple(fc.array(between, { maxLength: 2 }), run)
  .map(([some, last]) => [...some, ...provoked(last)]);

const plans: fc.Arbitrary<Plan> = fc
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

/** The same plan for the same seed, as long as this file is the same. */
export function planOf(seed: number): Plan {
  const [plan] = fc.sample(plans, { seed, numRuns: 1 });
  if (!plan) throw new Error(`no plan came of the seed ${seed}`);
  return { seed, ...plan };
}

/** A plan as lines to read. */
export function told(plan: Plan): string[] {
  const jobs = plan.jobs.map(({ key, exits, retry, record, logs, secret, after: waits }) =>
    [
      key,
      `exits ${exits.join(",")}`,
      ...(retry ? [`retry ${retry.limit}${retry.on ? ` on ${retry.on.join(", ")}` : ""}`] : []),
      ...(record ? ["record"] : []),
      ...(logs ? ["logs"] : []),
      ...(secret ? ["secret"] : []),
      ...(waits.length > 0 ? [`after ${waits.join(", ")}`] : []),
    ].join("; "),
  );
  const end = plan.toTheEnd ? "all gates open, up until all have ended, destroy" : "destroy";
  return [
    ...(plan.seed === undefined ? [] : [`seed ${plan.seed}`]),
    ...jobs.map((line) => `job ${line}`),
    ...plan.steps.map((step, index) => `step ${index + 1}: ${toldStep(step)}`),
    `at last (${plan.finally}): up, up, ${end}`,
  ];
}

export function toldStep(step: Step): string {
  switch (step.do) {
    case "run": {
      const how = step.checkpoints ? "" : " without checkpoints";
      const what = step.troubles.map(toldTrouble).join(" + ");
      return `${step.by} ${step.command}${how}${what === "" ? "" : `, with ${what}`}`;
    }
    case "add":
      return `add ${JSON.stringify(step.job)}`;
    case "edit":
      return `edit ${step.key} to version ${step.version}`;
    case "state":
      return `the state is ${step.to}`;
    case "restart":
      return "the server is killed and started anew";
    default:
      return `${step.do} ${step.key}`;
  }
}

function toldTrouble(one: Trouble): string {
  switch (one.kind) {
    case "fault":
      return `${one.name} ${JSON.stringify(one.rules)}`;
    case "clock":
      return `a clock off by ${one.ms / 1000} s after ${one.afterMs} ms`;
    case "disk full":
      return `no space for ${one.of}`;
    case "beside":
      return `the same at once (${one.where})`;
    default: {
      const { launches: n, ms } = one.when;
      return `${one.kind} after ${n === undefined ? "" : `${n} launches or `}${ms} ms`;
    }
  }
}

/** What the summary counts a trouble as. */
export function nameOf(one: Trouble): string {
  switch (one.kind) {
    case "fault":
      return one.name;
    case "clock":
      return one.afterMs === 0 ? "clock wrong from the start" : "clock jumps";
    case "disk full":
      return `no space for ${one.of}`;
    case "beside":
      return {
        stack: "two commands of one stack",
        backend: "one stack in two backends",
        machine: "one stack in two backends, on two machines",
      }[one.where];
    default:
      return `kill -9 of the ${one.kind.replace("kill ", "")}`;
  }
}
