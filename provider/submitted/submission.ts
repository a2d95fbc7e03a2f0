// Which job is meant where one is launched outside any stack: its name and the folder of its record say so, as a
// program's stack and name do for a job of a stack. Pure.
import {
  baseLength,
  digest,
  jobName,
  placeOf,
  readable,
  sessionType,
  tagOf,
} from "../job/identity";
import { type CheckFailure, checkInputs } from "../job/inputs";
import { recordRoot } from "../record/record";

export interface Submission {
  /** What its user calls it: any text. */
  readonly name: string;
  /** Tells jobs of one name apart, in place of what they run. */
  readonly key?: string | undefined;
  /** The folder of its record: names are those of one folder. */
  readonly record: string;
  /** The inputs of a HeadlessSession besides. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** As users write a `name`: it is the readable part of the id as it is. */
const plainName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const digestLength = 8;

/** As `checkInputs`: with failures, or the inputs of the job. */
export function submittedJob({ name, key, record, inputs }: Submission): {
  inputs: Record<string, unknown>;
  failures: CheckFailure[];
} {
  const identity = identityOf(record, name);
  const base = baseOfName(name, key);
  // An image that was not pulled leaves no record: what was launched after it has to be found.
  const retry = { limit: 0 };
  const checked = checkInputs({}, { ...inputs, identity, name: base, record, retry });
  if (checked.failures.length > 0 || key === undefined) return checked;
  return { ...checked, inputs: { ...checked.inputs, jobName: jobName(identity, { key }, base) } };
}

function identityOf(record: string, name: string): string {
  return `/urn:pulumi:${digest([recordRoot(record)], 13)}::submit::${sessionType}::${name}`;
}

/** Tells in any list which sessions were submitted for this folder of records. */
export function tagOfRecord(record: string): string {
  return tagOf(placeOf(identityOf(record, "")));
}

/** Two names never have the same. */
function baseOfName(name: string, key: string | undefined): string {
  if (key === undefined && name.length <= baseLength && plainName.test(name)) return name;
  const start = readable(name, baseLength - digestLength - 1);
  return `${start}-${digest([name, key], digestLength)}`;
}
