// What an update did to each job, from its state before and after and from what the provider said. Pure.
import { sizeOf } from "../../provider/job/attempts";
import type { JobState } from "../../provider/job/state";
import type { Deed } from "./deeds";
import type { JobChange, Run } from "./events";
import { gone } from "./intended";

/** @param now milliseconds since 1970, when the update began */
export function done({ changes, announcements }: Run, now: number): Deed[] {
  const deeds = changes.flatMap((change) => deedsOf(change, now));
  // State tells that a session stands for a job, and the provider whose it was.
  let found = takenOver(announcements);
  return deeds.map((deed) => {
    if (deed.kind !== "launch" || found === 0) return deed;
    found -= 1;
    return { kind: "adopt", name: deed.name };
  });
}

/** How many sessions were there already: the first are told one by one, the others as counts. */
function takenOver(announcements: readonly string[]): number {
  let count = 0;
  for (const line of announcements) {
    if (/: already launched as session \S+ \(.*\), taken over$/.test(line)) count += 1;
    else if (/: ran already \(.*\), as its record .* says; nothing is launched$/.test(line)) {
      count += 1;
    } else count += Number(/^adopted: (\d+) more$/.exec(line)?.[1] ?? 0);
  }
  return count;
}

function deedsOf(change: JobChange, now: number): Deed[] {
  const { name, op, outcome, before, after, isRetained = false } = change;
  if (outcome === "failed") return [{ kind: "fail", name }];
  if (outcome === "begun") return [{ kind: "interrupt", name }];
  switch (op) {
    case "delete":
      return before ? [gone(name, before, now, { isRetained })] : [];
    case "create":
      return after ? [begun(name, after)] : [];
    case "replace":
      return [
        ...(before ? [gone(name, before, now, { isReplaced: true, isRetained })] : []),
        ...(after ? [begun(name, after)] : []),
      ];
    case "same":
      return [{ kind: before?.status === "Held" ? "hold" : "keep", name }];
    case "update": {
      if (!before || !after) return [];
      if (after.status === "Held") return [{ kind: "hold", name }];
      const size = sizeOf(after);
      if (after.sessionId === before.sessionId) {
        const isResized = (["cores", "ram", "gpus"] as const).some(
          (key) => before[key] !== after[key],
        );
        return [{ kind: isResized ? "resize" : "change", name }];
      }
      if (before.status === "Held" && after.attempt === before.attempt) {
        return [{ kind: "launch", name, size }];
      }
      return [{ kind: after.attempt > before.attempt ? "retry" : "relaunch", name, size }];
    }
  }
}

function begun(name: string, after: JobState): Deed {
  if (after.status === "Held") return { kind: "hold", name };
  return { kind: "launch", name, size: sizeOf(after) };
}
