// The environment in which this provider makes `pulumi` fast and safe. What the user has set stands.

const settings = {
  // Launches and cancellations wait for the server, not for this machine: the provider bounds its requests
  // (`skaha:concurrency`), and of held jobs only those that are read together are put in order.
  PULUMI_PARALLEL: "1024",
  // Written at every step, the state of a large stack takes most of the time; what is launched by a run
  // that is killed is found again by its name.
  PULUMI_SKIP_CHECKPOINTS: "true",
  // One job that the server refuses keeps no other from being launched.
  PULUMI_CONTINUE_ON_ERROR: "true",
  // Go's own default collects garbage twice as often: a quarter more of the engine's time, for a fifth less memory.
  GOGC: "200",
  // Pulumi logs each command below its home, 200 to 800 KB for an `up` of 200 jobs, and keeps 500 MB of that: on /arc
  // it is the user's quota. It removes the oldest before a command begins (pkg/logging/rotation.go).
  PULUMI_LOG_ROTATION_MAX_TOTAL_MB: "50",
} as const;

/** What is done otherwise where an array has jobs by the thousand (`arrayCare.ts`). */
export interface Care {
  /**
   * How much the engine may take besides what it uses before it collects garbage, in percent: it has little to do then, and
   * memory counts for more than its time. @default 200
   */
  readonly garbage?: "50" | "25" | undefined;
  /** How many MB half of the space for new values has in Pulumi's Node processes. @default 8 */
  readonly youngHeapMB?: 4 | undefined;
  /**
   * Whether the engine has each resource that it refreshed compared with what is declared. It does nothing with the answer
   * but to show "update" where the next `up` would do something, in place of where the refresh has seen something; of an
   * array the comparison takes as long as the refresh. @default true
   */
  readonly comparesRefreshed?: boolean | undefined;
}

export function safeEnvironment(
  env: NodeJS.ProcessEnv,
  { garbage, youngHeapMB, comparesRefreshed = true }: Care = {},
): NodeJS.ProcessEnv {
  const chosen = {
    ...settings,
    ...(garbage !== undefined && { GOGC: garbage }),
    ...(!comparesRefreshed && { PULUMI_ENABLE_LEGACY_REFRESH_DIFF: "true" }),
  };
  return {
    ...Object.fromEntries(Object.entries(chosen).filter(([name]) => env[name] === undefined)),
    ...youngHeap(env.NODE_OPTIONS, youngHeapMB),
  };
}

/**
 * For each of the Node processes that Pulumi starts: by default new values may take 48 MB in each before any are
 * collected. That is a tenth of the memory of an `up` of 1,000 jobs, and saves no time that could be measured. Half of what is
 * set here does cost time: a tenth of an `up` that launches 10,000 jobs of an array.
 */
function youngHeap(options = "", megabytes = 8): NodeJS.ProcessEnv {
  if (/--max[-_]semi[-_]space[-_]size/.test(options)) return {};
  return { NODE_OPTIONS: `${options} --max-semi-space-size=${megabytes}`.trim() };
}

/** How many MB of Pulumi's logs `pulumi-skaha` lets stand: Pulumi takes a number above zero, and its default else. */
export function largestLogsMB(env: NodeJS.ProcessEnv): number {
  const name = "PULUMI_LOG_ROTATION_MAX_TOTAL_MB";
  const own = env[name];
  if (own === undefined) return Number(settings[name]);
  return Number(own) > 0 ? Number(own) : 500;
}
