// Which jobs a user means: by name in the program, id, session, sweep, the values of parameters, a pattern with `*`, or
// a name as a table has shortened it. Pure.
import type { Job } from "../../provider/job/deployment";
import { realSessionId } from "../../provider/packs/places";
import { nearest } from "../../provider/text/nearest";
import { CommandError } from "../commandError";
import { hasValues, jobsWhere, patternOf } from "./values";

/** A job as far as it is known: of one that is not in the stack yet only what the program says. */
export interface Choosable extends Pick<Job, "name" | "sweep" | "params" | "commonName"> {
  readonly id: string | undefined;
  readonly state: Pick<Job["state"], "sessionId" | "sessionName"> | undefined;
}

/**
 * @param sayNone what to say where a word fits no job. @default that the stack has none such, and what is most like it
 * @returns the jobs in the stack's order, each once
 * @throws CommandError for a word that fits no job
 */
export function jobsNamed<J extends Choosable>(
  jobs: readonly J[],
  wanted: readonly string[],
  sayNone: (jobs: readonly J[], word: string) => string = noneSuch,
): J[] {
  const chosen = new Set<J>();
  for (const one of wanted) {
    const found = meant(jobs, one);
    if (found.length === 0) throw new CommandError(sayNone(jobs, one));
    for (const job of found) chosen.add(job);
  }
  return jobs.filter((job) => chosen.has(job));
}

/**
 * @param wanted as for {@link jobsNamed}; none means all
 * @param where conditions like `sigma=5`, which they have to fit, too
 */
export function jobsChosen<J extends Job>(
  jobs: readonly J[],
  wanted: readonly string[],
  where: readonly string[] = [],
): readonly J[] {
  return jobsWhere(wanted.length === 0 ? jobs : jobsNamed(jobs, wanted), where);
}

/**
 * For what is done to jobs, and not only told of them: two may have one name, as in two components, or one in an array.
 * @throws CommandError where a word is the name of several jobs
 */
export function assertNamesOne(jobs: readonly Job[], wanted: readonly string[]): void {
  for (const word of wanted) {
    const ids = [...new Set(jobs.flatMap(({ name, id }) => (name === word ? [id] : [])))];
    if (ids.length < 2) continue;
    throw new CommandError(
      `${ids.length} jobs of the stack are called ${word}: ${ids.join(" and ")}; name the one that is meant by its id`,
    );
  }
}

/** @throws CommandError where no job is asked for */
export function assertAsked(wanted: readonly string[], where: readonly string[] = []): void {
  if (wanted.length + where.length > 0) return;
  throw new CommandError("name the jobs, or give --where; '*' means all");
}

/** By its own name, or else by what may fit several. A session may be that of many. */
function meant<J extends Choosable>(jobs: readonly J[], wanted: string): readonly J[] {
  const exact = jobs.filter(({ name, commonName, id, sweep, state }) => {
    const { sessionId, sessionName } = state ?? {};
    const shared = sessionId && realSessionId(sessionId);
    return [name, commonName, id, sessionId, shared, sessionName, sweep].includes(wanted);
  });
  if (exact.length > 0) return exact;
  const valued = wanted.includes("=") ? jobs.filter((job) => hasValues(job, wanted)) : [];
  if (valued.length > 0) return valued;
  if (!/[*…]/.test(wanted)) return [];
  const pattern = patternOf(wanted, /[*…]/);
  return jobs.filter(({ name, id }) =>
    [name, id].some((text) => text !== undefined && pattern.test(text)),
  );
}

function noneSuch(jobs: readonly Choosable[], wanted: string): string {
  if (jobs.length === 0) return `there is no job ${wanted}: the stack has no jobs`;
  const like = nearest(wanted, [
    ...new Set(jobs.flatMap(({ name, sweep }) => (sweep ? [name, sweep] : [name]))),
  ]);
  return like === undefined
    ? `there is no job ${wanted} in the stack: pulumi-skaha status shows all`
    : `there is no job ${wanted} in the stack; is it ${like}?`;
}
