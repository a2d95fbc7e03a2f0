// The catalogue of a job's outputs: what state says of a job besides its inputs, and how long each holds. The
// resource class, what a new attempt forgets, `--json` and docs/reference.md follow from it. Plain data: programs
// load it.

/**
 * How long an output holds:
 * - `attempt`: it is about the session that stands for the job now; another session starts without it.
 * - `hold`: it is about why a job is Held; it goes when a session stands for the job.
 * - `job`: it stays, over all attempts.
 */
export type HoldsFor = "attempt" | "hold" | "job";

export interface Output {
  readonly holdsFor: HoldsFor;
  /** What it says, in sentences. */
  readonly text: string;
  /** The type in TypeScript; without it only the provider and the command read it. */
  readonly type?: string;
}

/** In the order in which the documents have them. */
export const outputs = {
  status: {
    holdsFor: "job",
    type: "string",
    text: "`Held`, `Pending`, `Running`, `Terminating`, `Completed`, `Failed` or `Lost`, as of the last `up` or refresh. An unknown word of the server is kept as it is.",
  },
  reason: {
    holdsFor: "hold",
    type: "string | undefined",
    text: "Why the job is `Held`, in words.",
  },
  heldBy: {
    holdsFor: "hold",
    type: "string | undefined",
    text: "What holds it: `after`, `canary`, `stopAfter`, `window`, `maxInFlight`, `maxCost`, `pack`, or `unclear` if its launch got no clear answer.",
  },
  heldSince: {
    holdsFor: "hold",
    text: "Since when it is `Held`. The job that is held for longest goes first. ISO 8601.",
  },
  slot: {
    holdsFor: "hold",
    text: "With `maxInFlight`: whether the last refresh had a slot for this job.",
  },
  noSlotInGroup: {
    holdsFor: "hold",
    text: "True where it was the group's own limit that left none.",
  },
  isOverMaxCost: {
    holdsFor: "hold",
    text: "True where the last refresh found that it would cost more than is left of `skaha:maxCost`.",
  },
  seen: {
    holdsFor: "job",
    text: "Statuses of the jobs of `after` that are outside the stack, by session id.",
  },
  cause: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "Why the job ended badly, if more is known than its status: `Deadline` if the server's own limit ended it; for a recorded job `ExitCode`, `Signal`, `OutOfMemory`, `Timeout`, `MissingOutputs`, `Killed` or `NotStarted`; `Preempted` where the cluster's events say it.",
  },
  isForgiven: {
    holdsFor: "attempt",
    text: "True of a failure that counts no longer for `stopAfter`: the sweep was released since.",
  },
  exitCode: {
    holdsFor: "attempt",
    type: "number | undefined",
    text: "Of a recorded job: its exit code.",
  },
  signal: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "Of a recorded job: the signal that ended it.",
  },
  missingOutputs: {
    holdsFor: "attempt",
    type: "string[] | undefined",
    text: "Of a recorded job: the `outputs` that it did not write.",
  },
  skipped: {
    holdsFor: "attempt",
    text: "True where nothing ran, because all outputs were there.",
  },
  usage: {
    holdsFor: "attempt",
    type: "Usage | undefined",
    text: "Of a recorded job: the memory (GiB) and cores that it used.",
  },
  recordedIn: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "Of a recorded job: the folder of this attempt's record, as jobs see it.",
  },
  isRecordNew: {
    holdsFor: "attempt",
    text: "True where nothing was recorded there before this attempt was launched.",
  },
  isRecordUnread: {
    holdsFor: "attempt",
    text: "True where the record of an end could not be read yet.",
  },
  sessionId: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "Skaha's id of the session that now stands for the job.",
  },
  sessionName: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "That session's name: the job's `id`, from attempt 2 on with `-<attempt>`.",
  },
  attempt: { holdsFor: "job", type: "number", text: "Which session it is, counted from 1." },
  attempts: {
    holdsFor: "job",
    type: "PastAttempt[] | undefined",
    text: "The attempts before this one, oldest first.",
  },
  attemptSize: {
    holdsFor: "attempt",
    text: "What this attempt was launched with, where that is not what is declared.",
  },
  sizedAt: {
    holdsFor: "job",
    text: "The attempt that the declared size is for: from there on the factors of `retry` make it grow. Default: 1.",
  },
  launchTime: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "When this attempt was launched; undefined if its session was found or adopted. ISO 8601.",
  },
  startTime: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "When the session started; undefined until then. ISO 8601.",
  },
  endTime: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "Of a recorded job: when it ended. The server does not say that. ISO 8601.",
  },
  endSeenTime: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "Of a job without a record: when its end was first seen. It ended then or earlier. ISO 8601.",
  },
  expiryTime: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "When the server ends the session if it has not ended by itself. ISO 8601.",
  },
  logPath: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "With `logs`: where the log was saved, relative to the program's folder. Else of a recorded job: where it is under /arc.",
  },
  logTail: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "With `logs`, of a Failed job: the last lines of its log, at most 4 KB.",
  },
  logGone: {
    holdsFor: "attempt",
    text: "True when the server had forgotten the log before it could be saved.",
  },
  events: {
    holdsFor: "attempt",
    type: "string | undefined",
    text: "With `logs`, of a Failed job: its Kubernetes events, at most 4 KB.",
  },
  imageDigest: {
    holdsFor: "job",
    type: "string | undefined",
    text: "What the image's tag stood for at the launch, if the image is public.",
  },
  gitCommit: {
    holdsFor: "job",
    type: "string | undefined",
    text: "The commit of the program that launched the job.",
  },
  gitDirty: {
    holdsFor: "job",
    type: "boolean | undefined",
    text: "Whether there were uncommitted changes.",
  },
  server: { holdsFor: "job", type: "string", text: "The Skaha API that the job was launched on." },
  userId: { holdsFor: "job", type: "string | undefined", text: "The user that launched it." },
  runs: {
    holdsFor: "job",
    text: "Digests of what runs (`digests.ts`); absent in what earlier versions left, which has the inputs themselves.",
  },
} as const satisfies Record<string, Output>;

export type OutputName = keyof typeof outputs;

type Where<Part> = {
  [Name in OutputName]: (typeof outputs)[Name] extends Part ? Name : never;
}[OutputName];

function undefinedWhere<Part>(is: (output: Output) => boolean): Record<Where<Part>, undefined> {
  const names = Object.entries<Output>(outputs).flatMap(([name, one]) => (is(one) ? [name] : []));
  const nothing = Object.fromEntries(names.map((name) => [name, undefined]));
  return nothing as Record<Where<Part>, undefined>; // those names, by the same condition
}

/** What users see of a job: the class registers each as not known yet. */
export const placeholders = undefinedWhere<{ type: string }>(({ type }) => type !== undefined);
/** What another session starts without. */
export const ofAttempt = undefinedWhere<{ holdsFor: "attempt" }>(
  ({ holdsFor }) => holdsFor === "attempt",
);
/** What a job that is no longer Held is without. */
export const ofHold = undefinedWhere<{ holdsFor: "hold" }>(({ holdsFor }) => holdsFor === "hold");
