// The jobs of an array as a stack's state has them, in the form in which all jobs are shown. Pure.
import { isDeepStrictEqual } from "node:util";
import { idStarts, nativeArrayType, nativeSessionType, sessionType } from "../job/identity";
import type { JobInputs } from "../job/inputs";
import { type JobState, trustedState } from "../job/state";
import { type ArrayInputs, DeclaredJobs, headOf, trustedArray } from "./declaredJobs";
import { type Param, rowReader } from "./rows/declaredRows";
import { readNamedRow } from "./rows/namedRow";
import { readStates, type StateTable, type StoredJob } from "./stateTable";

/** A resource of state that is an array. */
export interface ArrayResource {
  readonly urn: string;
  readonly created?: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A job of an array, with what `Job` says of any (`job/deployment.ts`). */
export interface ListedArrayJob extends StoredJob {
  readonly name: string;
  readonly urn: string;
  readonly arrayUrn: string;
  readonly inputs: Partial<JobInputs>;
  readonly created: string | undefined;
  readonly sweep: string;
  readonly params?: Readonly<Record<string, Param>>;
}

/** Why a job is Held that was declared when the run left it out, or ended before its turn. */
const notYet =
  "is not launched yet: the run left it out, or ended before its turn; the next `up` launches it";

/** The jobs that an array's state has, by key, with what it keeps in one place for all. */
export function storedJobsOf({
  inputs,
  outputs,
}: {
  readonly inputs?: Readonly<Record<string, unknown>> | null | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | null | undefined;
}): Map<string, StoredJob> {
  const { name, place } = headOf({ ...outputs, ...inputs });
  if (!outputs || place === undefined) return new Map();
  const jobs = readStates(outputs as Partial<StateTable>, idStarts(place, name));
  const { secretEnv, registryAuth } = outputs as Pick<JobState, "secretEnv" | "registryAuth">;
  const { ownSecretEnv } = outputs as Pick<ArrayInputs, "ownSecretEnv">;
  if (!secretEnv && !registryAuth && !ownSecretEnv) return jobs;
  return new Map(
    [...jobs].map(([key, { id, state }]) => {
      const secrets = secretsOf(secretEnv, ownSecretEnv, key);
      const kept = { ...secrets, ...(registryAuth && { registryAuth }) };
      return [key, { id, state: { ...state, ...kept } }];
    }),
  );
}

/** @returns the same as {@link storedJobsOf}, which reads again only what is another table than the array's last one */
export function rememberingJobs(): typeof storedJobsOf {
  const last = new Map<string, { readonly of: unknown; readonly jobs: Map<string, StoredJob> }>();
  return (resource) => {
    const { __provider: _, ...of } = resource.outputs ?? {};
    const { name, place } = headOf({ ...of, ...resource.inputs });
    const array = `${place}${name}`;
    const known = last.get(array);
    if (known && isDeepStrictEqual(known.of, of)) return known.jobs;
    const jobs = storedJobsOf(resource);
    last.set(array, { of, jobs });
    return jobs;
  };
}

/** Without the key to a stack's secrets each of them is a text. */
function secretsOf(
  secretEnv: JobState["secretEnv"],
  ownSecretEnv: ArrayInputs["ownSecretEnv"],
  key: string,
): Partial<Pick<JobState, "secretEnv">> {
  const own = ownSecretEnv?.[key] as JobState["secretEnv"];
  if (own === undefined) return secretEnv === undefined ? {} : { secretEnv };
  return { secretEnv: { ...secretEnv, ...own } };
}

/** What URNs of jobs begin with, where their array comes through the native door. */
function urnsLike(arrayUrn: string, start: string): string {
  const isNative = arrayUrn.split("::")[2]?.endsWith(nativeArrayType) === true;
  return isNative ? start.replace(`${sessionType}::`, `${nativeSessionType}::`) : start;
}

/** @throws Error for state that a later release wrote */
export function jobsOfArray({ urn, created, inputs, outputs }: ArrayResource): ListedArrayJob[] {
  const array = trustedArray({ ...outputs, ...inputs });
  const { name, place, jobs: rows = {} } = array;
  const startOf = idStarts(place, name);
  const urnStart = urnsLike(urn, place.slice(place.indexOf("/") + 1));
  const states = storedJobsOf({ inputs, outputs });
  const read = rowReader(array);
  const declared = new DeclaredJobs();
  const first = new Set(array.canary);
  const canary = [...first].flatMap((key) =>
    rows[key] === undefined ? [] : [readNamedRow(rows[key], startOf(key)).id],
  );
  const job = (key: string, id: string, state: JobState): ListedArrayJob => {
    const text = rows[key];
    return {
      name: `${name}/${key}`,
      urn: `${urnStart}${name}/${key}`,
      arrayUrn: urn,
      id,
      state,
      // Most commands ask for few of thousands.
      get inputs(): Partial<JobInputs> {
        if (text === undefined) return {};
        const { inputs } = declared.trusted({ ...array, jobs: { [key]: text } }).get(key) ?? {};
        return first.has(key) || canary.length === 0 ? { ...inputs } : { ...inputs, canary };
      },
      created,
      sweep: name,
      ...(text !== undefined && { params: read(readNamedRow(text, startOf(key)).body).params }),
    };
  };
  const found = [...states].map(([key, { id, state }]) => job(key, id, state));
  const waiting = Object.keys(rows).filter((key) => !states.has(key));
  const server = String(found[0]?.state.server ?? "");
  const held = { status: "Held", heldBy: "unclear", reason: notYet, attempt: 1, server };
  return [
    ...found,
    ...waiting.map((key) => {
      const { id } = readNamedRow(rows[key] ?? "", startOf(key));
      return job(key, id, trustedState(held));
    }),
  ];
}
