// A job as a crate tells it: what it was asked to run, with which parameters, and what became of each of its attempts.
// This is the form of jobs.json. Pure.
import { z } from "zod";
import { type NumberedAttempt, sizeOf } from "../../provider/job/attempts";
import type { JobView } from "../stack/jobView";
import type { Tellable } from "./tellable";

const time = z.string().describe("ISO 8601");

/** What an attempt wrote down of itself. */
export const recordedSchema = z.object({
  start: time.optional(),
  end: time.optional(),
  host: z.string().describe("the machine's own name, as its container saw it").optional(),
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  cause: z.string().optional(),
  peakMemoryBytes: z.number().optional(),
  meanCores: z.number().describe("CPU time over wall time").optional(),
  samples: z.number().describe("how many looks the memory comes from").optional(),
  missingOutputs: z.array(z.string()).optional(),
  skipped: z.boolean().describe("its outputs were there: nothing ran").optional(),
});
export type RecordedAttempt = z.infer<typeof recordedSchema>;

const attemptSchema = z.object({
  attempt: z.int().describe("counted from 1"),
  sessionId: z.string().optional(),
  status: z.string(),
  cause: z.string().describe("why it ended badly").optional(),
  exitCode: z.int().optional(),
  launchTime: time.optional(),
  startTime: time.optional(),
  endTime: time.describe("of a recorded one: when it ended").optional(),
  endSeenTime: time.describe("of another: it ended then or earlier").optional(),
  cores: z.number().optional(),
  ram: z.number().describe("GiB").optional(),
  gpus: z.number().optional(),
  record: recordedSchema.optional(),
});
export type PublishedAttempt = z.infer<typeof attemptSchema>;

export const outputSchema = z.object({
  path: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  bytes: z.number().optional(),
  pattern: z.string().describe("the one that the job declared, which this file matches").optional(),
  unknown: z.string().describe("why there is no checksum, as a sentence").optional(),
});
export type PublishedOutput = z.infer<typeof outputSchema>;

export const publishedJobSchema = z.object({
  name: z.string().describe("its name in the program"),
  id: z.string().describe("its name on the server"),
  sweep: z.string().optional(),
  key: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  status: z.string(),
  image: z.string().optional(),
  imageDigest: z.string().optional(),
  gitCommit: z.string().optional(),
  gitDirty: z.boolean().optional(),
  server: z.string().optional(),
  user: z.string().describe("as the server calls them").optional(),
  command: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  after: z.array(z.string()).describe("the ids of its predecessors").optional(),
  attempts: z.array(attemptSchema).describe("oldest first"),
  outputs: z.array(outputSchema).optional(),
});
export type PublishedJob = z.infer<typeof publishedJobSchema>;

/** Each file once, though several jobs may declare it; with its checksum, where one of them has it. */
export function outputsOf(jobs: readonly Pick<PublishedJob, "outputs">[]): PublishedOutput[] {
  const found = new Map<string, PublishedOutput>();
  for (const output of jobs.flatMap(({ outputs = [] }) => outputs)) {
    if (found.get(output.path)?.sha256 === undefined) found.set(output.path, output);
  }
  return [...found.values()];
}

export interface Publishable {
  readonly view: JobView;
  readonly tellable: Tellable;
  /** Its attempts, with the record of each where it has one. */
  readonly attempts: readonly {
    readonly of: NumberedAttempt;
    readonly record: RecordedAttempt | undefined;
  }[];
  readonly outputs: readonly PublishedOutput[];
  readonly server?: string | undefined;
  readonly user?: string | undefined;
}

export function publishedJob(job: Publishable): PublishedJob {
  const { view, tellable, outputs, server, user } = job;
  const { name, id, sweep, key, params, status, image, imageDigest, gitCommit, gitDirty } = view;
  const { command, cwd, env } = tellable;
  const attempts = job.attempts.map(({ of, record }) => {
    const { attempt, sessionId, cause, exitCode, launchTime, startTime, endTime, endSeenTime } = of;
    const { cores, ram } = sizeOf(of);
    const known = { attempt, sessionId, status: of.status, cause, exitCode, launchTime, startTime };
    return defined({ ...known, endTime, endSeenTime, cores, ram, gpus: view.gpus, record });
  });
  return defined({
    ...{ name, id, sweep, key, params, status, image, imageDigest, gitCommit, gitDirty },
    ...{ server, user, command: command && [...command], cwd, env: env && { ...env } },
    after: view.after,
    attempts,
    outputs: outputs.length > 0 ? [...outputs] : undefined,
  });
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined),
  ) as unknown as T; // the same without what is not there
}
