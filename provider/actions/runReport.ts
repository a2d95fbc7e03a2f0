// What a run did, written as it happens for the command that began it: `pulumi-skaha` tells from it, and from the
// states before and after, what became of each job, and sees without another request whether there are orphans. What
// comes together is written together, a turn later at most: once the engine has all answers and has written its state,
// it kills this process. A list is written at once, before anybody acts on it.
import { openSync, writeSync } from "node:fs";
import type { Session } from "../api";
import { parseName } from "../job/identity";
import type { JobState } from "../job/state";
import { isAlive, statusOf } from "../job/status";
import type { Announcement } from "./actions";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const reportFile = "PULUMI_SKAHA_REPORT";

/** A line of the file, as JSON. */
export type Entry =
  | Announcement
  /** The first job that the run was asked about, whatever was asked. */
  | { readonly kind: "begin"; readonly job: string }
  /** A job's removal has begun. */
  | { readonly kind: "remove"; readonly job: string; readonly state: RemovedState }
  | { readonly kind: "removed" | "notRemoved"; readonly job: string }
  /** It failed only because the user ended the run before its turn. */
  | { readonly kind: "interrupted"; readonly job: string }
  | {
      readonly kind: "list";
      /** Milliseconds since 1970. */
      readonly askedAt: number;
      readonly sessions: readonly ListedSession[];
    };

/** What a job was when its removal was asked for. */
export type RemovedState = Pick<JobState, "status" | "startTime" | "onRemove" | "sessionId">;

/** A session that lives and is named like a job. */
export type ListedSession = Pick<Session, "id" | "name" | "type" | "status">;

export class ReportWriter {
  #file: number | undefined;
  #hasBegun = false;
  #unwritten = "";

  /** @param file nothing is written where it is left out or empty */
  constructor(private readonly file?: string | undefined) {}

  /** To be called with each job that the run is asked about. */
  begin(job: string): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#add({ kind: "begin", job });
  }

  add(said: Announcement): void {
    this.#add(said);
  }

  /** To be called with each job that was not begun because the user ended the run. */
  interrupted(job: string): void {
    this.#add({ kind: "interrupted", job });
  }

  /** @param work removes the job, or throws */
  async removal<T>(job: string, state: JobState, work: () => Promise<T>): Promise<T> {
    this.begin(job);
    const { status, startTime, onRemove, sessionId } = state;
    this.#add({ kind: "remove", job, state: { status, startTime, onRemove, sessionId } });
    try {
      const value = await work();
      this.#add({ kind: "removed", job });
      return value;
    } catch (error) {
      this.#add({ kind: "notRemoved", job });
      throw error;
    }
  }

  /** To be called with each list of the server's, before anybody acts on it. */
  list(sessions: readonly Session[], askedAt: number): void {
    if (!this.#isWanted) return;
    const jobs = sessions.filter(
      ({ name, status }) => isAlive(statusOf(status)) && parseName(name) !== undefined,
    );
    const listed = jobs.map(({ id, name, type, status }) => ({ id, name, type, status }));
    this.#add({ kind: "list", askedAt, sessions: listed });
    this.#flush();
  }

  get #isWanted(): boolean {
    return this.file !== undefined && this.file !== "";
  }

  #add(entry: Entry): void {
    if (!this.#isWanted) return;
    if (this.#unwritten === "") setImmediate(() => this.#flush());
    this.#unwritten += `${JSON.stringify(entry)}\n`;
  }

  #flush(): void {
    const lines = this.#unwritten;
    this.#unwritten = "";
    if (lines === "" || this.file === undefined) return;
    try {
      this.#file ??= openSync(this.file, "a", 0o600);
      writeSync(this.#file, lines);
    } catch {
      // What was done is done nevertheless: the states tell of that, but not of what failed.
    }
  }
}
