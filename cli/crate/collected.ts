// All that a crate tells of jobs, put together: how they stand, what they were asked to run, their records, their outputs.
import type { Connection } from "../../provider/connect";
import type { JobInputs } from "../../provider/job/inputs";
import { counted } from "../../provider/text/counted";
import { type JobView, viewOf } from "../stack/jobView";
import type { ObservedJob } from "../stack/observe";
import { checksumsOf, notToBeRead } from "./checksums";
import { type Matches, PatternMatches } from "./matches";
import { type PublishedJob, type PublishedOutput, publishedJob } from "./publishedJob";
import { recordsOf } from "./records";
import { type Tellable, tellableOf } from "./tellable";

export interface Collected {
  readonly jobs: readonly {
    readonly of: ObservedJob;
    readonly view: JobView;
    readonly published: PublishedJob;
  }[];
  /** What could not be found out, as sentences. */
  readonly problems: readonly string[];
}

export interface Collecting {
  /** Undefined asks nobody. */
  readonly arc: Connection["arc"] | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Larger outputs are not read. */
  readonly mostBytes: number;
  /** Whether a job was submitted on a command line: then its words are told as its record has them. */
  readonly isSubmitted: (job: ObservedJob) => boolean;
  /** Told before files are read, which may take long. */
  readonly tell: (sentence: string) => void;
}

export async function collected(
  jobs: readonly ObservedJob[],
  { arc, now, mostBytes, isSubmitted, tell }: Collecting,
): Promise<Collected> {
  const records = await recordsOf(jobs, { arc, isSubmitted });
  const tellable = new Map<ObservedJob, Tellable>(
    jobs.map((job) => [job, tellableOf({ ...job.inputs, ...rememberedOf(job) })]),
  );
  const done = jobs.flatMap((job) => (isDone(job) ? (tellable.get(job) ?? []) : []));
  const patterns = done.flatMap(({ patterns = [] }) => patterns);
  const matches: ReadonlyMap<string, Matches> =
    arc === undefined || mostBytes === 0 ? new Map() : await matchesOf(patterns, arc);
  const paths = [...done.flatMap(({ outputs = [] }) => outputs), ...pathsIn(matches)];
  if (paths.length > 0 && arc !== undefined && mostBytes > 0) {
    tell(
      `${counted(paths.length, "output is", "outputs are")} read for ${paths.length === 1 ? "its checksum" : "their checksums"}.`,
    );
  }
  const checksums = arc === undefined ? undefined : await checksumsOf(paths, { arc, mostBytes });
  return {
    problems: records.problems,
    jobs: jobs.map((of) => {
      const view = viewOf(of, now);
      const attempts = records.byJob.get(of) ?? [];
      const argv = attempts.at(-1)?.argv;
      const own = tellable.get(of) ?? {};
      const outputs = [
        ...(own.outputs ?? []).map(
          (path) => checksums?.get(path) ?? { path, unknown: whyUnread(of, arc) },
        ),
        ...(own.patterns ?? []).flatMap((pattern) =>
          isDone(of) && arc !== undefined
            ? outputsOf(pattern, matches.get(pattern), checksums)
            : [{ path: pattern, unknown: whyUnread(of, arc) }],
        ),
      ];
      const { server, userId: user } = of.state;
      const told = argv === undefined ? own : { ...own, command: argv };
      const published = publishedJob({ view, tellable: told, attempts, outputs, server, user });
      return { of, view, published };
    }),
  };
}

async function matchesOf(
  patterns: readonly string[],
  arc: Connection["arc"],
): Promise<ReadonlyMap<string, Matches>> {
  const matches = new PatternMatches(arc);
  const found = new Map<string, Matches>();
  for (const pattern of new Set(patterns)) found.set(pattern, await matches.of(pattern));
  return found;
}

function pathsIn(matches: ReadonlyMap<string, Matches>): string[] {
  return [...matches.values()].flatMap((one) => ("paths" in one ? one.paths : []));
}

/** Each file that matches, or why nobody knows which do. */
function outputsOf(
  pattern: string,
  matches: Matches = { unknown: notToBeRead },
  checksums: ReadonlyMap<string, PublishedOutput> = new Map(),
): PublishedOutput[] {
  if ("unknown" in matches) return [{ path: pattern, unknown: matches.unknown }];
  return matches.paths.map((path) => ({ ...(checksums.get(path) ?? { path }), pattern }));
}

function isDone({ state }: ObservedJob): boolean {
  return state.status === "Completed";
}

function whyUnread(job: ObservedJob, arc: Connection["arc"] | undefined): string {
  if (!isDone(job)) return "Its job is not Completed.";
  return arc === undefined ? "Nobody was asked." : "It was not read.";
}

/** What state remembers of a job that is no longer declared. */
function rememberedOf({ inputs, state }: ObservedJob): Partial<JobInputs> {
  const { outputs } = state as Partial<JobInputs>;
  return inputs.outputs === undefined && outputs !== undefined ? { outputs } : {};
}
