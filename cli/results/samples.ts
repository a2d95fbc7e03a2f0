// An ended attempt as sizes are judged from it. Pure.

import type { NumberedAttempt } from "../../provider/job/attempts";
import type { ObservedJob } from "../stack/observe";
import type { Sample } from "./measured";

export function sampleOf({ name, sweep, state }: ObservedJob, attempt: NumberedAttempt): Sample {
  const { startTime, endTime, usage } = attempt;
  const ms = startTime && endTime ? Date.parse(endTime) - Date.parse(startTime) : undefined;
  return {
    group: sweep ?? name,
    sweep,
    isRecorded: state.recordedIn !== undefined,
    declared: { cores: state.cores, ram: state.ram },
    asked: { cores: attempt.cores, ram: attempt.ram },
    pack: state.pack && { jobs: state.pack.jobs, parallel: state.pack.parallel },
    hours: ms === undefined ? undefined : Math.max(0, ms) / 3_600_000,
    meanCores: usage?.meanCores,
    peakRamGiB: usage?.peakRamGiB,
    isComplete: attempt.status === "Completed" && !attempt.skipped,
    isOutOfMemory: attempt.cause === "OutOfMemory",
  };
}
