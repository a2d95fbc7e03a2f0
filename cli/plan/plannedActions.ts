// What an update would do to each job, judged from a preview by the provider's own judgements. Pure.
import { groupIn } from "../../provider/cost/expected";
import { CostLedger, launchingOf } from "../../provider/cost/ledger";
import type { Price } from "../../provider/cost/price";
import type { Size } from "../../provider/job/attempts";
import { resizing } from "../../provider/job/catalogue";
import { isHandledAnew, nextStep } from "../../provider/job/decisions/change";
import { holdOf, type LaunchPolicy } from "../../provider/job/decisions/hold";
import { sizeToLaunch } from "../../provider/job/decisions/retry";
import type { JobInputs } from "../../provider/job/inputs";
import type { JobState } from "../../provider/job/state";
import { isAlive, isFinished } from "../../provider/job/status";
import { placeIn, realSessionId } from "../../provider/packs/places";
import { inPackOf } from "../../provider/packs/plannedPacks";
import type { JobAction } from "./jobActions";
import type { JobChange } from "./runEffects";

/** How a job goes. */
export interface Removal {
  /** Whether another session of it follows. @default false */
  readonly isReplaced?: boolean;
  /** Whether the engine leaves its session alone. @default false */
  readonly isRetained?: boolean;
  /** Whether the server still has a session of it that has ended. @default true */
  readonly isListed?: boolean;
}

interface PlannedAction extends JobAction {
  /** What it takes a slot of. */
  readonly group?: JobInputs["group"];
}

type Launching = "launch" | "relaunch" | "retry";

/** What the server listed before. */
export interface ListedBefore {
  /**
   * How many of the user's sessions, of this stack or not, run or wait to run.
   * @default the stack's own
   */
  readonly inFlight?: number | undefined;
  /** The weights of costs, by which the limit on them holds. @default no limit on costs */
  readonly price?: Price | undefined;
  /** The ids of all sessions, of which some may be shared by jobs. @default those of the stack are taken to be there still */
  readonly sessionIds?: ReadonlySet<string> | undefined;
}

export function plannedActions(
  changes: readonly JobChange[],
  now: LaunchPolicy,
  { inFlight = aliveIn(changes), sessionIds, price }: ListedBefore = {},
): JobAction[] {
  const all = changes.flatMap((change) => actionsOf(change, now, sessionIds));
  const groups = new Map(all.flatMap(({ group }) => (group ? [[group.name, group]] : [])));
  let planned = withinCost(all, changes, now, price);
  for (const group of groups.values()) {
    const members = changes.filter((change) => groupOf(change)?.name === group.name);
    const isOfGroup = (action: PlannedAction) => action.group?.name === group.name;
    const free = group.maxInFlight - aliveIn(members) + freedBy(members, now);
    planned = withinLimit(planned, isOfGroup, free);
  }
  if (now.maxInFlight !== undefined) {
    planned = withinLimit(planned, () => true, now.maxInFlight - inFlight + freedBy(changes, now));
  }
  return planned.map(({ group: _group, ...action }) => action);
}

/** What becomes of a job that is removed or replaced. */
export function removalAction(
  name: string,
  { status, startTime, onRemove, sessionId = "" }: JobState,
  now: number,
  { isReplaced = false, isRetained = false, isListed = true }: Removal = {},
): JobAction {
  if (status === "Held") return { kind: "drop", name };
  const isLeft = isRetained || (onRemove === "leave" && !isReplaced);
  if (isFinished(status) && isListed && !isLeft) {
    return { kind: "purge", name, status, ...(placeIn(sessionId) && { isShared: true }) };
  }
  if (!isAlive(status)) return { kind: "forget", name, status };
  if (isLeft) return { kind: "leave", name, status };
  const isRunning = status === "Running" && startTime !== undefined;
  return {
    kind: "cancel",
    name,
    status,
    ...(isRunning && { runningMs: Math.max(0, now - Date.parse(startTime)) }),
  };
}

/** The size of the attempt that comes next; the server's own roundings are not known here. */
export function nextSize(inputs: JobInputs, state: JobState | undefined, attempt: number): Size {
  const { cores, ram, gpus } = sizeToLaunch(inputs, attempt - (state?.sizedAt ?? 1), undefined);
  return { cores: numberOf(cores), ram: numberOf(ram), gpus: numberOf(gpus) };
}

function actionsOf(
  change: JobChange,
  now: LaunchPolicy,
  sessionIds: ReadonlySet<string> | undefined,
): PlannedAction[] {
  const { name, op, before, inputs, isRetained = false } = change;
  if (change.isLeft) return [{ kind: "leaveAlone", name }];
  const isListed = sessionIds?.has(realSessionId(before?.sessionId ?? "")) ?? true;
  switch (op) {
    case "create":
      return inputs ? [launchAction(name, inputs, now)] : [];
    case "replace":
      return [
        ...(before
          ? [removalAction(name, before, now.now, { isReplaced: true, isRetained, isListed })]
          : []),
        ...(inputs ? [launchAction(name, inputs, now)] : []),
      ];
    case "delete":
      return before ? [removalAction(name, before, now.now, { isRetained, isListed })] : [];
    case "same":
      return [{ kind: before?.status === "Held" ? "hold" : "keep", name }];
    case "update":
      return before && inputs ? [updateAction(name, before, inputs, now)] : [];
  }
}

function launchAction(name: string, inputs: JobInputs, now: LaunchPolicy): PlannedAction {
  if (inputs.adopt !== undefined) return { kind: "adopt", name };
  // What cannot be told before an up depends on what it launches itself, which has not ended by then.
  if (holdOf(inputs, now)) return { kind: "hold", name };
  return launching("launch", name, inputs, nextSize(inputs, undefined, 1));
}

function launching(kind: Launching, name: string, inputs: JobInputs, size: Size): PlannedAction {
  const { group } = inputs;
  const inPack = inPackOf(inputs, size);
  return { ...{ kind, name, size, group }, ...(inPack && { inPack }) };
}

function updateAction(
  name: string,
  before: JobState,
  inputs: JobInputs,
  now: LaunchPolicy,
): PlannedAction {
  const step = nextStep(before, inputs, now);
  switch (step.do) {
    case "hold":
      return { kind: "hold", name };
    case "relaunch":
      return launching("relaunch", name, inputs, nextSize(inputs, before, before.attempt));
    case "launch":
    case "retry":
      return launching(step.do, name, inputs, nextSize(inputs, before, step.attempt));
    case "forgive":
      return { kind: "forgive", name };
    case "nothing": {
      if (before.status === "Held") return { kind: "hold", name };
      if (isResized(before, inputs)) return { kind: resizedKind(before), name };
      // The engine tells of an array as a whole: most of its jobs stay as they are.
      if (!isHandledAnew({ ...before }, { ...inputs })) return { kind: "keep", name };
      const { group, stopAfter } = inputs;
      const isAnew = isHandledAnew({ ...before, group, stopAfter }, { ...inputs });
      return { kind: isAnew ? "change" : "regroup", name };
    }
  }
}

/** Whether a job is to have another size, or has one. */
export function isResized(before: Size, after: Size): boolean {
  return resizing.some((key) => before[key] !== after[key]);
}

/** What a new size is to a job that is not launched for it. */
export function resizedKind({ status }: JobState): "resize" | "outgrow" {
  return isAlive(status) ? "resize" : "outgrow";
}

/** Shares of sessions are fractions. */
const rounding = 1e-6;

/** Lets as many take a slot as there are; which of them the engine asks for first is not known. */
function withinLimit(
  planned: readonly PlannedAction[],
  isCounted: (action: PlannedAction) => boolean,
  free: number,
): PlannedAction[] {
  let left = free;
  return planned.map((action) => {
    const takesSlot = isLaunch(action.kind) && isCounted(action);
    if (!takesSlot) return action;
    left -= action.inPack ? 1 / action.inPack.jobs : 1;
    return left >= -rounding ? action : { kind: "hold", name: action.name };
  });
}

/** Lets as many be launched as the stack's limit on costs has room for, beside what there is. */
function withinCost(
  planned: readonly PlannedAction[],
  changes: readonly JobChange[],
  { now, maxCost }: LaunchPolicy,
  price: Price | undefined,
): readonly PlannedAction[] {
  if (maxCost === undefined || price === undefined) return planned;
  const ledger = new CostLedger(price, groupIn, () => now);
  const inputs = new Map<string, JobInputs>();
  for (const { name, op, before, inputs: declared } of changes) {
    if (before && op !== "replace") ledger.know(name, before);
    if (declared) inputs.set(name, declared);
  }
  return planned.map((action) => {
    const { kind, name, size } = action;
    const declared = inputs.get(name);
    if (!isLaunch(kind) || !declared) return action;
    const launching = launchingOf(groupIn(name), { ...declared, ...size });
    return ledger.take(name, launching, maxCost) ? action : { kind: "hold", name };
  });
}

function isLaunch(kind: JobAction["kind"]): boolean {
  return kind === "launch" || kind === "retry" || kind === "relaunch";
}

/** Sessions that are cancelled before others of the same jobs are launched: one that jobs share goes with the last of them. */
function freedBy(changes: readonly JobChange[], now: LaunchPolicy): number {
  const stays = ({ op, before, inputs }: JobChange) => {
    if (op === "replace") return false;
    return !(
      op === "update" &&
      before &&
      inputs &&
      nextStep(before, inputs, now).do === "relaunch"
    );
  };
  return aliveIn(changes) - aliveIn(changes.filter(stays));
}

/** How many sessions of theirs live. */
function aliveIn(changes: readonly JobChange[]): number {
  const alive = changes.filter(({ before }) => before && isAlive(before.status));
  return new Set(alive.map(({ name, before }) => realSessionId(before?.sessionId ?? name))).size;
}

function groupOf({ before, inputs }: JobChange): JobInputs["group"] {
  return before?.group ?? inputs?.group;
}

function numberOf(size: unknown): number | undefined {
  return typeof size === "number" ? size : undefined;
}
