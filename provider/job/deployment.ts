// The jobs of a stack as its state has them, with the parameters of the sweeps they belong to. Pure.
import { z } from "zod";
import { jobsOfArray } from "../array/arrayJobs";
import { isArrayType, isJobType, nameIn, sweepType } from "./identity";
import { type JobInputs, trustedInputs } from "./inputs";
import { type JobState, trustedState } from "./state";

/** One job, as state or a later look has it. */
export interface Job {
  /** Its logical name in the program: what users call it. */
  readonly name: string;
  /** Of a job of a record: what several are called there, which `name` tells apart. */
  readonly commonName?: string;
  /** Of a job of an array: the one that it would have as a resource of its own. */
  readonly urn: string;
  /** The array's that it is in. */
  readonly arrayUrn?: string;
  /** Its name on the server. */
  readonly id: string;
  readonly state: JobState;
  /** As declared last. */
  readonly inputs: Partial<JobInputs>;
  /** Since when it is in the stack. ISO 8601. */
  readonly created?: string | undefined;
  /** The name of the Sweep it belongs to. */
  readonly sweep?: string | undefined;
  /** Its parameters there. */
  readonly params?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

const params = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const jobResource = z.looseObject({
  urn: z.string(),
  id: z.string().default(""),
  type: z.string().refine(isJobType),
  /** Waits to be deleted: a later resource stands for the job. */
  delete: z.literal(false).optional(),
  parent: z.string().optional(),
  created: z.string().optional(),
  inputs: z.looseObject({}).default({}),
  outputs: z.looseObject({ status: z.string(), attempt: z.number().default(1) }),
});

const arrayResource = z.looseObject({
  urn: z.string(),
  type: z.string().refine(isArrayType),
  delete: z.literal(false).optional(),
  created: z.string().optional(),
  inputs: z.looseObject({}).default({}),
  outputs: z.looseObject({}).default({}),
});

const sweepResource = z.looseObject({
  urn: z.string(),
  type: z.literal(sweepType),
  outputs: z
    .looseObject({ parameters: z.record(z.string(), params).optional() })
    .catch({ parameters: undefined })
    .default({}),
});

/** State has jobs in the order in which they were created: parallel ones in none. */
const inNumbersOrder = new Intl.Collator("en", { numeric: true });

/** An export is read by whoever repeats an `up` and by whoever shows how far it is. */
const read = new WeakMap<object, readonly Job[]>();

/**
 * @param deployment what `pulumi stack export` has under `deployment`; nobody alters it afterwards
 * @returns its jobs by name, `band=2` before `band=10`
 */
export function jobsOf(deployment: unknown): readonly Job[] {
  if (typeof deployment !== "object" || deployment === null) return [];
  const known = read.get(deployment);
  if (known) return known;
  const jobs = parsedJobs(deployment);
  read.set(deployment, jobs);
  return jobs;
}

function parsedJobs(deployment: object): readonly Job[] {
  const { resources } = z
    .looseObject({ resources: z.array(z.unknown()).nullish() })
    .parse(deployment);
  const sweeps = new Map<string, z.infer<typeof sweepResource>>();
  for (const one of resources ?? []) {
    const sweep = sweepResource.safeParse(one);
    if (sweep.success) sweeps.set(sweep.data.urn, sweep.data);
  }
  const jobs = (resources ?? []).flatMap((one): Job[] => {
    const array = arrayResource.safeParse(one);
    if (array.success) return jobsOfArray(array.data);
    const job = jobResource.safeParse(one);
    if (!job.success) return [];
    const { urn, id, parent, created, inputs, outputs } = job.data;
    const name = nameIn(urn);
    const sweep = parent === undefined ? undefined : sweeps.get(parent);
    return [
      {
        name,
        urn,
        id,
        state: trustedState(outputs),
        inputs: trustedInputs(inputs),
        created,
        ...(sweep && { sweep: nameIn(sweep.urn), params: sweep.outputs.parameters?.[name] }),
      },
    ];
  });
  return jobs.sort((a, b) => inNumbersOrder.compare(a.name, b.name));
}

const exported = z.looseObject({ deployment: z.unknown() });

/** @param text what `pulumi stack export` printed */
export function deploymentIn(text: string): unknown {
  return exported.parse(JSON.parse(text)).deployment;
}
