// What one chaos run does: jobs, and steps that run Pulumi while something is wrong. A plan is data: made of a
// seed (`seeds.ts`), printed, and replayed from either.
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

const parts = z.enum(["runner", "session", "job"]);

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
  z.strictObject({
    kind: z.literal("disk full"),
    of: z.enum(["logs", "state", "temporary", "records"]),
  }),
  /** Of the newest pack that lives: its runner, all that runs in it, or one job; and of a dead one the ledger's end is lost. */
  z.strictObject({
    kind: z.literal("kill pack"),
    what: parts,
    cut: z.boolean(),
    when: momentSchema,
  }),
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
  /** The same as during a command, of the pack that the job is in. */
  z.strictObject({ do: z.literal("kill"), key: z.string(), what: parts, cut: z.boolean() }),
  /** The server is killed and started anew between two commands. */
  z.strictObject({ do: z.literal("restart") }),
  z.strictObject({ do: z.literal("state"), to: z.enum(["lost", "rolled back", "halved"]) }),
]);
export type Step = z.infer<typeof stepSchema>;
export type RunStep = Extract<Step, { do: "run" }>;

/**
 * What the jobs of a stage are: a resource each, one for all of them, or what they were not in the command before; or
 * one for all of them, in packs.
 */
export const forms = ["job", "array", "moving", "packs"] as const;
export type Form = (typeof forms)[number];

export const planSchema = z.strictObject({
  seed: z.int().optional(),
  /** @default "job" */
  form: z.enum(forms).optional(),
  jobs: z.array(jobSchema).min(1),
  steps: z.array(stepSchema),
  /** Who runs the last `up` and `destroy`, which have to set all right. */
  finally: z.enum(["pulumi", "pulumi-skaha"]),
  /** Whether at the end all gates are opened and all jobs have to end. */
  toTheEnd: z.boolean(),
});
export type Plan = z.infer<typeof planSchema>;

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
    ...(plan.form === undefined ? [] : [`form ${plan.form}`]),
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
    case "kill":
      return `kill -9 of the ${step.what} of the pack of ${step.key}${step.cut ? ", and its ledger is cut" : ""}`;
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
    case "kill pack":
      return `kill -9 of a pack's ${one.what}${one.cut ? ", and its ledger is cut," : ""} after ${one.when.ms} ms`;
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
    case "kill pack":
      return packKillName(one);
    default:
      return `kill -9 of the ${one.kind.replace("kill ", "")}`;
  }
}

export function packKillName({
  what,
  cut,
}: {
  readonly what: string;
  readonly cut: boolean;
}): string {
  return `kill -9 of ${what === "job" ? "a job in a pack" : `a pack's ${what}`}${cut ? ", its ledger cut" : ""}`;
}
