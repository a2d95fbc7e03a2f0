// What a run was asked to remove, and what became of it, left in a file for the command that began the run: with
// it and the states before and after, `pulumi-skaha` tells what was done without Pulumi's event log, which costs
// a tenth of the time. What comes together is written together, a turn later at most: once the engine has all answers
// and has written its state, it kills this process.
import { openSync, writeSync } from "node:fs";
import type { JobState } from "../job/state";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const accountFile = "PULUMI_SKAHA_ACCOUNT";

/** A line of the file. */
export type Entry =
  /** The run's first job, whatever was asked of it. */
  | { readonly first: string }
  /** A job's removal has begun. */
  | { readonly remove: string; readonly state: Removed }
  | { readonly removed: string }
  | { readonly failed: string };

/** What a job was when its removal was asked for. */
export type Removed = Pick<JobState, "status" | "startTime" | "onRemove" | "sessionId">;

export class Account {
  #file: number | undefined;
  #hasBegun = false;
  #unwritten = "";

  /** @param file none is written where it is left out or empty */
  constructor(private readonly file: string | undefined) {}

  /** To be called with each job that the run is asked about. */
  begun(id: string): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#write({ first: id });
  }

  /** @param work removes the job, or throws */
  async removal<T>(id: string, state: JobState, work: () => Promise<T>): Promise<T> {
    this.begun(id);
    const { status, startTime, onRemove, sessionId } = state;
    this.#write({ remove: id, state: { status, startTime, onRemove, sessionId } });
    try {
      const value = await work();
      this.#write({ removed: id });
      return value;
    } catch (error) {
      this.#write({ failed: id });
      throw error;
    }
  }

  #write(entry: Entry): void {
    if (this.file === undefined || this.file === "") return;
    if (this.#unwritten === "") setImmediate(() => this.#flush(this.file ?? ""));
    this.#unwritten += `${JSON.stringify(entry)}\n`;
  }

  #flush(file: string): void {
    const lines = this.#unwritten;
    this.#unwritten = "";
    try {
      this.#file ??= openSync(file, "a", 0o600);
      writeSync(this.#file, lines);
    } catch {
      // What it did is done nevertheless: the states tell of that, but not of what failed.
    }
  }
}
