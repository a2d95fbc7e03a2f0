// Whether a job that failed ran out of memory, and what to ask for instead. Pure.
import { sizeOf } from "../../provider/job/attempts";
import { complaintIn } from "./complaint";
import type { Evidence, Finding } from "./evidence";
import { oneLine } from "./image";

/** With so much of what it asked for at its peak, a job that was killed was killed for it. */
const nearlyAll = 0.9;

export function byMemory(evidence: Evidence): Finding | undefined {
  const { job, events } = evidence;
  const { state } = job;
  const { exitCode, signal, cause } = state;
  const event = events.findLast(({ reason, message }) =>
    /OOMKill|OutOfMemory/i.test(`${reason} ${message}`),
  );
  const share = shareUsed(evidence);
  const complaint = complaintIn(evidence.logTail);
  const wasKilled =
    exitCode === 137 || signal === "KILL" || signal === "SIGKILL" || cause === "Killed";
  const isMemory =
    cause === "OutOfMemory" ||
    event !== undefined ||
    complaint?.kind === "memory" ||
    (wasKilled && share !== undefined && share >= nearlyAll);
  if (!isMemory) return undefined;
  const { ram } = sizeOf(evidence.job.state);
  const peak = state.usage?.peakRamGiB;
  const asked = ram === undefined ? "" : ` of the ${ram} GiB that it asked for`;
  const used = peak === undefined ? "" : ` (its peak was ${round(peak)} GiB${asked})`;
  const needed = job.state.recordedIn === undefined ? " (with `record`)" : "";
  const more =
    ram === undefined
      ? "say how much it needs with ram"
      : `ask for more, like ram: ${larger(evidence, ram)}`;
  return {
    kind: "outOfMemory",
    cause: `it ran out of memory${used}`,
    remedy: `${more}, or let retry: { limit: 2, on: ["OutOfMemory"], ramFactor: 2 } do so${needed}`,
    line: event ? oneLine(event) : complaint?.kind === "memory" ? complaint.line : undefined,
  };
}

function shareUsed(evidence: Evidence): number | undefined {
  const { ram } = sizeOf(evidence.job.state);
  const peak = evidence.job.state.usage?.peakRamGiB;
  return ram === undefined || peak === undefined ? undefined : peak / ram;
}

/** Twice, as the server offers it. */
function larger({ offer }: Evidence, ram: number): number {
  const options = offer?.context?.memoryGB.options ?? [];
  return [...options].sort((a, b) => a - b).find((option) => option >= 2 * ram) ?? 2 * ram;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
