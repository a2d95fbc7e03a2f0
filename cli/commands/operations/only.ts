// `--only` of `up`, `preview` and `destroy`: a run about some jobs. Those that are resources become Pulumi's targets; of
// an array's jobs the provider leaves the others alone.
import path from "node:path";
import { scratchFolder } from "../../../machine/scratchFolder";
import { type Chosen, chosenJobs, leaveChoice } from "../../../provider/array/choice";
import {
  isArrayType,
  isJobType,
  nameIn,
  nativeSessionType,
  sessionType,
  sweepType,
} from "../../../provider/job/identity";
import { nearest } from "../../../provider/text/nearest";
import { CommandError } from "../../commandError";
import { named } from "../../plan/jobActions";
import { type ProgramContents, type ProgramJob, programContents } from "../../plan/programJobs";
import { previewOf } from "../../plan/pulumiArgs";
import { openProject } from "../../project";
import { plain, shellWord } from "../../shellWord";
import { assertNamesOne, type Choosable, jobsNamed } from "../../stack/select";
import { openStack } from "../../stack/stack";
import type { UpOptions } from "./operationRun";

type Operate = (
  operation: "up" | "preview" | "destroy",
  args: readonly string[],
  options: UpOptions,
) => Promise<number>;

/** Does work for which a run is about these jobs of arrays. */
export async function withChoice<T>(chosen: Chosen, work: () => Promise<T>): Promise<T> {
  await using folder = await scratchFolder();
  try {
    const file = path.join(folder.path, "only.json"); // thousands of names are too long for a variable
    leaveChoice(file, chosen);
    process.env[chosenJobs] = file;
    return await work();
  } finally {
    delete process.env[chosenJobs];
  }
}

/** A job of the stack, of the program, or of both. */
export interface Candidate extends Choosable {
  /** What Pulumi is told for it: its own resource's, the array's that it is in, and those of the components around it. */
  readonly urns: ReadonlySet<string>;
  readonly isSingle: boolean;
}

/** Runs `up` or `preview` for some jobs, which the stack has or the program declares. */
export async function runOnly(
  only: readonly string[],
  operation: "up" | "preview",
  args: readonly string[],
  options: UpOptions,
  operate: Operate,
): Promise<number> {
  const project = await openProject(options);
  const stack = await openStack(options, project);
  const words = [...previewOf(operation, args), ...stack.selection];
  const [inStack, inProgram] = await Promise.all([
    stack.jobs(),
    programContents(project.pulumi, words),
  ]);
  const all = candidates(inStack, inProgram.jobs);
  const chosen = jobsNamed(all, only, noneSuch);
  assertToldApart(chosen, [inStack, inProgram.jobs]);
  assertNeededChosen(chosen, inProgram.needed);
  const known = new Set(inStack.flatMap(({ urn, arrayUrn }) => [urn, arrayUrn ?? urn]));
  const targets = targetsOf(chosen, all).flatMap((urn) => ["--target", targetOf(urn, known)]);
  return withChoice({ jobs: chosen.map(({ name }) => name) }, () =>
    operate(operation, [...args, ...targets], { ...options, only: undefined }),
  );
}

function candidates(
  inStack: readonly (Choosable & { readonly urn: string; readonly arrayUrn?: string })[],
  inProgram: readonly ProgramJob[],
): readonly Candidate[] {
  const all = new Map<string, Candidate>(
    inStack.map((job) => {
      const { name, urn, arrayUrn } = job;
      const isSingle = arrayUrn === undefined;
      const { id, sweep, params, state } = job;
      return [name, { name, id, sweep, params, state, urns: new Set([arrayUrn ?? urn]), isSingle }];
    }),
  );
  for (const { name, urn, isInArray, around, sweep, params } of inProgram) {
    const before = all.get(name);
    all.set(name, {
      ...(before ?? { name, id: undefined, state: undefined }),
      sweep: sweep ?? before?.sweep,
      params: params ?? before?.params,
      urns: new Set([...(before?.urns ?? []), urn, ...around]),
      isSingle: !isInArray || before?.isSingle === true,
    });
  }
  return [...all.values()];
}

/**
 * A job of the stack and one of the program are the same by their name.
 * @param sides the stack's and the program's
 * @throws CommandError where one side has two jobs of a name that is chosen
 */
export function assertToldApart(
  chosen: readonly Pick<Candidate, "name">[],
  sides: readonly (readonly {
    readonly name: string;
    readonly id?: string;
    readonly urn: string;
  }[])[],
): void {
  const isChosen = new Set(chosen.map(({ name }) => name));
  for (const side of sides) {
    const first = new Map<string, string>();
    for (const { name, urn, id = urn } of side) {
      if (!isChosen.has(name)) continue;
      const other = first.get(name) ?? id;
      first.set(name, other);
      if (other === id) continue;
      throw new CommandError(
        `--only ${shellWord(name)}: two jobs are called so, and --only cannot tell them apart: ${plain(other)} and ${plain(id)}; rename one, or run without --only`,
      );
    }
  }
}

/** Where a sweep is chosen whole, one pattern stands for its jobs: of a command's words there cannot be megabytes. */
const mostTargets = 1_000;

const jobTypes = [sessionType, nativeSessionType];

/** @throws CommandError for a job that Pulumi cannot tell from others */
export function targetsOf(
  chosen: readonly Candidate[],
  all: readonly Candidate[],
): readonly string[] {
  const starred = chosen.filter(({ name, isSingle }) => isSingle && name.includes("*"));
  if (starred.length > 0) {
    throw new CommandError(
      `${named(starred)} cannot be chosen alone: Pulumi takes the * in the name for a pattern`,
    );
  }
  const isChosen = new Set(chosen);
  const parts = new Set(all.flatMap((one) => (isChosen.has(one) ? [] : [one.sweep])));
  const isMany = chosen.length > mostTargets;
  const targets = new Set<string>();
  for (const { urns, sweep, isSingle } of chosen) {
    const isByPattern = isMany && isSingle && sweep !== undefined && !parts.has(sweep);
    for (const urn of urns) {
      const type = jobTypes.find((one) => urn.includes(`${one}::`));
      targets.add(isByPattern && type !== undefined ? `**${type}::${sweep}/**` : urn);
    }
  }
  return [...targets];
}

/**
 * A refresh before an `up` refuses a target that is not in the stack yet, but no pattern that fits nothing. So such a
 * target is written as a pattern that fits it alone: `*` stands for what has no colon, here for nothing.
 */
export function targetOf(urn: string, inStack: ReadonlySet<string>): string {
  return inStack.has(urn) || urn.startsWith("*") ? urn : `*${urn}`;
}

/**
 * Pulumi finds this out when it is under way, and with PULUMI_CONTINUE_ON_ERROR goes on.
 * @throws CommandError where a chosen job needs what would have to be made with it, and is not chosen
 */
export function assertNeededChosen(
  chosen: readonly Candidate[],
  needed: ProgramContents["needed"],
): void {
  const made = new Set(chosen.flatMap(({ urns }) => [...urns]));
  for (const { name, urns } of chosen) {
    const missing = [...urns]
      .flatMap((urn) => needed.get(urn) ?? [])
      .filter((urn) => !made.has(urn));
    if (missing.length === 0) continue;
    throw new CommandError(neededSentence(name, missing));
  }
}

function neededSentence(name: string, missing: readonly string[]): string {
  const others = missing.filter((urn) => !isNameable(urn)).map((urn) => ({ name: nameIn(urn) }));
  if (others.length > 0) {
    return `${plain(name)} needs ${named(others)}, which --only cannot make: run up without --only`;
  }
  const names = [...new Set(missing.map(nameIn))];
  const [first = ""] = names;
  const list = named(names.map((one) => ({ name: one })));
  return names.length === 1
    ? `${plain(name)} comes after ${list}, which is new and not chosen: name it too (--only ${shellWord(first)})`
    : `${plain(name)} comes after ${list}, which are new and not chosen: name them too (--only for each)`;
}

/** Whether it is a job, or has jobs that can be named by its name. */
function isNameable(urn: string): boolean {
  const type = urn.split("::")[2]?.split("$").at(-1);
  return isJobType(type) || isArrayType(type) || type === sweepType;
}

function noneSuch(jobs: readonly Choosable[], word: string): string {
  const like = nearest(
    word,
    jobs.map(({ name }) => name),
  );
  const hint = like === undefined ? "nothing is done" : `nothing is done; is it ${like}?`;
  return `--only ${word}: neither the program nor the stack has such a job, so ${hint}`;
}

/**
 * Destroys some jobs: resources as Pulumi does it, and jobs of an array by an `up` that removes them, because the engine
 * destroys a whole resource only.
 */
export async function destroyOnly(
  only: readonly string[],
  args: readonly string[],
  options: UpOptions,
  operate: Operate,
): Promise<number> {
  const stack = await openStack(options, await openProject(options));
  const jobs = await stack.jobs();
  assertNamesOne(jobs, only);
  const chosen = new Set(jobsNamed(jobs, only, noneSuch));
  const isWhole = (arrayUrn: string) =>
    jobs.every((job) => job.arrayUrn !== arrayUrn || chosen.has(job));
  const arrays = new Set([...chosen].flatMap(({ arrayUrn }) => arrayUrn ?? []));
  const parts = [...arrays].filter((urn) => !isWhole(urn));
  const whole = [
    ...[...chosen].flatMap(({ urn, arrayUrn }) => (arrayUrn === undefined ? [urn] : [])),
    ...[...arrays].filter(isWhole),
  ];
  const rest = { ...options, only: undefined };
  const targets = (urns: readonly string[]) => urns.flatMap((urn) => ["--target", urn]);
  if (whole.length > 0) {
    const status = await operate("destroy", [...args, ...targets(whole)], rest);
    if (status !== 0) return status;
  }
  if (parts.length === 0) return 0;
  const names = [...chosen].flatMap(({ name, arrayUrn = "" }) =>
    parts.includes(arrayUrn) ? [name] : [],
  );
  return withChoice({ jobs: names, removes: true }, () =>
    operate("up", [...args, ...targets(parts)], rest),
  );
}
