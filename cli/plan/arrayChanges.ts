// What a run did or would do to the jobs of an array, from what the engine has of it before and after. Pure.
import { isDeepStrictEqual } from "node:util";
import { rememberingJobs } from "../../provider/array/arrayJobs";
import { followerOf } from "../../provider/array/arraySteps";
import type { Choice } from "../../provider/array/choice";
import { DeclaredJobs, trustedArray } from "../../provider/array/declaredJobs";
import type { StoredJob } from "../../provider/array/stateTable";
import type { JobInputs } from "../../provider/job/inputs";
import type { JobChange, RefreshedJob, Resource } from "./runEffects";

type Jobs = ReadonlyMap<string, StoredJob>;

const none: Jobs = new Map();

/** An array as a run treats it. */
export interface ArrayChange {
  /** Absent for a new one. */
  readonly old?: Resource | null | undefined;
  /** Absent for one that goes. */
  readonly fresh?: Resource | null | undefined;
  readonly outcome: JobChange["outcome"];
}

/** What a run was asked of the jobs of arrays. */
export interface AskedOfRun {
  /** Ids of those that run again as they are declared. */
  readonly again?: ReadonlySet<string>;
  /** Those that it is about. @default all */
  readonly choice?: Choice | undefined;
}

/** The status of a job that is a resource of its own before the run, by its id. */
type StatusElsewhere = (id: string) => string | undefined;

/** The same for each of its jobs. */
export function changesOfArray(
  { old, fresh, outcome }: ArrayChange,
  { again = new Set(), choice }: AskedOfRun = {},
  statusElsewhere: StatusElsewhere = () => undefined,
  jobsOf = rememberingJobs(),
): JobChange[] {
  const before = old ? jobsOf(old) : none;
  const inputs = fresh?.inputs;
  if (!inputs) return [...before].map((one) => removed(nameOf(old), one, undefined, outcome));
  if (inputs.jobs === undefined) return []; // left out of the run by `--target` before it ever was in the stack
  const array = trustedArray(inputs);
  // In a preview the native provider foretells the rows as they are declared, and says that their version is not known.
  const isWritten = outcome !== "started" && typeof fresh?.outputs?.version === "number";
  const after = isWritten ? jobsOf(fresh) : undefined;
  const declared = new DeclaredJobs().trusted(array);
  const following = followerOf(
    array.canary ?? [],
    declared,
    (key) =>
      (after ?? before).get(key)?.state.status ?? statusElsewhere(declared.get(key)?.id ?? ""),
  );
  const changes = [...declared].map(([key, job]): JobChange => {
    const { id, inputs } = following(key, job);
    const [was, is] = [before.get(key), after?.get(key)];
    const name = `${array.name}/${key}`;
    if (choice && !choice.isChosen(name)) return left(name, inputs, was, is);
    const isAnother = was !== undefined && (was.id !== id || again.has(id));
    const isSame =
      was !== undefined &&
      is !== undefined &&
      (was === is || isDeepStrictEqual(was.state, is.state));
    return {
      name,
      op: was === undefined ? "create" : isAnother ? "replace" : isSame ? "same" : "update",
      ...(was && { before: was.state, oldId: was.id }),
      inputs,
      ...(is && { after: is.state }),
      id,
      outcome:
        after === undefined || outcome === "started"
          ? outcome
          : array.refused?.[key] !== undefined
            ? "failed"
            : ended(is?.id === id, outcome),
    };
  });
  const leaving = [...before].filter(([key]) => !Object.hasOwn(array.jobs, key));
  return [...changes, ...leaving.map((one) => removed(array.name, one, after, outcome))];
}

function left(
  name: string,
  inputs: JobInputs,
  was: StoredJob | undefined,
  is: StoredJob | undefined,
): JobChange {
  return {
    ...{ name, inputs, op: "same", isLeft: true, outcome: "done" },
    ...(was && { before: was.state, oldId: was.id, id: was.id }),
    ...(is && { after: is.state }),
  };
}

/** What a refresh found of each. */
export function refreshedInArray(
  old: Resource,
  fresh: Resource | undefined,
  jobsOf = rememberingJobs(),
): RefreshedJob[] {
  const before = jobsOf(old);
  const after = fresh ? jobsOf(fresh) : none;
  return [...before].map(([key, { id, state }]) => ({
    name: `${nameOf(old)}/${key}`,
    id,
    before: state,
    after: after.get(key)?.state ?? state,
  }));
}

/** What is not there after a run that met no failure was left for the next one, because the user stopped it. */
function ended(isThere: boolean, outcome: "done" | "failed"): JobChange["outcome"] {
  if (isThere) return "done";
  return outcome === "done" ? "started" : "failed";
}

/**
 * A job that leaves a resource of its own for an array, or an array for one, is the same job: it is created there and
 * deleted here under one id.
 */
export function joinMoved(changes: readonly JobChange[]): readonly JobChange[] {
  const leaving = new Map(
    changes.flatMap((one) => (one.op === "delete" && one.oldId ? [[one.oldId, one]] : [])),
  );
  const moved = new Set<JobChange>();
  const joined = changes.map((one): JobChange => {
    const from = one.op === "create" && one.id ? leaving.get(one.id) : undefined;
    if (!from?.before) return one;
    moved.add(from);
    const { sessionId, attempt } = from.before;
    const isSame = one.after?.sessionId === sessionId && one.after?.attempt === attempt;
    return { ...one, op: one.after && isSame ? "same" : "update", before: from.before };
  });
  return joined.filter((one) => !moved.has(one));
}

function removed(
  name: string,
  [key, { id, state }]: readonly [string, StoredJob],
  after: Jobs | undefined,
  outcome: JobChange["outcome"],
): JobChange {
  const isLeft = after?.has(key) === true;
  return {
    name: `${name}/${key}`,
    op: "delete",
    before: state,
    oldId: id,
    outcome: isLeft ? "failed" : outcome === "failed" && after ? "done" : outcome,
  };
}

function nameOf(array: Resource | null | undefined): string {
  return String(array?.outputs?.name ?? array?.inputs?.name ?? "");
}
