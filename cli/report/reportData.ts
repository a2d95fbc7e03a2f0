// What a report's page is given: plain data, made by the command and read by the page. Times are milliseconds
// since 1970, sizes GiB and cores; all text is free of control characters.

export type Value = string | number | boolean | null;

export interface ReportData {
  readonly project: string;
  readonly stack: string;
  /** Absent where nobody was asked. */
  readonly server?: string | undefined;
  readonly version: string;
  readonly madeAt: number;
  readonly jobs: readonly ReportJob[];
  /** Columns of the file of results that hold numbers. */
  readonly results: readonly string[];
  readonly sizes: readonly ReportSize[];
  readonly packs: readonly ReportPack[];
  /** Of each sweep and each job that is in none; the last is of all together, where there are several. */
  readonly costs: readonly ReportCost[];
  /** What could not be found out, as sentences. */
  readonly problems: readonly string[];
}

export interface ReportJob {
  readonly name: string;
  readonly id: string;
  readonly sweep?: string | undefined;
  readonly params: Readonly<Record<string, Value>>;
  readonly status: string;
  /** False: its session is gone, and its end is not known. */
  readonly isKnown: boolean;
  /** Why it is Held, or ended badly. */
  readonly why?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly session?: string | undefined;
  readonly cores?: number | undefined;
  readonly ram?: number | undefined;
  /** Oldest first; the last stands for the job. */
  readonly attempts: readonly ReportAttempt[];
  /** Over all attempts. */
  readonly cost?: ReportAmounts | undefined;
  readonly log?: ReportLog | undefined;
  readonly results: Readonly<Record<string, number>>;
}

export interface ReportAttempt {
  readonly attempt: number;
  readonly status: string;
  readonly why?: string | undefined;
  /** Since when it was to be launched: that of the job, or the end of the attempt before. */
  readonly declared?: number | undefined;
  readonly launched?: number | undefined;
  readonly started?: number | undefined;
  readonly ended?: number | undefined;
  /** Where that is not known: when its end was first seen. It ended then or earlier. */
  readonly endSeen?: number | undefined;
  readonly cores?: number | undefined;
  readonly ram?: number | undefined;
  readonly meanCores?: number | undefined;
  readonly peakRam?: number | undefined;
}

/** The last lines of what failed. */
export interface ReportLog {
  readonly from: string;
  readonly text: string;
}

/** Of each sweep, and of each job that is in none: what was asked for and what would have done. */
export interface ReportSize {
  readonly sweep: string;
  readonly what: "Cores" | "RAM";
  readonly unit: string;
  readonly asked?: number | undefined;
  readonly samples: number;
  readonly p95?: number | undefined;
  readonly max?: number | undefined;
  readonly suggested?: number | undefined;
  readonly why?: string | undefined;
  readonly savedHours?: number | undefined;
}

/** Of a sweep whose jobs are short: how they should share sessions. */
export interface ReportPack {
  readonly sweep: string;
  /** 95 % of its jobs took no longer. */
  readonly p95Seconds: number;
  readonly jobs: number;
  readonly parallel: number;
}

/** What sessions reserved for as long as they ran. */
export interface ReportAmounts {
  readonly coreHours: number;
  readonly gibHours: number;
  readonly gpuHours: number;
  readonly sessions: number;
  /** Where the stack says what they are worth. */
  readonly price?: number | undefined;
  /** True where an end was only seen: it cost so much or less. */
  readonly isMost?: boolean | undefined;
}

export interface ReportCost extends ReportAmounts {
  readonly group: string;
  readonly jobs: number;
}
