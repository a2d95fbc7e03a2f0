// A job's identity: its name on the server, `<base>-<tag><hash>`, at most 59 characters of [a-z0-9-],
// so that attempt n can run under `<id>-<n>` within the 63 that a pod's host name may have.
// Pinned by golden values: a change here would make every job look new.
import { shortHash } from "../text/shortHash";

/** The types of the resources, as URNs and states have them: of dynamic ones, and of those of the native provider. */
export const sessionType = "pulumi-nodejs:dynamic/skaha:HeadlessSession";
export const arrayType = "pulumi-nodejs:dynamic/skaha:SessionArray";
export const nativeSessionType = "skaha:index:HeadlessSession";
export const nativeArrayType = "skaha:index:SessionArray";
export const sweepType = "skaha:index:Sweep";

/** Whether a resource of that type is a job. */
export function isJobType(type: unknown): boolean {
  return type === sessionType || type === nativeSessionType;
}

/** Whether a resource of that type is an array of jobs. */
export function isArrayType(type: unknown): boolean {
  return type === arrayType || type === nativeArrayType;
}

const tagLength = 6;
const hashLength = 8;
const suffixLength = 1 + tagLength + hashLength;
const idLength = 59;

/** How long the readable part of a name may be: 44 characters. */
export const baseLength = idLength - suffixLength;
/** The last attempt a name has room for. */
export const lastAttempt = 999;

/** The job's place: `<organization>/<urn>`, made by the resource class, parsed here only. */
export interface Place {
  readonly organization: string;
  readonly stack: string;
  readonly project: string;
  readonly logicalName: string;
}

export function placeOf(identity: string): Place {
  const slash = identity.indexOf("/");
  const urn = identity.slice(slash + 1);
  const [urnAndStack = "", project = ""] = urn.split("::");
  return {
    organization: identity.slice(0, slash),
    stack: urnAndStack.replace(/^urn:pulumi:/, ""),
    project,
    logicalName: nameIn(urn),
  };
}

/** Of the stack that was asked about last: a process has thousands of jobs, and mostly of one stack. */
let lastTag: { readonly of: Place; readonly tag: string } | undefined;

/** Tells in any list which sessions are this stack's: 6 characters from organization, project and stack. */
export function tagOf(place: Place): string {
  const { organization, project, stack } = place;
  const { of } = lastTag ?? {};
  const isSame = of?.organization === organization && of.project === project && of.stack === stack;
  if (lastTag && isSame) return lastTag.tag;
  lastTag = { of: place, tag: digest([organization, project, stack], tagLength) };
  return lastTag.tag;
}

/**
 * The id of a job that is new, or whose `runs` changed.
 * @param runs what `whatRuns` (inputs.ts) makes of its inputs
 * @param base the input `name`, else the logical name is brought into the alphabet and shortened
 */
export function jobName(
  identity: string,
  runs: Readonly<Record<string, unknown>>,
  base?: string,
): string {
  const place = placeOf(identity);
  const urn = identity.slice(identity.indexOf("/") + 1);
  return `${base ?? readable(place.logicalName)}-${tagOf(place)}${digest([urn, runs], hashLength)}`;
}

/**
 * What the ids of a sweep's jobs begin with, by their keys: all but their hash.
 * @param place what the identities of its jobs begin with: all but the logical name
 * @param sweep its name: the jobs are called `<sweep>/<key>`
 */
export function idStarts(place: string, sweep: string): (key: string) => string {
  const tag = tagOf(placeOf(place));
  return (key) => `${readable(`${sweep}/${key}`)}-${tag}`;
}

/** An id without its beginning, where it has that one. */
export function shortIdOf(id: string, start: string): string {
  return id.startsWith(start) ? id.slice(start.length) : id;
}

/** @param text an id, or the hash at the end of one that begins with `start` */
export function idOf(text: string, start: string): string {
  return text.length === hashLength ? `${start}${text}` : text;
}

/** The readable part of an id. */
export function baseOf(id: string): string {
  return id.slice(0, -suffixLength);
}

/** An id without its hash: what tells whose the job is and what it is called, and not what it runs. */
export function withoutHash(id: string): string {
  return id.slice(0, -hashLength);
}

/** The stack's tag in an id. */
export function tagIn(id: string): string {
  return id.slice(-(tagLength + hashLength), -hashLength);
}

/** What the ids of resources called `<parent>/...` begin with. */
export function idsBelow(parent: string): string {
  return readable(`${parent}/${"0".repeat(baseLength)}`).replace(/-0*$/, "-");
}

/** The name under which an attempt runs on the server. */
export function attemptName(id: string, attempt: number): string {
  return attempt === 1 ? id : `${id}-${attempt}`;
}

/** Which job and attempt a session's name stands for; undefined for a name that is not one of ours. */
export function parseName(name: string): { id: string; attempt: number } | undefined {
  const match = /^(.+-[a-z0-9]{14})(?:-([1-9]\d{0,2}))?$/.exec(name);
  if (!match?.[1]) return undefined;
  return { id: match[1], attempt: match[2] ? Number(match[2]) : 1 };
}

/** @param most how many characters it may have */
export function readable(logicalName: string, most: number = baseLength): string {
  // Nearly all names are plain, and there are thousands: what changes none of them is left out.
  const isPlain = /^[\x20-\x7e]*$/.test(logicalName);
  const letters = isPlain ? logicalName : logicalName.normalize("NFKD").replace(/\p{M}/gu, "");
  const plain = letters
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, most);
  // Nothing but single dashes is left between the words.
  const end = plain.endsWith("-") ? plain.length - 1 : plain.length;
  return plain.slice(plain.startsWith("-") ? 1 : 0, end) || "job";
}

/** @param length of characters [a-z0-9], at most 13 */
export function digest(parts: unknown, length: number): string {
  return shortHash(canonical(parts), length);
}

/** JSON in which equal values have equal text: keys sorted, absent ones left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

/** The logical name at the end of a URN; it may hold `::` itself. */
export function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
