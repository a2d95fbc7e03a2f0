// What is said of the other jobs that are refused beside one: each cause once, with the jobs' names. Pure.
import { counted } from "../../text/counted";
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
/** The same where an array is refused, whose jobs are mostly alike. */
const mostNamesOfArray = 10;
/** So many different faults are told. */
const mostFaults = 50;

/** An array that is refused, and how many jobs it has. */
export interface RefusedArray {
  readonly name: string;
  readonly jobs: number;
}

/** What the server would say of a property whose form is wrong already is left out. */
export function refusedInAll(
  failures: readonly CheckFailure[],
  refused: readonly CheckFailure[],
): CheckFailure[] {
  const more = refused.filter(
    ({ property }) => !failures.some((failure) => failure.property === property),
  );
  return [...failures, ...more];
}

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
  const count = others.length === 1 ? "1 other job is" : `${others.length} other jobs are`;
  return [`${count} refused, too:`, ...faultsOf(others, own)].join("\n");
}

/**
 * The same where all jobs that are refused are told of together.
 * @param array that most of them are of; a fault that all its jobs have is told of it as a whole
 * @example "4000 jobs are refused:\n  pack needs a record: all 4000 jobs of \"periods\""
 */
export function toldOfRefused(jobs: readonly Refused[], array?: RefusedArray): string | undefined {
  if (jobs.length === 0) return undefined;
  const head = `${counted(jobs.length, "job is", "jobs are")} refused:`;
  return [head, ...faultsOf(jobs, [], array)].join("\n");
}

function faultsOf(
  refused: readonly Refused[],
  own: readonly CheckFailure[],
  array?: RefusedArray,
): string[] {
  const said = new Set(own.map(sentenceOf));
  const all = refused.flatMap(({ name, failures }) =>
    failures.map(({ place, ...failure }) => {
      const text = sentenceOf(failure);
      const line = said.has(text) ? `${failure.property}, as above` : text;
      return { line, name, place };
    }),
  );
  const lines = [...Map.groupBy(all, ({ line }) => line)].map(
    ([line, jobs]) => `  ${line}: ${array ? listedOfArray(jobs, array) : listed(jobs, mostNames)}`,
  );
  const more = lines.length - mostFaults;
  return [...lines.slice(0, mostFaults), ...(more > 0 ? [`  and ${more} other faults`] : [])];
}

interface Placed {
  readonly name: string;
  readonly place: string | undefined;
}

function sentenceOf({ property, reason }: CheckFailure): string {
  return `${property} ${reason}`;
}

function listedOfArray(jobs: readonly Placed[], { name, jobs: all }: RefusedArray): string {
  const isOwn = (one: Placed) => one.name.startsWith(`${name}/`);
  const ownJobs = jobs.filter(isOwn);
  if (ownJobs.length < all || all <= mostNamesOfArray) return listed(jobs, mostNamesOfArray);
  const place = ownJobs[0]?.place;
  const isOnePlace = ownJobs.every((one) => one.place === place);
  const where = place === undefined || !isOnePlace ? "" : ` (${place})`;
  const others = jobs.filter((one) => !isOwn(one));
  const rest = others.length === 0 ? "" : `; ${listed(others, mostNamesOfArray)}`;
  return `all ${all} jobs of ${JSON.stringify(name)}${where}${rest}`;
}

/** @example '"study/a", "study/b" (fleet.yaml:18:10); "large" (fleet.yaml:7:12)' */
function listed(jobs: readonly Placed[], mostNames: number): string {
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
