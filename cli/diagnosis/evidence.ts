// What a diagnosis is made from, and what it is.
import { z } from "zod";
import type { Context, Stats } from "../../provider/api";
import type { SessionEvent } from "../../provider/server/sessionEvents";
import type { ObservedJob } from "../stack/observe";
import type { StoppedSweep } from "../stack/stopped";

export interface Evidence {
  readonly job: ObservedJob;
  /** The cluster's, the oldest first. */
  readonly events: readonly SessionEvent[];
  /** The end of its log; undefined where that could not be had. */
  readonly logTail?: string | undefined;
  /** Milliseconds since 1970: since when its log has not grown, as far as that is known. */
  readonly quietSince?: number | undefined;
  readonly heartbeat?: Heartbeat | undefined;
  /** Which sizes the server offers, and how much of it is taken; asked for where a job waits. */
  readonly offer?: { readonly context?: Context | undefined; readonly stats?: Stats | undefined };
  /** The jobs that it waits for. */
  readonly waitsFor: readonly Other[];
  /** Of a job that waits for a slot: how many sessions take slots that are not of its stack. */
  readonly foreign?: number | undefined;
  /** Of a job that `stopAfter` holds: how its sweep stands. */
  readonly stopped?: StoppedSweep | undefined;
  /** Of a job that shares its session. */
  readonly pack?: SharedSession | undefined;
  /** The stack's window, for jobs without their own. */
  readonly window?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The last that a recorded job wrote of itself. */
export interface Heartbeat {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly memoryBytes?: number | undefined;
  readonly cpuSeconds?: number | undefined;
}

/** A session that jobs share, and how those in it stand: the job itself is not counted. */
export interface SharedSession {
  readonly session: string;
  readonly running: number;
  readonly ended: number;
  /** Those that wait, and come before the job. */
  readonly before: number;
  /** All in it, as far as they are known, with the job. */
  readonly jobs: number;
}

/** A job as another one's diagnosis names it. */
export interface Other {
  readonly name: string;
  readonly status: string;
  /** Why it is not Completed. */
  readonly cause?: string | undefined;
}

export const kinds = [
  "completed",
  "running",
  "silent",
  "idle",
  "heartbeatStopped",
  "starting",
  "image",
  "tooLarge",
  "queued",
  "inPack",
  "held",
  "stopped",
  "terminating",
  "outOfMemory",
  "noSuchProgram",
  "notExecutable",
  "noSuchFile",
  "permission",
  "disk",
  "module",
  "network",
  "exception",
  "crash",
  "missingOutputs",
  "deadline",
  "timeout",
  "evicted",
  "cancelled",
  "killed",
  "exitStatus",
  "failed",
  "gone",
  "lost",
  "unknown",
] as const;

export const diagnosisSchema = z.object({
  name: z.string().describe("the job's name in the program"),
  id: z.string().describe("its name on the server"),
  status: z.string(),
  attempt: z.int(),
  kind: z.enum(kinds).describe("what it is, for scripts"),
  cause: z.string().describe("one sentence"),
  remedy: z.string().describe("one sentence").optional(),
  line: z.string().describe("the line of its log or the event that says so").optional(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** What one of the judges found. */
export interface Finding {
  readonly kind: Diagnosis["kind"];
  /** After the job's name: "failed: it ran out of memory". */
  readonly cause: string;
  readonly remedy?: string | undefined;
  readonly line?: string | undefined;
}
