// Which jobs a user means: by name in the program, id, session, sweep, or a pattern with `*`. Pure.

import type { Job } from "../../provider/job/deployment";
import { nearest } from "../../provider/nearest";
import { CommandError } from "../commandError";

/**
 * @returns the jobs in the stack's order, each once
 * @throws CommandError that names what fits no job, and what is most like it
 */
export function jobsNamed<J extends Job>(jobs: readonly J[], wanted: readonly string[]): J[] {
  const chosen = new Set<J>();
  for (const one of wanted) {
    const found = jobs.filter((job) => isMeant(job, one));
    if (found.length === 0) throw new CommandError(noneSuch(jobs, one));
    for (const job of found) chosen.add(job);
  }
  return jobs.filter((job) => chosen.has(job));
}

function isMeant({ name, id, sweep, state }: Job, wanted: string): boolean {
  const names = [name, id, state.sessionId, state.sessionName, sweep];
  if (names.includes(wanted)) return true;
  if (!wanted.includes("*")) return false;
  const pattern = new RegExp(`^${wanted.split("*").map(literally).join(".*")}$`, "s");
  return [name, id].some((text) => pattern.test(text));
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function noneSuch(jobs: readonly Job[], wanted: string): string {
  if (jobs.length === 0) return `there is no job ${wanted}: the stack has no jobs`;
  const like = nearest(wanted, [
    ...new Set(jobs.flatMap(({ name, sweep }) => (sweep ? [name, sweep] : [name]))),
  ]);
  return like === undefined
    ? `there is no job ${wanted} in the stack: pulumi-skaha status shows all`
    : `there is no job ${wanted} in the stack; is it ${like}?`;
}
