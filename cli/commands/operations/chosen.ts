// Whether there are jobs that `--only` names: whoever misspells one is to know that it was not run. Pure.
import { fits } from "../../../provider/array/choice";
import type { Job } from "../../../provider/job/deployment";
import { nearest } from "../../../provider/text/nearest";
import { CommandError } from "../../commandError";
import type { JobChange } from "../../plan/runEffects";

/** @throws CommandError where a run would be about no job that is meant */
export function assertChosen(only: readonly string[], changes: readonly JobChange[]): void {
  const jobs = changes.map(({ name, id, oldId }) => ({ name, id: id ?? oldId ?? "" }));
  for (const word of only) assertThere(word, jobs);
}

/** @throws CommandError where a word of `--only` means no job */
export function assertThere(word: string, jobs: readonly Pick<Job, "name" | "id">[]): void {
  const isMeant = fits(word);
  if (jobs.some(({ name, id }) => isMeant(name, id))) return;
  const like = nearest(
    word,
    jobs.map(({ name }) => name),
  );
  const hint = like === undefined ? "nothing is done" : `nothing is done; is it ${like}?`;
  throw new CommandError(
    `--only ${word}: neither the program nor the stack has such a job, so ${hint}`,
  );
}
