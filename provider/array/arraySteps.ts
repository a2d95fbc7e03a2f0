// What an array's edit, the clock or an end means for each of its jobs. One job's step is judged where it is judged for
// a job of its own (`job/decisions/change.ts`). Pure and offline.
import { hasUnknown } from "../engine/unknown";
import { sizeOf } from "../job/attempts";
import { isHandledAnew, nextStep, type Step } from "../job/decisions/change";
import type { LaunchPolicy } from "../job/decisions/hold";
import type { JobState } from "../job/state";
import { isAlive } from "../job/status";
import type { DeclaredArrayJob } from "./declaredJobs";
import type { StoredJob } from "./stateTable";

/**
 * - `create`: it is not in the stack.
 * - `replace`: it runs something else now: its session is cancelled, and a new one is launched.
 * - `update`: what its step says, or new inputs are taken over.
 * - `keep`: nothing.
 * - `remove`: it is no longer declared.
 * - `unknown`: a preview does not know yet what it runs.
 */
export type ArrayStep =
  | { readonly do: "create"; readonly key: string; readonly job: DeclaredArrayJob }
  | {
      readonly do: "replace";
      readonly key: string;
      readonly job: DeclaredArrayJob;
      readonly stored: StoredJob;
    }
  | {
      readonly do: "update" | "keep";
      readonly key: string;
      readonly job: DeclaredArrayJob;
      readonly stored: StoredJob;
      readonly step: Step;
    }
  | { readonly do: "remove"; readonly key: string; readonly stored: StoredJob }
  | { readonly do: "unknown"; readonly key: string };

export interface CanaryStatus {
  readonly canary: readonly string[];
  readonly canaryStatus: readonly string[];
}

/**
 * @param declared by key; all that `check` let pass
 * @param keys of all rows: those that are not declared are not known yet
 * @param canaries keys of the jobs that the others wait for
 */
export function arraySteps(
  stored: ReadonlyMap<string, StoredJob>,
  declared: ReadonlyMap<string, DeclaredArrayJob>,
  {
    keys,
    canaries,
    policy,
    again,
  }: {
    readonly keys: readonly string[];
    readonly canaries: readonly string[];
    readonly policy: LaunchPolicy;
    /** Ids of jobs that run again as they are declared. */
    readonly again: ReadonlySet<string>;
  },
): ArrayStep[] {
  const isDeclared = new Set(keys);
  // A job whose key is written otherwise now, as after a type was declared for its column, is known by its id.
  const renamed = new Map(
    [...stored].filter(([key]) => !isDeclared.has(key)).map(([key, one]) => [one.id, key]),
  );
  const following = followerOf(canaries, declared, (key) => stored.get(key)?.state.status);
  const steps = keys.map((key): ArrayStep => {
    const found = declared.get(key);
    if (!found || hasUnknown(found.id)) return { do: "unknown", key };
    const job = following(key, found);
    const oldKey = stored.has(key) ? key : renamed.get(job.id);
    const before = oldKey === undefined ? undefined : stored.get(oldKey);
    if (oldKey !== undefined) isDeclared.add(oldKey);
    if (!before) return { do: "create", key, job };
    if (before.id !== job.id || again.has(job.id))
      return { do: "replace", key, job, stored: before };
    const step = nextStep(before.state, job.inputs, policy);
    const isKept =
      step.do === "nothing" && !isHandledAnew(asProps(before.state), asProps(job.inputs));
    return { do: isKept ? "keep" : "update", key, job, stored: before, step };
  });
  for (const [key, one] of stored) {
    if (!isDeclared.has(key)) steps.push({ do: "remove", key, stored: one });
  }
  return steps;
}

/** @returns gives a job that is no canary the ids and statuses of those that are */
export function followerOf(
  canaries: readonly string[],
  declared: ReadonlyMap<string, DeclaredArrayJob>,
  statusOf: (key: string) => string | undefined,
): (key: string, job: DeclaredArrayJob) => DeclaredArrayJob {
  if (canaries.length === 0) return (_, job) => job;
  const first = new Set(canaries);
  const canary = canaries.map((key) => declared.get(key)?.id ?? key);
  const canaryStatus = canaries.map((key) => statusOf(key) ?? "");
  return (key, job) =>
    first.has(key) ? job : { ...job, inputs: { ...job.inputs, canary, canaryStatus } };
}

/** What a plan comes to, in words: `launch 3 (12 cores, 48 GiB), cancel 1 that runs, keep 9,996`. */
export function planOf(steps: readonly ArrayStep[]): string {
  const counts = new Map<string, number>();
  const launched = { cores: 0, ram: 0 };
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const one of steps) {
    for (const what of wordsFor(one)) count(what);
    if (
      one.do === "create" ||
      one.do === "replace" ||
      (one.do === "update" && isLaunch(one.step))
    ) {
      const { cores, ram } = sizeOf(one.job.inputs as unknown as JobState);
      launched.cores += cores ?? 1;
      launched.ram += ram ?? 4;
    }
  }
  const order = [
    "launch",
    "launch again",
    "hold",
    "cancel",
    "remove",
    "note new inputs of",
    "not known yet",
    "keep",
  ];
  const parts = order.flatMap((what) => {
    const number = counts.get(what);
    if (number === undefined) return [];
    const size =
      what === "launch" ? ` (${shown(launched.cores)} cores, ${shown(launched.ram)} GiB)` : "";
    return [
      what === "not known yet"
        ? `${shown(number)} not known yet`
        : `${what} ${shown(number)}${size}`,
    ];
  });
  return parts.join(", ");
}

function wordsFor(one: ArrayStep): string[] {
  switch (one.do) {
    case "create":
      return ["launch"];
    case "replace":
      return ["launch", isAlive(one.stored.state.status) ? "cancel" : "remove"];
    case "remove":
      return [isAlive(one.stored.state.status) ? "cancel" : "remove"];
    case "keep":
      return ["keep"];
    case "unknown":
      return ["not known yet"];
    case "update":
      if (one.step.do === "nothing") return ["note new inputs of"];
      if (one.step.do === "hold") return ["hold"];
      return [one.step.do === "launch" ? "launch" : "launch again"];
  }
}

function isLaunch({ do: what }: Step): boolean {
  return what === "launch" || what === "retry" || what === "relaunch";
}

function shown(count: number): string {
  return count.toLocaleString("en-US");
}

function asProps(value: object): Readonly<Record<string, unknown>> {
  return { ...value };
}
