// Which jobs a run is about, where `pulumi-skaha` was told so with `--only`: all others stay as they are. The engine can
// leave out a whole resource only. Pure.

/** The environment variable that says it, as JSON: {@link Choice} without its function. */
export const chosenJobs = "PULUMI_SKAHA_ONLY";

export interface ChoiceWords {
  /** Names of jobs or sweeps in the program, ids, or patterns with `*`. */
  readonly jobs: readonly string[];
  /** True: those jobs go, though the program declares them. @default false */
  readonly removes?: boolean;
}

export interface Choice extends ChoiceWords {
  /** @param name in the program: `study/band=2` */
  readonly isChosen: (name: string, id?: string) => boolean;
}

export function choiceOf({ jobs, removes = false }: ChoiceWords): Choice {
  const all = jobs.map(fits);
  const isChosen = (name: string, id?: string) => all.some((one) => one(name, id));
  return { jobs, removes, isChosen };
}

/** @returns undefined where the run is about all jobs */
export function choiceIn(env: Readonly<Record<string, string | undefined>>): Choice | undefined {
  const text = env[chosenJobs];
  return text === undefined || text === "" ? undefined : choiceOf(JSON.parse(text));
}

/** @returns tells whether a job is meant by a word */
export function fits(word: string): (name: string, id?: string) => boolean {
  const parts = word.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = parts.length > 1 ? new RegExp(`^${parts.join(".*")}$`, "s") : undefined;
  return (name, id) =>
    name === word ||
    name.startsWith(`${word}/`) ||
    id === word ||
    pattern?.test(name) === true ||
    (id !== undefined && pattern?.test(id) === true);
}
