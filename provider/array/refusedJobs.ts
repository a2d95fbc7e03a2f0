// How an array tells which of its jobs are refused or failed, and why: each by its name, and each cause once.
import type { Run } from "../assemble";
import { type Refused, toldOfRefused } from "../job/decisions/others";
import { placed, refusedAmong } from "../otherJobs";
import { plainLines } from "../text/plainText";
import type { ArrayInputs } from "./declaredJobs";

/** Jobs are told of by name up to this many for each cause. */
const mostNames = 10;

/** Names all that are refused: the array's, and those that the engine does not ask about then. */
export async function toldWithOthers(
  run: Run,
  refused: readonly Refused[],
  { name, jobs }: ArrayInputs,
): Promise<string> {
  const isOwn = (one: string) =>
    one.startsWith(`${name}/`) && Object.hasOwn(jobs, one.slice(name.length + 1));
  const pending = await run.pendingJobs();
  const own = new Map(pending.filter((one) => isOwn(one.name)).map((one) => [one.name, one]));
  const others = await refusedAmong(
    run,
    pending.filter((one) => !isOwn(one.name)),
  );
  const whole = refused.map((one) => ({
    ...one,
    failures: placed(one.failures, own.get(one.name)),
  }));
  const array = { name, jobs: Object.keys(jobs).length };
  return toldOfRefused([...whole, ...others], array) ?? "";
}

export function reasonsByKey(name: string, refused: readonly Refused[]): Record<string, string> {
  const start = `${name}/`.length;
  return Object.fromEntries(
    refused.map((job) => [
      job.name.slice(start),
      plainLines(job.failures.map(({ property, reason }) => `${property} ${reason}`).join("; ")),
    ]),
  );
}

/** Each cause once, with the jobs that it is about. */
export function byCause(name: string, failures: ReadonlyMap<string, string>): string[] {
  return [...Map.groupBy(failures, ([, message]) => message)].map(([message, all]) => {
    const names = all.slice(0, mostNames).map(([key]) => `${name}/${key}`);
    const more = all.length > mostNames ? ` and ${all.length - mostNames} more` : "";
    return `${names.join(", ")}${more}: ${message}`;
  });
}
