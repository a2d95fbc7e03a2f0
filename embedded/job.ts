// The vocabulary: what a POST becomes, and what is remembered of a session.

/** Sizes as Kubernetes writes them: `memory` in bytes ("4294967296"), `cpu` in cores ("2", "1500m"). */
export interface Sizes {
  readonly memory: string;
  readonly cpu: string;
  readonly "nvidia.com/gpu"?: string;
}

/** The container of the Kubernetes Job, before kubelet expands anything (the form of test/golden). */
export interface Job {
  /** `null`: the image's own entrypoint. */
  readonly command: readonly string[] | null;
  readonly args: readonly string[] | null;
  /** The user's variables only, in order; the server's own six come after them. */
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly requests: Sizes;
  readonly limits: Sizes;
  readonly hostname: string;
}

/** What a POST asks for, after the server's whole translation. */
export interface AdmittedLaunch {
  readonly job: Job;
  readonly image: string;
  /** `headless`, `notebook`, … */
  readonly type: string;
  /** The label `canfar.net/name`: lower case, at most 63 characters. */
  readonly name: string;
  /** What the scheduler counts: the requests. */
  readonly size: Size;
  /** OMP_NUM_THREADS. */
  readonly threads: number;
  /** `canfar.net/flavor` is `fixed`: the memory request equals its limit. */
  readonly fixed: boolean;
  /** Set when the image cannot be pulled (private, and the registry's secret is wrong). */
  readonly unpullable?: boolean | undefined;
}

export interface Size {
  readonly cores: number;
  readonly ramBytes: number;
  readonly gpus: number;
}

/** `Job.status` of Kubernetes, times in ms. */
export interface JobStatus {
  readonly active?: number | undefined;
  readonly ready?: number | undefined;
  readonly succeeded?: number | undefined;
  readonly failed?: number | undefined;
  readonly terminating?: number | undefined;
  readonly suspend?: boolean | undefined;
  readonly startTime?: number | undefined;
}

export interface SessionEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** ms */
  readonly first: number;
  /** ms; absent: the cluster did not record one, shown as `<nil>`. */
  readonly last?: number | undefined;
}

/** All that is remembered of a session, from its POST on, also after the server forgot it. */
export interface SessionRecord {
  readonly id: string;
  readonly user: string;
  readonly launch: AdmittedLaunch;
  /** ms */
  readonly created: number;
  /** When it was given its place and its process was asked for, ms. */
  scheduled?: number | undefined;
  jobStatus: JobStatus;
  /** Ended by itself or by its deadline, ms. */
  ended?: number | undefined;
  exitCode?: number | undefined;
  /** Counted from the start, in seconds. */
  activeDeadlineSeconds: number;
  /** No longer known to the API, since (ms), and why. */
  forgotten?: { readonly at: number; readonly why: "deleted" | "expired" | "vanished" } | undefined;
  /** Its processes are known to be gone (or never were), ms. */
  dead?: number | undefined;
  readonly events: SessionEvent[];
}

/** The status the API shows (`SessionBuilder`, docs/skaha-api.md 3.5), in this order. */
export function statusOf(status: JobStatus): string {
  if ((status.active ?? 0) > 0) return (status.ready ?? 0) > 0 ? "Running" : "Pending";
  if (status.suspend) return "Pending";
  if ((status.succeeded ?? 0) > 0) return "Completed";
  if ((status.failed ?? 0) > 0) return "Failed";
  if ((status.terminating ?? 0) > 0) return "Terminating";
  return "Pending";
}
