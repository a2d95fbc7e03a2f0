// `--only` of `up`, `preview` and `destroy`: a run about some jobs. Those that are resources become Pulumi's targets; of
// an array's jobs the provider leaves the others alone.
import { choiceOf, chosenJobs } from "../../../provider/array/choice";
import { arrayType, sessionType, sweepType } from "../../../provider/job/identity";
import { openProject } from "../../project";
import { openStack } from "../../stack/stack";
import { assertThere } from "./chosen";
import type { UpOptions } from "./operationRun";

type Operate = (
  operation: "up" | "destroy",
  args: readonly string[],
  options: UpOptions,
) => Promise<number>;

/**
 * Says to the provider which jobs a run is about.
 * @returns the targets for Pulumi: patterns, because the program may declare jobs that the stack does not have yet
 */
export function runOnly(only: readonly string[]): string[] {
  process.env[chosenJobs] = JSON.stringify({ jobs: only });
  // What a new job is under has to be created with it.
  const around = [sweepType, arrayType].map((type) => `**${type}::**`);
  const jobs = only.flatMap((word) => {
    const anywhere = word.replaceAll(/\*+/g, "**");
    return [`**${sessionType}::${anywhere}`, `**${sessionType}::${anywhere}/**`];
  });
  return [...around, ...jobs].flatMap((target) => ["--target", target]);
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
  for (const word of only) assertThere(word, jobs);
  const choice = choiceOf({ jobs: only });
  const chosen = new Set(jobs.filter(({ name, id }) => choice.isChosen(name, id)));
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
  process.env[chosenJobs] = JSON.stringify({ jobs: names, removes: true });
  return operate("up", [...args, ...targets(parts)], rest);
}
