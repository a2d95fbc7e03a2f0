// The sweeps whose `stopAfter` holds what is left of them, told from how their jobs stand. Pure.
import { z } from "zod";
import { finalEndOf } from "../../provider/job/decisions/finalEnd";
import { releaseOf } from "../../provider/job/decisions/stop";
import type { Job } from "../../provider/job/deployment";
import { SweepEnds } from "../../provider/run/sweepEnds";
import { nearest } from "../../provider/text/nearest";
import { CommandError } from "../commandError";
import { plain } from "../terminal";

export const stoppedSchema = z.object({
  sweep: z.string(),
  cause: z.string().describe("what most of its jobs that failed did so for"),
  failed: z.int().describe("how many failed for it"),
  ended: z.int().describe("how many have ended in all"),
  held: z.int().describe("how many are held for that"),
  example: z.string().describe("a job that failed"),
  release: z.string().describe("the command that lets it go on"),
});
export type StoppedSweep = z.infer<typeof stoppedSchema>;

/** @param jobs all of a stack */
export function stoppedSweeps(jobs: readonly Job[]): readonly StoppedSweep[] {
  const ends = new SweepEnds();
  for (const { id, state } of jobs) ends.note(id, state);
  const names = new Set(jobs.filter(isStopped).map(nameOf));
  return [...names].flatMap((sweep) => {
    const ofSweep = jobs.filter((job) => nameOf(job) === sweep);
    const held = ofSweep.filter(isStopped);
    const rule = held[0]?.state.stopAfter;
    const stop = rule && ends.of(rule);
    if (!stop) return []; // it was edited since, or a job has ended: the next `up` decides anew
    const { cause, failed, ended } = stop;
    const example = ofSweep.find(({ state }) => finalEndOf(state) === cause)?.name ?? "";
    return [{ sweep, cause, failed, ended, held: held.length, example, release: releaseOf(sweep) }];
  });
}

/** In a sentence without its end. */
export function stoppedText({ sweep, cause, failed }: StoppedSweep): string {
  const jobs = failed === 1 ? "1 of its jobs" : `${failed} of its jobs`;
  return plain(`${sweep} is stopped: ${jobs} failed for the same cause, ${cause}`);
}

export function isStopped({ state }: Pick<Job, "state">): boolean {
  return state.status === "Held" && state.heldBy === "stopAfter";
}

function nameOf({ state }: Pick<Job, "state">): string {
  return state.stopAfter?.name ?? "";
}

/** @throws CommandError for a name that no job of the stack has in `stopAfter` */
export function assertStoppable(jobs: readonly Job[], names: readonly string[]): void {
  const known = [...new Set(jobs.map(nameOf))].filter((name) => name !== "");
  for (const name of names) {
    if (known.includes(name)) continue;
    const like = nearest(name, known);
    const hint =
      like !== undefined
        ? `is it ${like}?`
        : known.length === 0
          ? "no sweep of the stack has it"
          : `there are ${known.join(", ")}`;
    throw new CommandError(`--release ${name}: no sweep of that name has \`stopAfter\`; ${hint}`);
  }
}
