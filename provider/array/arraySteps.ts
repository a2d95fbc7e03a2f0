// What an array's edit, the clock or an end means for each of its jobs. One job's step is judged where it is judged for
// a job of its own (`job/decisions/change.ts`). Pure and offline.
import { hasUnknown } from "../engine/unknown";
import { isHandledAnew, nextStep, type Step } from "../job/decisions/change";
import { holdOf, type LaunchPolicy } from "../job/decisions/hold";
import type { JobInputs } from "../job/inputs";
import { isAlive } from "../job/status";
import { inPackOf, plannedPacks } from "../packs/plannedPacks";
import type { DeclaredArrayJob } from "./declaredJobs";
import type { StoredJob } from "./stateTable";

/**
 * - `create`: it is not in the stack.
 * - `replace`: it runs something else now: its session is cancelled, and a new one is launched.
 * - `update`: what its step says, or new inputs are taken over.
 * - `keep`: nothing.
 * - `remove`: it is no longer declared.
 * - `unknown`: a preview does not know yet what it runs.
 * - `leave`: the run is about other jobs.
 * - `refuse`: it cannot be as it is declared; what there is of it stays.
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
  | { readonly do: "unknown"; readonly key: string }
  | { readonly do: "leave"; readonly key: string; readonly stored: StoredJob | undefined }
  | {
      readonly do: "refuse";
      readonly key: string;
      readonly stored: StoredJob | undefined;
      readonly why: string;
    };

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
    refused = {},
    isLeft = () => false,
    statusElsewhere = () => undefined,
  }: {
    readonly keys: readonly string[];
    readonly canaries: readonly string[];
    readonly policy: LaunchPolicy;
    /** Ids of jobs that run again as they are declared. */
    readonly again: ReadonlySet<string>;
    /** Why `check` would have refused a job, by key. */
    readonly refused?: Readonly<Record<string, string>> | undefined;
    /** Whether the run is about other jobs. */
    readonly isLeft?: (key: string) => boolean;
    /** The status of a job that is a resource of its own so far, by its id. */
    readonly statusElsewhere?: (id: string) => string | undefined;
  },
): ArrayStep[] {
  const isDeclared = new Set(keys);
  // A job whose key is written otherwise now, as after a type was declared for its column, is known by its id.
  const renamed = new Map(
    [...stored].filter(([key]) => !isDeclared.has(key)).map(([key, one]) => [one.id, key]),
  );
  const following = followerOf(
    canaries,
    declared,
    (key) => stored.get(key)?.state.status ?? statusElsewhere(declared.get(key)?.id ?? ""),
  );
  const steps = keys.map((key): ArrayStep => {
    const why = refused[key];
    if (why !== undefined) return { do: "refuse", key, stored: stored.get(key), why };
    const found = declared.get(key);
    if (!found || hasUnknown(found.id)) return { do: "unknown", key };
    const job = following(key, found);
    const oldKey = stored.has(key) ? key : renamed.get(job.id);
    const before = oldKey === undefined ? undefined : stored.get(oldKey);
    if (oldKey !== undefined) isDeclared.add(oldKey);
    if (isLeft(key)) return { do: "leave", key, stored: before };
    if (!before) return { do: "create", key, job };
    if (before.id !== job.id || again.has(job.id))
      return { do: "replace", key, job, stored: before };
    const step = nextStep(before.state, job.inputs, policy);
    const isKept =
      oldKey === key &&
      step.do === "nothing" &&
      !isHandledAnew(asProps(before.state), asProps(job.inputs));
    return { do: isKept ? "keep" : "update", key, job, stored: before, step };
  });
  for (const [key, one] of stored) {
    if (isDeclared.has(key)) continue;
    steps.push({ do: isLeft(key) ? "leave" : "remove", key, stored: one });
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

/**
 * What a plan comes to, in words: `launch 3 (12 cores, 48 GiB), cancel 1, keep 9,996; at most 100 in flight`. How many
 * slots are free is not known before the launches: where there is a limit, it is told. Of jobs that share sessions
 * those are told.
 */
export function planOf(steps: readonly ArrayStep[], policy: LaunchPolicy): string {
  const counts = new Map<string, number>();
  const limits = policy.maxInFlight === undefined ? [] : [policy.maxInFlight];
  const launched = new Map<string, JobInputs[]>();
  for (const one of steps) {
    const words = wordsFor(one, policy);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const launch = words.find((word) => word.startsWith("launch"));
    if (!("job" in one) || launch === undefined) continue;
    const { inputs } = one.job;
    const alike = launched.get(launch);
    if (alike) alike.push(inputs);
    else launched.set(launch, [inputs]);
    if (inputs.group && !limits.includes(inputs.group.maxInFlight)) {
      limits.push(inputs.group.maxInFlight);
    }
  }
  const parts = told.flatMap((word) => {
    const count = counts.get(word);
    if (count === undefined) return [];
    if (word === "not known yet") return [`${shown(count)} ${word}`];
    return [`${word} ${shown(count)}${sizesText(launched.get(word))}`];
  });
  const isPacked = [...launched.values()].some((jobs) => jobs.some(({ pack }) => pack));
  const what = isPacked ? " sessions" : "";
  const hasMost = launched.size > 0 && limits.length > 0;
  const most = hasMost ? `; at most ${shown(Math.min(...limits))}${what} in flight` : "";
  return parts.join(", ") + most;
}

/** What the server asks for where a job says nothing (docs/skaha-api.md). Memory in GiB. */
const serversChoice = { cores: 1, ram: 4 };

/** In the order in which they are told. */
const told = [
  "launch",
  "launch again",
  "hold",
  "cancel",
  "remove",
  "note new inputs of",
  "count no longer",
  "not known yet",
  "refuse",
  "keep",
  "leave alone",
] as const;
type Word = (typeof told)[number];

function wordsFor(one: ArrayStep, policy: LaunchPolicy): readonly Word[] {
  switch (one.do) {
    case "create":
      return [holdOf(one.job.inputs, policy) ? "hold" : "launch"];
    case "replace":
      return ["launch", isAlive(one.stored.state.status) ? "cancel" : "remove"];
    case "remove":
      return [isAlive(one.stored.state.status) ? "cancel" : "remove"];
    case "keep":
      return ["keep"];
    case "unknown":
      return ["not known yet"];
    case "leave":
      return ["leave alone"];
    case "refuse":
      return ["refuse"];
    case "update":
      if (one.step.do === "nothing") return ["note new inputs of"];
      if (one.step.do === "forgive") return ["count no longer"];
      if (one.step.do === "hold") return ["hold"];
      return [one.step.do === "launch" ? "launch" : "launch again"];
  }
}

function sizesText(launched: readonly JobInputs[] | undefined): string {
  if (launched === undefined) return "";
  const packs = plannedPacks(launched.flatMap((inputs) => inPackOf(inputs) ?? []));
  let { cores = 0, ram = 0 } = packs.size;
  for (const inputs of launched) {
    if (inputs.pack) continue;
    cores += inputs.cores ?? serversChoice.cores;
    ram += inputs.ram ?? serversChoice.ram;
  }
  const rest = packs.sessions === 0 ? "" : `; in ${packs.text}`;
  return ` (${shown(cores)} ${cores === 1 ? "core" : "cores"}, ${shown(ram)} GiB${rest})`;
}

function shown(count: number): string {
  return count.toLocaleString("en-US");
}

function asProps(value: object): Readonly<Record<string, unknown>> {
  return { ...value };
}
