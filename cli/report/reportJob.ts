// The data of a report from the jobs of a stack. Pure.

import type { NumberedAttempt } from "../../provider/job/attempts";
import { isAlive } from "../../provider/job/status";
import type { Cost } from "../results/costs";
import type { Sizing } from "../results/sizing";
import type { ObservedJob } from "../stack/observe";
import { plain } from "../terminal";
import type { LogTails } from "./logTails";
import type { ReportAttempt, ReportData, ReportJob, ReportSize, Value } from "./reportData";
import type { Results } from "./resultsFile";

export function reportJob(
  job: ObservedJob,
  attempts: readonly NumberedAttempt[],
  { tails }: LogTails,
  results: Results | undefined,
  cost?: Cost,
): ReportJob {
  const { name, id, sweep, params, state, isKnown } = job;
  return {
    name: plain(name),
    id,
    ...(sweep !== undefined && { sweep: plain(sweep) }),
    params: Object.fromEntries(
      Object.entries(params ?? {}).map(([key, value]) => [plain(key), plainValue(value)]),
    ),
    status: plain(state.status),
    isKnown,
    why: whyOf(state),
    exitCode: state.exitCode,
    session: state.sessionId,
    cores: state.cores,
    ram: state.ram,
    attempts: attemptsOf(job, attempts),
    cost,
    log: tails.get(job.urn),
    results: Object.fromEntries(
      Object.entries(results?.values.get(job.urn) ?? {}).map(([key, value]) => [plain(key), value]),
    ),
  };
}

/** What it waits for, or why it ended badly. */
function whyOf({ status, reason, cause, signal, missingOutputs, skipped }: ObservedJob["state"]) {
  if (status === "Held") return reason === undefined ? undefined : plain(reason);
  if (skipped) return "its outputs were there";
  if (missingOutputs !== undefined && missingOutputs.length > 0) {
    return plain(`MissingOutputs: ${missingOutputs.join(", ")}`);
  }
  const text = [cause, signal].filter((one) => one !== undefined).join(", ");
  return text === "" ? undefined : plain(text);
}

function attemptsOf(
  { state, created }: ObservedJob,
  attempts: readonly NumberedAttempt[],
): ReportAttempt[] {
  let declared = timeIn(created);
  return attempts.flatMap((one, index) => {
    const isLast = index === attempts.length - 1;
    const isHeld = isLast && state.status === "Held";
    const shown: ReportAttempt = {
      attempt: one.attempt,
      status: plain(one.status),
      why: one.cause === undefined ? undefined : plain(one.cause),
      declared: (isHeld ? timeIn(state.heldSince) : undefined) ?? declared,
      launched: timeIn(one.launchTime),
      started: timeIn(one.startTime),
      ended: isAlive(one.status) ? undefined : timeIn(one.endTime),
      endSeen: isAlive(one.status) ? undefined : timeIn(one.endSeenTime),
      cores: one.cores,
      ram: one.ram,
      meanCores: one.usage?.meanCores,
      peakRam: one.usage?.peakRamGiB,
    };
    // Before its end was seen nobody could want another.
    declared = shown.ended ?? shown.endSeen;
    return [shown];
  });
}

export function reportSizes(sizings: readonly Sizing[]): Pick<ReportData, "packs" | "sizes"> {
  const sizes = sizings.flatMap(({ group, cores, ram }): ReportSize[] => [
    { sweep: plain(group), what: "Cores", unit: "", ...cores },
    { sweep: plain(group), what: "RAM", unit: "GiB", ...ram },
  ]);
  const packs = sizings.flatMap(({ group, pack }) =>
    pack?.suggested && pack.p95Seconds !== undefined
      ? [{ sweep: plain(group), p95Seconds: pack.p95Seconds, ...pack.suggested }]
      : [],
  );
  return { sizes, packs };
}

function plainValue(value: Value): Value {
  return typeof value === "string" ? plain(value) : value;
}

function timeIn(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
