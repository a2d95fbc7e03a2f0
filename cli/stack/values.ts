// Jobs by the values of their parameters, as the program or table has them: `Name=NGC 224`. Pure.
import type { Job } from "../../provider/job/deployment";
import { nearest } from "../../provider/text/nearest";
import { CommandError } from "../commandError";

type Params = NonNullable<Job["params"]>;

/**
 * @param wanted `gal/Name=NGC 224,band=r`, with or without the sweep; `*` stands for anything
 * @returns whether all of it is so; false also for what names no parameter of the job
 */
export function hasValues(
  { sweep, params }: Pick<Job, "sweep" | "params">,
  wanted: string,
): boolean {
  if (params === undefined) return false;
  const isOfSweep = sweep !== undefined && wanted.startsWith(`${sweep}/`);
  const conditions = conditionsIn(isOfSweep ? wanted.slice(sweep.length + 1) : wanted, params);
  return conditions?.every(([name, text]) => isWritten(params[name] ?? null, text)) ?? false;
}

/**
 * @param conditions each like `sigma=5`; a job has to fit all of them
 * @throws CommandError where no job does, with what there is
 */
export function jobsWhere<J extends Job>(jobs: readonly J[], conditions: readonly string[]): J[] {
  for (const condition of conditions) assertPossible(jobs, condition);
  const found = jobs.filter((job) => conditions.every((one) => hasValues(job, one)));
  if (conditions.length === 0 || found.length > 0) return found;
  throw new CommandError(`no job has ${conditions.join(" and ")}`);
}

function assertPossible(jobs: readonly Job[], condition: string): void {
  if (jobs.some((job) => hasValues(job, condition))) return;
  const [, name = ""] = /^([^=]*)=/.exec(condition) ?? [];
  if (name === "") {
    throw new CommandError(`--where ${condition}: it is written like sigma=5, or 'Name=NGC 224'`);
  }
  const values = new Set<string>();
  const names = new Set<string>();
  for (const { params = {} } of jobs) {
    for (const one of Object.keys(params)) names.add(one);
    if (Object.hasOwn(params, name)) values.add(String(params[name] ?? null));
  }
  if (values.size === 0) {
    const like = nearest(name, [...names]);
    const there = names.size === 0 ? "no job has parameters" : `there are ${listed(names)}`;
    throw new CommandError(
      `no job has a parameter ${name}${like === undefined ? `: ${there}` : `; is it ${like}?`}`,
    );
  }
  throw new CommandError(`no job has ${condition}: the values of ${name} are ${listed(values)}`);
}

const mostListed = 8;

function listed(words: ReadonlySet<string>): string {
  const shown = [...words].slice(0, mostListed).join(", ");
  return words.size > mostListed ? `${shown} and ${words.size - mostListed} more` : shown;
}

/** Undefined where it does not begin with a parameter's name; a value may have commas of its own. */
function conditionsIn(text: string, params: Params): [name: string, text: string][] | undefined {
  const names = Object.keys(params)
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (names.length === 0) return undefined;
  const start = new RegExp(`(?:^|,)\\s*(${names.join("|")})=`, "g");
  const starts = [...text.matchAll(start)];
  if (starts[0]?.index !== 0) return undefined;
  return starts.map((match, index) => [
    match[1] ?? "",
    text.slice(match.index + match[0].length, starts[index + 1]?.index),
  ]);
}

/** Whether a person may write the value so: 5 also as 5.0, text also in quotes. */
function isWritten(value: Params[string], text: string): boolean {
  if (String(value) === text) return true;
  if (typeof value === "number") return text.trim() !== "" && Number(text) === value;
  if (typeof value !== "string") return value === null && text === "";
  const unquoted = /^"(.*)"$|^'(.*)'$/s.exec(text);
  if (unquoted) return value === (unquoted[1] ?? unquoted[2]);
  if (value.normalize() === text.normalize()) return true;
  return text.includes("*") && patternOf(text, /\*/).test(value);
}

/** @param gap what stands for any text */
export function patternOf(text: string, gap: RegExp): RegExp {
  const parts = text.split(gap).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
