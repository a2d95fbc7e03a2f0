// The session as the API shows it (`Session.java`, Gson: this order of fields, absent ones left out;
// docs/skaha-api.md 3.4).
import { type SessionRecord, statusOf } from "../job";

/** Who a session runs as. */
export interface Owner {
  readonly name: string;
  readonly uid: number;
  readonly groups: readonly number[];
}

export type SessionJson = Readonly<Record<string, unknown>>;

/** @param host where sessions are reached (`SKAHA_SESSIONS_HOSTNAME`) */
export function sessionJson(record: SessionRecord, owner: Owner, host: string): SessionJson {
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
    connectURL: connectURL(record, owner, host),
    ...(launch.fixed && {
      requestedRAM: decimalGigabytes(ramBytes),
      requestedCPUCores: Number.isInteger(cores) ? String(cores) : cores.toFixed(3),
    }),
    requestedGPUCores: String(gpus),
    isFixedResources: launch.fixed,
  };
}

/** Where a browser reaches an interactive session (`SessionDAO.getConnectURL`, `SessionURLBuilder`). */
function connectURL(
  { id, launch: { type } }: SessionRecord,
  { name }: Owner,
  host: string,
): string {
  const base = `https://${host}/session`;
  switch (type) {
    case "desktop":
      return `${base}/desktop/${id}/?password=${id}&path=session/desktop/${id}/`;
    case "notebook":
      return `${base}/notebook/${id}/lab/tree/arc/home/${encodeURIComponent(name)}?token=${id}`;
    case "carta":
      return `${base}/carta/${id}/`;
    case "contributed":
      return `${base}/contrib/${id}/`;
    case "firefly":
      return `${base}/firefly/${id}/firefly/`;
    default:
      return "";
  }
}

/**
 * `ResourceQuantityFormatter.toSessionMemoryGb`. A size that is no whole number of bytes is a quantity in thousandths
 * (4.7 GiB are `5046586572800m`), whose `m` `MemoryUnitConverter` does not know: it takes the digits for bytes.
 */
function decimalGigabytes(bytes: number): string {
  const digits = Number.isInteger(bytes) ? bytes : Math.ceil(bytes * 1000 - 1e-6);
  return (digits / 1e9).toFixed(2);
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
