// What of a crate is not as it was: the commit, the images, the ids that jobs would get. Pure.
import { z } from "zod";
import type { IdentifiedJob } from "../plan/programIds";
import type { Lock } from "./lock";
import { digestsByInput } from "./tellable";

const is = z.enum(["same", "different", "unknown"]);

export const commitSchema = z.object({
  is,
  before: z.array(z.string()).describe("the commits that launched the jobs"),
  now: z.string().optional(),
  why: z.string().optional(),
});
export type ComparedCommit = z.infer<typeof commitSchema>;

export const comparedImageSchema = z.object({
  image: z.string(),
  is,
  before: z.string().nullable(),
  now: z.string().nullable().describe("what the server lists; null: nothing"),
});
export type ComparedImage = z.infer<typeof comparedImageSchema>;

export const comparedJobSchema = z.object({
  name: z.string(),
  is: z.enum(["same", "different", "missing", "new", "unknown"]),
  before: z.string().describe("its id").optional(),
  now: z.string().optional(),
  inputs: z.array(z.string()).describe("those that differ").optional(),
  why: z.string().optional(),
});
export type ComparedJob = z.infer<typeof comparedJobSchema>;

/** What a checkout is at; the files are those of the copy that differ from what was published. */
export type Checkout =
  | { readonly head: string; readonly isDirty: boolean }
  | { readonly changed: readonly string[] }
  | undefined;

export function comparedCommit({ commits, program }: Lock, checkout: Checkout): ComparedCommit {
  const before = commits.map(({ commit }) => commit);
  if (checkout === undefined) {
    return { is: "unknown", before, why: "this folder is in no git repository that has a commit" };
  }
  if ("changed" in checkout) return comparedCopy(before, program, checkout.changed);
  const { head: now, isDirty } = checkout;
  const [only, ...others] = commits;
  if (only === undefined) return { is: "unknown", before, now, why: "the crate names no commit" };
  if (only.isDirty || others.length > 0) {
    const why = only.isDirty
      ? "the jobs were launched with changes that were not committed"
      : "the jobs were launched by several commits";
    return { is: "unknown", before, now, why };
  }
  if (now !== only.commit) return { is: "different", before, now };
  if (!isDirty) return { is: "same", before, now };
  return { is: "different", before, now, why: "there are changes that are not committed" };
}

function comparedCopy(
  before: string[],
  program: Lock["program"],
  changed: readonly string[],
): ComparedCommit {
  if (changed.length > 0) {
    return {
      is: "different",
      before,
      why: `files of the copy are others now: ${changed.join(", ")}`,
    };
  }
  const isOfCommit =
    program?.isDirty === false && program.commit === before[0] && before.length === 1;
  return isOfCommit
    ? { is: "same", before, now: before[0] }
    : { is: "unknown", before, why: "the crate's copy of the program is not that of one commit" };
}

/** @param now what the server lists, by image */
export function comparedImages(
  { images }: Lock,
  now: ReadonlyMap<string, string | undefined>,
): ComparedImage[] {
  return images.map(({ image, digest: before }) => {
    const listed = now.get(image) ?? null;
    if (before === null) return { image, is: "unknown", before, now: listed };
    return { image, is: listed === before ? "same" : "different", before, now: listed };
  });
}

/** @param declared what the program declares, with the ids that it would get */
export function comparedJobs(lock: Lock, declared: readonly IdentifiedJob[]): ComparedJob[] {
  const byName = new Map(declared.map((one) => [one.name, one]));
  const known = new Set(lock.jobs.map(({ name }) => name));
  const compared = lock.jobs.map((job): ComparedJob => {
    const { name, id: before, inputs } = job;
    const one = byName.get(name);
    if (one === undefined) return { name, is: "missing", before };
    if (one.refused !== undefined) {
      return { name, is: "different", before, why: `it would be refused: ${one.refused}` };
    }
    const { id: now } = one;
    if (now === undefined) {
      return { name, is: "unknown", before, why: "its id depends on what other jobs answer first" };
    }
    if (now === before) return { name, is: "same", before, now };
    const differing = differingInputs(inputs, digestsByInput(one.inputs));
    const why =
      differing.length > 0
        ? undefined
        : "no input that can be compared differs: its place in the program is another now, it had another name when it was launched, or a secret is a part of what it runs";
    return { name, is: "different", before, now, inputs: differing, ...(why && { why }) };
  });
  // Of a crate about some jobs the others are not missed.
  const fresh = lock.isPart ? [] : declared.filter(({ name }) => !known.has(name));
  return [
    ...compared,
    ...fresh.map(({ name, id }): ComparedJob => ({ name, is: "new", ...(id && { now: id }) })),
  ];
}

type Digests = Readonly<Record<string, string>>;

function differingInputs(before: Digests, now: Digests): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.filter((name) => before[name] !== now[name]);
}
