// The `sh` around a recorded command. It hands on argv, environment, output, signals and exit status, and writes
// `<record>/<id>/<attempt>/`: start.json, log, heartbeat.json and, last, end.json.
import type { Size } from "../job/attempts";
import { recordFolder } from "./record";
import { scriptOf } from "./script";

export interface Recording {
  /** The folder of all records, an absolute path; undefined: nothing is written, the rest holds. */
  readonly record?: string | undefined;
  /** The job's id. */
  readonly id: string;
  readonly attempt: number;
  readonly image: string;
  /** What is told of the job besides, for who finds its record without its stack. */
  readonly declared?: Declared | undefined;
  /** What must be there after exit 0, in words (`outputs.ts`): paths, relative ones in `cwd`. */
  readonly outputs: readonly string[];
  readonly cwd?: string | undefined;
  /** The folder of files that were sent ahead, which the first job makes (`files/place.ts`). */
  readonly files?: string | undefined;
  readonly maxRunSeconds?: number | undefined;
  /**
   * Between TERM and KILL, after `maxRunSeconds`.
   * @default 30
   */
  readonly graceSeconds?: number | undefined;
  /** Nothing runs where there are outputs and all of them exist. */
  readonly skipIfOutputs?: boolean | undefined;
  /** Set in the command's environment: names and values that a shell takes as they are. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /**
   * The first heartbeats come sooner: after 2, 6, 14, ... seconds.
   * @default 30
   */
  readonly heartbeatSeconds?: number | undefined;
}

export interface Declared extends Size {
  /** What its user calls it. */
  readonly name: string;
}

/** What ends a job apart from its own exit 0; the `cause` in end.json. */
export type RecordedCause =
  | "ExitCode"
  | "Signal"
  | "OutOfMemory"
  | "Timeout"
  | "MissingOutputs"
  | "NotStarted";

export interface RecordedStart {
  readonly image: string;
  readonly attempt: number;
  /** Of a job that is in no pack, like its size. */
  readonly name?: string;
  readonly cores?: number;
  /** GiB. */
  readonly ram?: number;
  readonly gpus?: number;
  readonly host: string;
  readonly start: string;
  readonly argv: readonly string[];
}

export interface RecordedHeartbeat {
  readonly time: string;
  readonly memoryBytes?: number;
  readonly peakMemoryBytes?: number;
  readonly cpuSeconds?: number;
  readonly samples: number;
}

export interface RecordedEnd {
  /** The command's own, as a shell tells it: 128+n for signal n. */
  readonly exitCode: number;
  readonly signal: string | null;
  readonly cause?: RecordedCause;
  readonly start: string;
  readonly end: string;
  readonly peakMemoryBytes?: number;
  readonly meanCores?: number;
  readonly samples: number;
  readonly missingOutputs: readonly string[];
  readonly skipped?: true;
  /** The disk was full, or the like: the `log` beside it lacks something. */
  readonly logTruncated?: true;
}

/** The command that runs `argv` and records it. Every path is a word of its own. */
export function wrapped(
  argv: readonly string[],
  recording: Recording,
): { command: string; args: string[] } {
  const { outputs } = recording;
  return {
    command: "/bin/sh",
    args: ["-c", scriptOf("wrapper"), "skaha-record", ...options(recording), ...outputs, ...argv],
  };
}

/** What the wrapper's script is given before the outputs and the command. */
export function options(recording: Recording): string[] {
  const { record, id, attempt, image, outputs, declared } = recording;
  return [
    record === undefined ? "" : recordFolder(record, id, attempt),
    membersOf({ image, attempt, ...(record !== undefined && declared) }),
    recording.cwd ?? "",
    recording.maxRunSeconds === undefined ? "" : decimal(recording.maxRunSeconds),
    decimal(recording.graceSeconds ?? 30),
    String(Math.max(1, Math.round(recording.heartbeatSeconds ?? 30))),
    recording.skipIfOutputs && outputs.length > 0 ? "skip" : "",
    Object.entries(recording.variables ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
    String(outputs.length),
    recording.files ?? "",
  ];
}

/** The members of a JSON object, in ASCII: not every character reaches a session as it is. */
function membersOf(object: object): string {
  const escaped = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(object)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, escaped);
}

/** As `sleep` reads it, never `1e-7`. */
function decimal(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}
