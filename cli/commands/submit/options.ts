// What `pulumi-skaha submit` can be told.
export interface SubmitOptions {
  readonly image?: string;
  readonly cores?: number;
  /** In GiB, or with a unit. */
  readonly ram?: string;
  readonly gpus?: number;
  readonly roundUp?: boolean;
  readonly name?: string;
  readonly key?: string;
  readonly script?: string;
  readonly cwd?: string;
  readonly env?: readonly string[];
  readonly output?: readonly string[];
  /** Seconds. */
  readonly maxRun?: number;
  readonly rerun?: "failed" | "known";
  readonly status?: boolean;
  readonly acknowledge?: boolean;
  readonly cancel?: boolean;
  readonly wait?: boolean;
  /** Whose job it is: a process. */
  readonly companionOf?: number;
  readonly companion?: number;
  readonly record?: string;
  readonly json?: boolean;
}
