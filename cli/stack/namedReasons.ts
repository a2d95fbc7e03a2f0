// Why jobs are Held, in the names that users know: state has the ids of other jobs there, as the lifecycle wrote them. Pure.
import { JobNames } from "../../provider/actions/jobNames";
import type { Job } from "../../provider/job/deployment";

/** @param jobs all of the stack */
export function withNamedReasons<J extends Job>(jobs: readonly J[]): readonly J[] {
  const names = new JobNames();
  for (const { id, name } of jobs) names.know(id, name);
  return jobs.map((job) => {
    const { reason } = job.state;
    if (reason === undefined) return job;
    return { ...job, state: { ...job.state, reason: names.inText(reason) } };
  });
}
