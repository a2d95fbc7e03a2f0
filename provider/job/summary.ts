// How a stack's jobs stand, read from an exported deployment. Pure.
import { z } from "zod";
import { retrySchema } from "./fields";
import { outsideSession } from "./hold";
import { retryDue } from "./retry";
import type { JobState } from "./state";
import { isAlive } from "./status";

/** One job of a stack. */
export interface JobSummary {
  readonly urn: string;
  readonly id: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly attempt: number;
  readonly sessionId?: string | undefined;
}

const type = "pulumi-nodejs:dynamic/skaha:HeadlessSession";

const resource = z.looseObject({
  urn: z.string(),
  id: z.string().default(""),
  type: z.literal(type),
  delete: z.boolean().optional(),
  inputs: z.looseObject({ canary: z.array(z.string()).optional().catch(undefined) }).catch({}),
  outputs: z.looseObject({
    status: z.string(),
    attempt: z.number().default(1),
    heldBy: z.string().optional(),
    reason: z.string().optional(),
    sessionId: z.string().optional(),
    after: z.array(z.string()).default([]),
    seen: z.record(z.string(), z.string()).default({}),
    retry: retrySchema.optional().catch(undefined),
  }),
});
type Job = z.infer<typeof resource>;

/** @param deployment what `pulumi stack export` has under `deployment` */
export function summarize(deployment: unknown): {
  jobs: JobSummary[];
  counts: Record<string, number>;
  isUnfinished: boolean;
} {
  const { resources } = z
    .looseObject({ resources: z.array(z.unknown()).default([]) })
    .parse(deployment ?? {});
  const jobs = new Map<string, Job>();
  for (const one of resources) {
    const job = resource.safeParse(one);
    if (job.success && !job.data.delete) jobs.set(job.data.id, job.data);
  }
  const counts: Record<string, number> = {};
  for (const { outputs } of jobs.values()) {
    counts[outputs.status] = (counts[outputs.status] ?? 0) + 1;
  }
  const moving = new Map<string, boolean>();
  return {
    jobs: [...jobs.values()].map(({ urn, id, outputs }) => ({
      urn,
      id,
      status: outputs.status,
      reason: outputs.reason,
      attempt: outputs.attempt,
      sessionId: outputs.sessionId,
    })),
    counts,
    isUnfinished: [...jobs.keys()].some((id) => moves(id, jobs, moving)),
  };
}

/** Whether a job will change by itself: it lives, is due for a retry, or is held for a reason that passes. */
function moves(id: string, jobs: ReadonlyMap<string, Job>, known: Map<string, boolean>): boolean {
  const before = known.get(id);
  if (before !== undefined) return before;
  known.set(id, false);
  const result = judge(jobs.get(id), jobs, known);
  known.set(id, result);
  return result;
}

function judge(
  resource: Job | undefined,
  jobs: ReadonlyMap<string, Job>,
  known: Map<string, boolean>,
): boolean {
  if (resource === undefined) return false;
  const { outputs: job, inputs } = resource;
  if (job.status === "Terminating" || isAlive(job.status)) return true;
  if (job.status !== "Held") {
    return retryDue(job as unknown as JobState, job.retry) !== undefined;
  }
  const waitsFor =
    job.heldBy === "after" ? job.after : job.heldBy === "canary" ? (inputs.canary ?? []) : [];
  return waitsFor.every((id) => {
    const outside = outsideSession(id);
    // One outside the stack is looked at by each refresh: it may still end.
    if (outside !== undefined) return !["Failed", "Lost"].includes(job.seen[outside] ?? "");
    return jobs.get(id)?.outputs.status === "Completed" || moves(id, jobs, known);
  });
}
