// Jobs that move between a resource of their own and an array, within one run: what was seen of a job as the one is
// what it begins with as the other, and what stands for it is not cancelled where it is no longer declared.
import { hasUnknown } from "../engine/unknown";
import type { JobState } from "../job/state";

/** What a job is declared as. */
export type Form = "job" | "array";

export class Handover {
  readonly #states = { job: new Map<string, JobState>(), array: new Map<string, JobState>() };
  readonly #declared = { job: new Set<string>(), array: new Set<string>() };
  readonly #taken = { job: new Set<string>(), array: new Set<string>() };

  /** Tells what a refresh saw of a job. */
  know(form: Form, id: string, state: JobState): void {
    this.#states[form].set(id, state);
  }

  /** Tells of a job that the program declares. */
  declare(form: Form, id: unknown): void {
    if (typeof id !== "string" || hasUnknown(id)) return;
    this.#declared[form].add(id);
    this.#states[form].delete(id); // it stays what it is: of thousands, nothing is kept for nobody
  }

  /** Tells that a job is in the stack in that form. */
  take(form: Form, id: string): void {
    this.#taken[form].add(id);
  }

  /** What this run has seen of a job in its other form. */
  stateFor(form: Form, id: string): JobState | undefined {
    return this.#states[otherThan(form)].get(id);
  }

  /**
   * Whether a job that is no longer declared in this form is in the stack in the other.
   * @throws Error where it is only declared there
   */
  isHandedOn(form: Form, id: string): boolean {
    const other = otherThan(form);
    if (this.#taken[other].has(id)) return true;
    if (!this.#declared[other].has(id)) return false;
    const where = other === "array" ? "its array" : "a resource of its own";
    throw new Error(
      `${id} stays as it is: it is declared in ${where} now, which does not have it yet; correct what failed there, then run again`,
    );
  }
}

function otherThan(form: Form): Form {
  return form === "job" ? "array" : "job";
}
