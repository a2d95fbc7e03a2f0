// How a stack's jobs stand, and whether time alone will change that. Pure.

import { outsideSession } from "./decisions/hold";
import { retryDue } from "./decisions/retry";
import { type Job, jobsOf } from "./deployment";
import { retrySchema } from "./fields";
import { countByStatus, hasFailed, isAlive } from "./status";

/** One job of a stack. */
export interface JobSummary {
  readonly urn: string;
  readonly id: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly attempt: number;
  readonly sessionId?: string | undefined;
}

export interface Summary {
  /** By name, `band=2` before `band=10`. */
  readonly jobs: readonly JobSummary[];
  readonly counts: Readonly<Record<string, number>>;
  /** Whether a job lives, is due for a retry, or is held for a reason that can clear by itself. */
  readonly isUnfinished: boolean;
}

/** @param deployment what `pulumi stack export` has under `deployment` */
export function summarize(deployment: unknown): Summary {
  return summaryOf(jobsOf(deployment));
}

export function summaryOf(jobs: readonly Job[]): Summary {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const moving = new Map<string, boolean>();
  return {
    jobs: [...byId.values()].map(({ urn, id, state }) => ({
      urn,
      id,
      status: state.status,
      reason: state.reason,
      attempt: state.attempt,
      sessionId: state.sessionId,
    })),
    counts: countByStatus([...byId.values()].map(({ state }) => state)),
    isUnfinished: [...byId.keys()].some((id) => moves(id, byId, moving)),
  };
}

/** The ids of the jobs that a Held one waits for. */
export function upstreamOf({ state, inputs }: Pick<Job, "state" | "inputs">): readonly string[] {
  if (state.status !== "Held") return [];
  if (state.heldBy === "after") return state.after ?? [];
  return (state.heldBy === "canary" && inputs.canary) || [];
}

/** A job, or a session outside the stack by its id, and how it ended. */
export interface FailedUpstream {
  readonly name: string;
  readonly status: string;
}

/**
 * What failed of what each Held job waits for, by the Held job's id: no `up` alone launches it then.
 * @param jobs all of a stack
 */
export function failedUpstream(
  jobs: readonly Job[],
): ReadonlyMap<string, readonly FailedUpstream[]> {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const found = jobs.map((job) => {
    const failed = upstreamOf(job).flatMap((id): FailedUpstream[] => {
      const outside = outsideSession(id);
      const other = byId.get(id);
      const status = outside === undefined ? other?.state.status : job.state.seen?.[outside];
      if (status === undefined || !hasFailed(status)) return [];
      return [{ name: other?.name ?? outside ?? id, status }];
    });
    return [job.id, failed] as const;
  });
  return new Map(found.filter(([, failed]) => failed.length > 0));
}

/** Whether a job will change by itself. @param known what was found out before; a circle does not move */
function moves(id: string, jobs: ReadonlyMap<string, Job>, known: Map<string, boolean>): boolean {
  const before = known.get(id);
  if (before !== undefined) return before;
  known.set(id, false);
  const job = jobs.get(id);
  const result = job !== undefined && judge(job, jobs, known);
  known.set(id, result);
  return result;
}

function judge(
  { state, inputs }: Job,
  jobs: ReadonlyMap<string, Job>,
  known: Map<string, boolean>,
): boolean {
  if (state.status === "Terminating" || isAlive(state.status)) return true;
  if (state.status !== "Held") {
    // As a secret it is not to be read here.
    return retryDue(state, retrySchema.safeParse(state.retry).data) !== undefined;
  }
  // What failed stays so, and an edit or the user's word is needed.
  if (state.heldBy === "stopAfter") return false;
  // Only what others cost less than was expected makes room: while none lives, nothing does.
  if (state.heldBy === "maxCost") return false;
  return upstreamOf({ state, inputs }).every((id) => {
    const outside = outsideSession(id);
    // One outside the stack is looked at by each refresh: it may still end.
    if (outside !== undefined) return !hasFailed(state.seen?.[outside]);
    return jobs.get(id)?.state.status === "Completed" || moves(id, jobs, known);
  });
}
