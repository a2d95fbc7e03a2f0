// What an update did to each job, from what its provider reported and from the state before and after. Pure.
import { isDeepStrictEqual } from "node:util";
import type { Action } from "../../provider/actions/actions";
import { sizeOf } from "../../provider/job/attempts";
import type { JobState } from "../../provider/job/state";
import { inPackOf } from "../../provider/packs/plannedPacks";
import type { EngineRun } from "./engineRun";
import type { JobAction } from "./jobActions";
import { isResized, removalAction, resizedKind } from "./plannedActions";
import type { JobChange } from "./runEffects";

/** How a job came by its session. */
type Start = Extract<Action, { kind: "launch" | "retry" | "relaunch" | "adopt" }>;

/** @param now milliseconds since 1970, when the update began */
export function completedActions(
  {
    changes,
    reported,
    interrupted,
  }: Pick<EngineRun, "changes" | "reported"> & Partial<Pick<EngineRun, "interrupted">>,
  now: number,
): JobAction[] {
  const starts = new Map<string, Start>();
  const purged = new Set<string>();
  for (const action of reported) {
    if (action.kind === "purge") purged.add(action.job);
    // A session that was there already may be retried at once: what the job came by first is told.
    if (isStart(action) && !starts.has(action.job)) starts.set(action.job, action);
  }
  return changes.flatMap((change) =>
    actionsOf(
      interrupted?.has(change.id ?? "") ? { ...change, outcome: "started" } : change,
      starts.get(change.id ?? ""),
      purged.has(change.oldId ?? ""),
      now,
    ),
  );
}

function isStart(said: EngineRun["reported"][number]): said is Start {
  return ["launch", "retry", "relaunch", "adopt"].includes(said.kind);
}

/** @param isListed whether the server still had a session of it that had ended */
function actionsOf(
  change: JobChange,
  start: Start | undefined,
  isListed: boolean,
  now: number,
): JobAction[] {
  const { name, op, outcome, before, after, isRetained = false } = change;
  if (change.isLeft) return [{ kind: "leaveAlone", name }];
  if (outcome === "failed") return [{ kind: "fail", name }];
  if (outcome === "started") return [{ kind: "interrupt", name }];
  switch (op) {
    case "delete":
      return before ? [removalAction(name, before, now, { isRetained, isListed })] : [];
    case "create":
      return after ? [startAction(name, after, start)] : [];
    case "replace":
      return [
        ...(before
          ? [removalAction(name, before, now, { isReplaced: true, isRetained, isListed })]
          : []),
        ...(after ? [startAction(name, after, start)] : []),
      ];
    case "same":
      return [{ kind: before?.status === "Held" ? "hold" : "keep", name }];
    case "update": {
      if (!before || !after) return [];
      const isSameSession = start === undefined && after.sessionId === before.sessionId;
      if (isSameSession && after.status !== "Held") {
        if (after.isForgiven && !before.isForgiven) return [{ kind: "forgive", name }];
        if (isResized(before, after)) return [{ kind: resizedKind(before), name }];
        return [{ kind: isOnlyRegrouped(before, after) ? "regroup" : "change", name }];
      }
      return [startAction(name, after, start, kindBetween(before, after))];
    }
  }
}

/** Whether all that differs is how many jobs of its sweep may be in flight. */
function isOnlyRegrouped(before: JobState, after: JobState): boolean {
  const regrouping = ["group", "stopAfter", "slot", "noSlotInGroup"];
  const [old, fresh] = [before, after].map((state) =>
    Object.entries(state).filter(([key]) => !regrouping.includes(key)),
  );
  return isDeepStrictEqual(new Map(old), new Map(fresh));
}

/** @param byStates what the states tell, where nothing was reported: the answer to a launch was lost, or the run cut */
function startAction(
  name: string,
  after: JobState,
  start: Start | undefined,
  byStates: "launch" | "retry" | "relaunch" = "launch",
): JobAction {
  if (after.status === "Held") return { kind: "hold", name };
  if (start?.kind === "adopt") return { kind: "adopt", name };
  const size = start?.size ?? sizeOf(after);
  const inPack = inPackOf(after, size);
  const { sessionId } = after;
  return { kind: start?.kind ?? byStates, name, size, ...(inPack && { inPack, sessionId }) };
}

function kindBetween(before: JobState, after: JobState): "launch" | "retry" | "relaunch" {
  if (after.attempt > before.attempt) return "retry";
  return before.status === "Held" ? "launch" : "relaunch";
}
