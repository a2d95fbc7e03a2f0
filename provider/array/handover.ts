// Jobs that move between a resource of their own and an array, within one run: what was seen of a job as the one is
// what it begins with as the other, and what stands for it is not cancelled where it is no longer declared.
import { hasUnknown } from "../engine/unknown";
import type { JobState } from "../job/state";

/** What a job is declared as. */
export type Form = "job" | "array";

/** The sign behind what is readable of a value, and its hash: what was readable to an earlier release may be another. */
const hashed = /[^=,/]*~(?=[0-9a-z]{8}(?:[,=]|$))/g;

export class Handover {
  readonly #states = { job: new Map<string, JobState>(), array: new Map<string, JobState>() };
  readonly #declared = { job: new Set<string>(), array: new Set<string>() };
  /** Names of jobs of arrays that a key of another release or type may have, by what both have alike. */
  readonly #names = new Map<string, string>();
  readonly #taken = { job: new Set<string>(), array: new Set<string>() };

  /**
   * Tells what a refresh saw of a job.
   * @param name what an array's is called in the program, so that it is found where it leaves the array with another key
   */
  know(form: Form, id: string, state: JobState, name = ""): void {
    this.#states[form].set(id, state);
    const alike = alikeOf(name); // nothing is left out of most names
    if (alike !== name) this.#names.set(alike, name);
  }

  /** What the job of the same row may be called in an array; undefined where that is the same. */
  nameInArray(name: string): string | undefined {
    if (this.#states.array.size === 0) return undefined;
    const alike = alikeOf(name);
    const other = this.#names.get(alike) ?? alike;
    return other === name ? undefined : other;
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

  /** @returns tells of an id whether a job of it is a resource of its own; undefined where none is */
  singles(): ((id: string) => boolean) | undefined {
    const { job: singles } = this.#states;
    return singles.size === 0 ? undefined : (id) => singles.has(id);
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

/** The same for keys of one row; also of two rows, which have other ids. */
function alikeOf(name: string): string {
  if (!/[~"]/.test(name)) return name;
  return name.replaceAll(hashed, "~").replaceAll('"', "");
}

function otherThan(form: Form): Form {
  return form === "job" ? "array" : "job";
}
