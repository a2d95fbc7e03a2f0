// One job as `--json` prints it, and as tables are made from: the published form of what a look found.
import { z } from "zod";
import { endOf, pastAttemptsOf, sizeOf } from "../../provider/job/attempts";
import { hasEnded, isAlive } from "../../provider/job/status";
import { type Cost, costSchema } from "../results/costs";
import type { ObservedJob } from "./observe";
import { openingOf } from "./windowOpening";

const time = z.iso.datetime({ offset: true }).or(z.string()).describe("ISO 8601");

const attemptSchema = z.object({
  attempt: z.int().describe("counted from 1"),
  sessionId: z.string().optional(),
  status: z.string(),
  cause: z.string().optional(),
  exitCode: z.int().optional(),
  launchTime: time.optional(),
  startTime: time.optional(),
  endTime: time.describe("of a recorded one").optional(),
  endSeenTime: time.describe("of another, which ended then or earlier").optional(),
  cores: z.number().optional(),
  ram: z.number().describe("GiB").optional(),
});

export const jobViewSchema = z.object({
  name: z.string().describe("the job's name in the program"),
  id: z.string().describe("its name on the server"),
  urn: z.string(),
  status: z
    .string()
    .describe("Held, Pending, Running, Terminating, Completed, Failed, Lost, or the server's word"),
  isKnown: z
    .boolean()
    .describe("false: its session is gone, and its end is not known before the next refresh"),
  reason: z.string().describe("why it is Held").optional(),
  heldBy: z.string().optional(),
  heldSince: time.optional(),
  window: z.string().describe("what it waits for, where it is Held by its window").optional(),
  opensAt: time.describe("when that window is open next").optional(),
  opens: z.string().describe("the same, in words").optional(),
  zoneRules: z
    .string()
    .describe("the release of the time zone database that tells so, and whose it is")
    .optional(),
  cause: z.string().describe("why it ended badly").optional(),
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  missingOutputs: z.array(z.string()).optional(),
  skipped: z.boolean().optional(),
  attempt: z.int(),
  attempts: z.array(attemptSchema).describe("those before this one, oldest first").optional(),
  sessionId: z.string().optional(),
  sessionName: z.string().optional(),
  created: time.describe("since when it is in the stack").optional(),
  launchTime: time.describe("when this attempt was launched").optional(),
  startTime: time.optional(),
  endTime: time.describe("of a recorded job: when it ended").optional(),
  endSeenTime: time
    .describe("of another: when its end was first seen; it ended then or earlier")
    .optional(),
  expiryTime: time.optional(),
  seconds: z
    .number()
    .describe("from its start to its end, or until now; absent where its end is not known")
    .optional(),
  maxSeconds: z
    .number()
    .describe("from its start until its end was seen, where that is all that is known")
    .optional(),
  image: z.string().optional(),
  imageDigest: z.string().optional(),
  gitCommit: z.string().optional(),
  gitDirty: z.boolean().optional(),
  cores: z.number().optional(),
  ram: z.number().describe("GiB").optional(),
  gpus: z.number().optional(),
  peakRamGiB: z.number().describe("GiB").optional(),
  meanCores: z.number().optional(),
  cost: costSchema.optional(),
  logPath: z.string().optional(),
  recordedIn: z.string().optional(),
  after: z.array(z.string()).describe("the ids of its predecessors").optional(),
  sweep: z.string().optional(),
  key: z.string().describe("its name in the sweep").optional(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
export type JobView = z.infer<typeof jobViewSchema>;

/**
 * @param now milliseconds since 1970
 * @param window the stack's, for jobs without their own
 * @param cost where it is told
 */
export function viewOf(
  { name, id, urn, state, isKnown, created, sweep, params }: ObservedJob,
  now: number,
  window?: string,
  cost?: Cost,
): JobView {
  const { status, startTime, attempts, usage } = state;
  const { endTime, endSeenTime } = endOf(state);
  const size = sizeOf(state);
  const view = {
    name,
    id,
    urn,
    status,
    isKnown,
    ...{ reason: state.reason, heldBy: state.heldBy, heldSince: state.heldSince },
    ...(state.heldBy === "window" && status === "Held" && openingIn(state.window ?? window, now)),
    ...{ cause: state.cause, exitCode: state.exitCode, signal: state.signal },
    missingOutputs: state.missingOutputs && [...state.missingOutputs],
    skipped: state.skipped,
    attempt: state.attempt,
    attempts: attempts && pastAttemptsOf(state),
    ...{ sessionId: state.sessionId, sessionName: state.sessionName },
    ...{ created, launchTime: state.launchTime, startTime, endTime, endSeenTime },
    expiryTime: state.expiryTime,
    seconds: secondsBetween(
      startTime,
      hasEnded(status) ? endTime : isAlive(status) ? now : undefined,
    ),
    maxSeconds: secondsBetween(startTime, hasEnded(status) ? endSeenTime : undefined),
    ...{ image: state.image, imageDigest: state.imageDigest },
    ...{ gitCommit: state.gitCommit, gitDirty: state.gitDirty },
    ...{ cores: size.cores, ram: size.ram, gpus: size.gpus },
    ...{ peakRamGiB: usage?.peakRamGiB, meanCores: usage?.meanCores },
    cost,
    ...{ logPath: state.logPath, recordedIn: state.recordedIn },
    after: state.after && [...state.after],
    sweep,
    key: sweep && name.startsWith(`${sweep}/`) ? name.slice(sweep.length + 1) : undefined,
    params: params && { ...params },
  };
  return withoutUndefined(view) as JobView;
}

function openingIn(window: string | undefined, now: number): Partial<JobView> {
  const opening = window === undefined ? undefined : openingOf(window, now);
  if (opening === undefined) return { window };
  const { time, text, rules } = opening;
  return { window, opensAt: new Date(time).toISOString(), opens: text, zoneRules: rules };
}

function secondsBetween(
  start: string | undefined,
  end: string | number | undefined,
): number | undefined {
  if (start === undefined || end === undefined) return undefined;
  return Math.max(0, Math.round((new Date(end).getTime() - Date.parse(start)) / 1_000));
}

function withoutUndefined(view: object): object {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));
}
