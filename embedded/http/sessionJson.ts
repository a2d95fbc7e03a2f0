// The session as the API shows it (`Session.java`, Gson: this order of fields, absent ones left out;
// docs/skaha-api.md 3.4).
import { type SessionRecord, statusOf } from "../job";

/** Who a session runs as. */
export interface Owner {
  readonly uid: number;
  readonly groups: readonly number[];
}

export type SessionJson = Readonly<Record<string, unknown>>;

export function sessionJson(record: SessionRecord, owner: Owner): SessionJson {
  const { launch, jobStatus } = record;
  const { startTime } = jobStatus;
  const { cores, ramBytes, gpus } = launch.size;
  return {
    id: record.id,
    userid: record.user,
    runAsUID: String(owner.uid),
    runAsGID: String(owner.uid),
    supplementalGroups: owner.groups,
    image: launch.image,
    type: launch.type,
    status: statusOf(jobStatus),
    name: launch.name,
    ...(startTime !== undefined && {
      startTime: javaTime(startTime),
      expiryTime: instantText(startTime + record.activeDeadlineSeconds * 1000),
    }),
    connectURL: "",
    ...(launch.fixed && {
      requestedRAM: (ramBytes / 1e9).toFixed(2),
      requestedCPUCores: Number.isInteger(cores) ? String(cores) : cores.toFixed(3),
    }),
    requestedGPUCores: String(gpus),
    isFixedResources: launch.fixed,
  };
}

/** `view=all`: what everybody may know (`PublicSession.java`). */
export function publicSessionJson(record: SessionRecord): SessionJson {
  const { startTime } = record.jobStatus;
  return {
    userid: record.user,
    type: record.launch.type,
    status: statusOf(record.jobStatus),
    ...(startTime !== undefined && { startTime: javaTime(startTime) }),
  };
}

/** Gson's pretty printing, without HTML escapes. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** `OffsetDateTime.toString`: no seconds when they are zero. */
function javaTime(ms: number): string {
  return instantText(ms).replace(/:00Z$/, "Z");
}

/** `Instant.toString`, to the second. */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
