// Which jobs a run is about, where `pulumi-skaha` was told so with `--only`: all others stay as they are. The engine can
// leave out a whole resource only.
import { readFileSync, writeFileSync } from "node:fs";
import type { CheckFailure } from "../job/inputs";

/** The environment variable that names the file which says it: {@link Chosen} as JSON. */
export const chosenJobs = "PULUMI_SKAHA_ONLY";

export interface Chosen {
  /** Names of jobs in the program: `study/band=2`. */
  readonly jobs: readonly string[];
  /** True: those jobs go, though the program declares them. @default false */
  readonly removes?: boolean;
}

export interface Choice {
  readonly removes: boolean;
  /** @param name in the program */
  readonly isChosen: (name: string) => boolean;
}

export function choiceOf({ jobs, removes = false }: Chosen): Choice {
  const names = new Set(jobs);
  return { removes, isChosen: (name) => names.has(name) };
}

export function leaveChoice(file: string, chosen: Chosen): void {
  writeFileSync(file, JSON.stringify(chosen), { mode: 0o600 });
}

/**
 * @returns undefined where the run is about all jobs
 * @throws Error where a file is named that cannot be read: the run would be about other jobs than were asked for
 */
export function choiceIn(env: Readonly<Record<string, string | undefined>>): Choice | undefined {
  const file = env[chosenJobs];
  if (file === undefined || file === "") return undefined;
  return choiceOf(JSON.parse(readFileSync(file, "utf8")));
}

/** @returns tells of a key of that array whether the run is about other jobs */
export function isLeftBy(choice: Choice | undefined, array: string): (key: string) => boolean {
  if (choice === undefined) return () => false;
  return (key) => !choice.isChosen(`${array}/${key}`);
}

/**
 * Of an array whose new jobs are chosen in part only the provider sees that another job comes after one that is left
 * out: while it launches the program has no id of that one, and in a preview the id that it would have.
 * @param leftOut ids of jobs that the stack does not have and this run leaves out, as far as they are known
 */
export function predecessorsLeftOut(
  choice: Choice | undefined,
  { after }: { readonly after?: unknown },
  leftOut: ReadonlySet<unknown>,
): readonly CheckFailure[] {
  if (choice === undefined || !Array.isArray(after)) return [];
  const count = after.filter((id) => id === "" || leftOut.has(id)).length;
  if (count === 0) return [];
  const reason = `has ${count === 1 ? "a job" : `${count} jobs`} of an array that the stack does not have and this run leaves out: choose what it comes after, too (--only)`;
  return [{ property: "after", reason }];
}
