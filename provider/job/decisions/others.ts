// What is said of the other jobs that are refused beside one: each cause once, with the jobs' names. Pure.
import type { CheckFailure } from "../inputs";

/** What is wrong with a job, and where that is written, if it is known. */
export interface PlacedFailure extends CheckFailure {
  /** Like `fleet.yaml:7:12`. */
  readonly place: string | undefined;
}

/** Another job that `check` would refuse. */
export interface Refused {
  readonly name: string;
  readonly failures: readonly PlacedFailure[];
}

/** So many names of jobs with one and the same fault are told. */
const mostNames = 50;
/** So many different faults are told. */
const mostFaults = 50;

/**
 * @param own what is said of the job itself
 * @returns undefined if there are no others
 * @example "2 other jobs are refused, too:\n  cores, as above: \"a\" (fleet.yaml:7:12)\n  image needs a tag: \"b\""
 */
export function toldOfOthers(
  own: readonly CheckFailure[],
  others: readonly Refused[],
): string | undefined {
  if (others.length === 0) return undefined;
  const said = new Set(own.map(sentenceOf));
  const jobsOf = new Map<string, Placed[]>();
  for (const { name, failures } of others) {
    for (const { place, ...failure } of failures) {
      const text = sentenceOf(failure);
      const line = said.has(text) ? `${failure.property}, as above` : text;
      jobsOf.set(line, [...(jobsOf.get(line) ?? []), { name, place }]);
    }
  }
  const lines = [...jobsOf].map(([line, jobs]) => `  ${line}: ${listed(jobs)}`);
  const more = lines.length - mostFaults;
  const count = others.length === 1 ? "1 other job is" : `${others.length} other jobs are`;
  return [
    `${count} refused, too:`,
    ...lines.slice(0, mostFaults),
    ...(more > 0 ? [`  and ${more} other faults`] : []),
  ].join("\n");
}

interface Placed {
  readonly name: string;
  readonly place: string | undefined;
}

function sentenceOf({ property, reason }: CheckFailure): string {
  return `${property} ${reason}`;
}

/** @example '"study/a", "study/b" (fleet.yaml:18:10); "large" (fleet.yaml:7:12)' */
function listed(jobs: readonly Placed[]): string {
  const namesAt = new Map<string | undefined, string[]>();
  for (const { name, place } of jobs.slice(0, mostNames)) {
    namesAt.set(place, [...(namesAt.get(place) ?? []), JSON.stringify(name)]);
  }
  const shown = [...namesAt].map(([place, names]) =>
    place === undefined ? names.join(", ") : `${names.join(", ")} (${place})`,
  );
  const more = jobs.length - mostNames;
  return `${shown.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}
