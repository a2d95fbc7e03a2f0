// An array whose jobs share sessions: what is told of it before its jobs are judged.
import type { Run } from "../assemble";
import { recordOf } from "../lifecycle/launchRequest";
import type { ArrayStep } from "./arraySteps";
import type { ArrayInputs } from "./declaredJobs";

/** Whether its jobs share sessions: those that are to be in one have to be under way at the same time. */
export function isPacked({ common }: Partial<ArrayInputs>): boolean {
  return common?.pack !== undefined;
}

/** Where packs are recorded of which the state may know nothing: of a run that was killed, or a state that is gone. */
export function expectPacks(run: Run, steps: readonly ArrayStep[]): void {
  for (const one of steps) {
    if (!("job" in one) || one.job.inputs.pack === undefined) continue;
    const { id, inputs } = one.job;
    const record = recordOf(inputs, run.record);
    const isNew = one.do === "create" || one.do === "replace";
    if (record !== undefined) run.packs.expect(inputs.pack?.name ?? "", id, record, isNew);
  }
}
