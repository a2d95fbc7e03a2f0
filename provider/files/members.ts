// The list of jobs that a merge job gets as a file: those of its `after`, with what the program knows of each. Which of them there
// are, and which attempt of each, is part of what the merge runs; how they stand is not. Pure.
import { z } from "zod";
import { hasUnknown, unknownValue } from "../engine/unknown";
import { digest } from "../job/identity";
import type { TreeFile } from "./tree";

const member = z.looseObject({
  /** Its name on the server, or `session:ID` of a session outside the stack. */
  id: z.string(),
  /** What its user calls it. */
  name: z.string().optional(),
  attempt: z.number().optional(),
  status: z.string().optional(),
  /** Of a job of a sweep. */
  params: z.record(z.string(), z.unknown()).optional(),
  /** As they are declared. */
  outputs: z.array(z.unknown()).optional(),
  /** The folder of its record. */
  record: z.string().optional(),
});

/** As `memberList` of a job has it. */
export const memberSchema = member;
export type Member = z.infer<typeof member>;

/** The name of the file, in the folder of the job's files. */
export const membersName = "members.jsonl";

interface Merging {
  readonly members?: unknown;
  readonly memberList?: unknown;
  readonly after?: unknown;
  readonly afterStatus?: unknown;
  readonly staleAfter?: unknown;
}

/** @returns undefined of a job that is no merge. Where the program does not list them, their ids and statuses are known. */
export function membersOf(inputs: Merging): readonly Member[] | undefined {
  if (inputs.members !== true) return undefined;
  const { memberList, after, afterStatus } = inputs;
  if (Array.isArray(memberList) && memberList.length > 0) return memberList as Member[]; // as its schema says
  const statuses = Array.isArray(afterStatus) ? afterStatus : [];
  return (Array.isArray(after) ? after : []).map((id, index) => {
    const status = String(statuses[index] ?? "");
    return { id: String(id), ...(status !== "" && { status }) };
  });
}

/** What of the members is part of what a merge runs. With `staleAfter: "keep"` nothing is. */
export function digestOfMembers(inputs: Merging): { readonly membersDigest?: string } {
  if (inputs.members !== true || inputs.staleAfter === "keep") return {};
  const isUnlisted = inputs.memberList === unknownValue;
  const runs = (isUnlisted ? [] : (membersOf({ ...inputs, afterStatus: undefined }) ?? [])).map(
    (one) => (isUnknown(one) ? unknownValue : `${one.id} ${one.attempt ?? 1}`),
  );
  if (isUnlisted || hasUnknown(runs)) return { membersDigest: unknownValue };
  return { membersDigest: digest(runs.sort(), 13) };
}

/** A preview does not know all of a job that stays as it is: of one without a record, that it has none. */
function isUnknown(one: Member): boolean {
  return one === (unknownValue as unknown) || hasUnknown([one.id, one.attempt]);
}

/** A line of JSON each, in the order of `after`. */
export function membersFile(members: readonly Member[]): TreeFile {
  const names = ["name", "id", "attempt", "status", "params", "outputs", "record"] as const;
  const lines = members.map((one) => {
    const known = names.filter((name) => one[name] !== undefined);
    return `${JSON.stringify(Object.fromEntries(known.map((name) => [name, one[name]])))}\n`;
  });
  return { name: membersName, isExecutable: false, bytes: Buffer.from(lines.join("")) };
}
