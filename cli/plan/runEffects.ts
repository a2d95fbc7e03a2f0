// What a run of the engine does to each job, wherever that is known from: its event log, or the states before and after.
import type { JobInputs } from "../../provider/job/inputs";
import type { JobState } from "../../provider/job/state";

/** One job of the program or of state, as a run treats it. */
export interface JobChange {
  /** Its logical name in the program. */
  readonly name: string;
  readonly op: "create" | "update" | "replace" | "same" | "delete";
  /** State before, refreshed where the run refreshes; absent for a new job. */
  readonly before?: JobState;
  readonly oldId?: string;
  /** What the program declares; absent for a job that is not in it. */
  readonly inputs?: JobInputs;
  /** State after, of runs that are no previews. */
  readonly after?: JobState;
  /** Its name on the server. */
  readonly id?: string;
  /** True where the engine forgets the job and leaves its session alone. */
  readonly isRetained?: boolean;
  /** True where the run is about other jobs: it stays as it is. */
  readonly isLeft?: boolean;
  /** `started`: neither its end nor its failure was seen. */
  readonly outcome: "started" | "done" | "failed";
}

/** What a refresh found of one job. */
export interface RefreshedJob {
  readonly name: string;
  readonly id: string;
  readonly before: JobState;
  readonly after: JobState;
}

/** What a run does to jobs and other resources. */
export interface RunEffects {
  readonly changes: readonly JobChange[];
  readonly refreshed: readonly RefreshedJob[];
  /** How many resources that are no jobs are created, changed or deleted. */
  readonly others: number;
  /** The place of one of the jobs, as `placeOf` reads it: `<organization>/<urn>`. */
  readonly identity: string | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

/** As a state file or an event has it. */
export interface Resource {
  readonly id?: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Properties | null;
  readonly outputs?: Properties | null;
}
