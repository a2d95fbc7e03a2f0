// Whether a job that runs gets on: silent, idle, no more heard of, or near its limits. Pure.
import { sizeOf } from "../../provider/job/attempts";
import { duration, shellWord } from "../terminal";
import { lastLine } from "./complaint";
import type { Evidence, Finding } from "./evidence";

/** Less than that between two lines is nothing to wonder at. */
const quietMs = 10 * 60_000;
/** Heartbeats come every half minute. */
const heartbeatMs = 5 * 60_000;
/** A job that computes uses more of its cores. */
const idleCores = 0.02;
/** Its end is near: time to renew. */
const expiryMs = 24 * 3_600_000;

export function running(evidence: Evidence): Finding {
  const { job, now, heartbeat, quietSince, logTail } = evidence;
  const { state } = job;
  const name = shellWord(job.name);
  const line = lastLine(logTail);
  const started = state.startTime === undefined ? undefined : Date.parse(state.startTime);
  const span = started === undefined ? "" : ` for ${duration(now - started)}`;
  const look = `look at pulumi-skaha logs --follow ${name}; to start it again: pulumi-skaha rerun ${name}`;
  if (heartbeat && now - heartbeat.time >= heartbeatMs) {
    return {
      kind: "heartbeatStopped",
      cause: `is Running${span}, but its record's last heartbeat is ${duration(now - heartbeat.time)} old: its node hangs, or /arc cannot be written`,
      remedy: look,
      line,
    };
  }
  const meanCores = coresOf(evidence, started);
  if (quietSince !== undefined && now - quietSince >= quietMs) {
    const cores = meanCores === undefined ? "" : `, and has used ${meanCores} cores on average`;
    return {
      kind: "silent",
      cause: `is Running${span}, and has written nothing for ${duration(now - quietSince)}${cores}`,
      remedy: look,
      line,
    };
  }
  if (meanCores !== undefined && meanCores < idleCores && now - (started ?? now) >= quietMs) {
    return {
      kind: "idle",
      cause: `is Running${span}, and has used ${meanCores} cores on average: it waits for something`,
      remedy: look,
      line,
    };
  }
  return {
    kind: "running",
    cause: `is Running${span}${memory(evidence)}`,
    remedy: renewal(evidence, name),
    line,
  };
}

function coresOf({ heartbeat }: Evidence, started: number | undefined): number | undefined {
  if (heartbeat?.cpuSeconds === undefined || started === undefined) return undefined;
  const seconds = (heartbeat.time - started) / 1_000;
  return seconds <= 0 ? undefined : Number((heartbeat.cpuSeconds / seconds).toPrecision(2));
}

function memory({ heartbeat, job: { state } }: Evidence): string {
  if (heartbeat?.memoryBytes === undefined) return "";
  const used = Math.round((heartbeat.memoryBytes / 2 ** 30) * 10) / 10;
  const { ram } = sizeOf(state);
  return `, and uses ${used}${ram === undefined ? "" : ` of its ${ram}`} GiB`;
}

function renewal({ job: { state }, now }: Evidence, name: string): string | undefined {
  const { expiryTime, renew } = state;
  if (expiryTime === undefined || renew) return undefined;
  const left = Date.parse(expiryTime) - now;
  return left < expiryMs
    ? `the server ends it in ${duration(left)}: to extend that, pulumi-skaha renew ${name}`
    : undefined;
}
