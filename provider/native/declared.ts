// What a program says of a resource, as the provider's checks take it: with its place made of its URN, and secret
// variables apart. Programs of any language say it so; `../headlessSession.ts` does some of it itself.
import { z } from "zod";
import { unpaged } from "../array/rows/pages";
import { isPlainMap } from "../engine/plainMap";
import { hasUnknown, unknownValue } from "../engine/unknown";
import { outsideSession } from "../job/decisions/hold";
import { placeOf } from "../job/identity";
import type { CheckFailure } from "../job/inputs";
import { issueText } from "../text/issueText";
import { propertyPath } from "../text/propertyPath";
import { identityOf, organizationOfFiles, placeOfJobs } from "./places";
import type { Marks, Unwrapped } from "./wire";

type Props = Readonly<Record<string, unknown>>;
type MarksByName = Readonly<Record<string, Marks>>;

export interface Declared {
  readonly inputs: Props;
  /** Where they are secret. */
  readonly marks: MarksByName;
  readonly failures: readonly CheckFailure[];
}

/** @param urn of a native HeadlessSession */
export function declaredJob(urn: string, { plain, marks }: Unwrapped): Declared {
  const { organization, ...own } = plain;
  const { apart, rest, left } = variablesApart(own, marks, "env");
  const inputs = {
    ...rest,
    ...(rest.memberList !== undefined && { memberList: withoutNulls(rest.memberList) }),
    ...secretVariables(rest.secretEnv, apart),
    identity: identityOf(urn, organizationIn(organization, own.identity)),
  };
  return {
    inputs,
    marks: { ...left, secretEnv: true, registryAuth: true },
    failures: [...faultOfOrganization(organization), ...faultOfStatuses(own)],
  };
}

/** @param urn of a native SessionArray */
export function declaredArray(urn: string, { plain, marks }: Unwrapped): Declared {
  const { organization, place, name: _name, ...own } = plain;
  const { apart, rest, left } = variablesApart(own, marks, "plainEnv");
  const rows = { ...rest, ...(rest.jobs !== undefined && { jobs: rowsOf(rest.jobs) }) };
  const inputs = {
    ...{ columns: [], common: {}, template: {} },
    ...rows,
    ...secretVariables(rest.secretEnv, apart),
    place: placeOfJobs(urn, organizationIn(organization, place)),
    name: urn.split("::").slice(3).join("::"),
  };
  const parsed = arraySchema.safeParse(known(rows));
  const faults = parsed.success ? [] : parsed.error.issues.map(failureOf);
  return {
    inputs,
    marks: { secretEnv: true, ownSecretEnv: true, registryAuth: true },
    failures: [...faultOfOrganization(organization), ...faults, ...faultsOfSecrets(left)],
  };
}

/** What is not known of a member: a program in Python hands it over as null, where one in JavaScript leaves it out. */
function withoutNulls(members: unknown): unknown {
  if (!Array.isArray(members)) return members;
  return members.map((one: unknown) => {
    if (!isPlainMap(one)) return one;
    return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null));
  });
}

/** Secret values of a map of variables: of the others their names and their values say what runs. */
function variablesApart(own: Props, marks: MarksByName, name: string) {
  const { [name]: variables, ...others } = own;
  const { [name]: secret, ...left } = marks;
  if (secret === undefined) return { apart: {}, rest: own, left };
  const all = (variables ?? {}) as Props;
  const isApart = (key: string) => secret === true || Object.hasOwn(secret, key);
  if (typeof variables !== "object") {
    // Not known yet, or nothing that a check lets pass.
    return { apart: {}, rest: { ...others, secretEnv: variables }, left };
  }
  const entries = Object.entries(all);
  const plain = Object.fromEntries(entries.filter(([key]) => !isApart(key)));
  return {
    apart: Object.fromEntries(entries.filter(([key]) => isApart(key))),
    rest: Object.keys(plain).length > 0 ? { ...others, [name]: plain } : others,
    left,
  };
}

/** Those that are given as secrets, and those that turned out to be. */
function secretVariables(given: unknown, apart: Props): Props {
  if (Object.keys(apart).length === 0 || typeof given === "string") return {};
  return { secretEnv: { ...(given as Props | undefined), ...apart } };
}

function organizationIn(given: unknown, place: unknown): string {
  if (typeof given === "string" && given !== "") return given;
  return typeof place === "string" ? placeOf(place).organization : organizationOfFiles;
}

function faultOfOrganization(organization: unknown): CheckFailure[] {
  if (organization === undefined || (typeof organization === "string" && organization !== ""))
    return [];
  return [{ property: "organization", reason: "must be the name of the stack's organization" }];
}

/** A job whose predecessors have no status would wait for ever. */
function faultOfStatuses({ after, afterStatus }: Props): CheckFailure[] {
  if (!Array.isArray(after) || hasUnknown(after) || afterStatus !== undefined) return [];
  if (after.every((id) => outsideSession(String(id)) !== undefined)) return [];
  const reason =
    "needs afterStatus: the `status` of each of these jobs, in the same order, so that this one is launched when they are Completed";
  return [{ property: "after", reason }];
}

/** Rows as text, whichever way they are written. */
function rowsOf(jobs: unknown): unknown {
  if (typeof jobs !== "object" || jobs === null || Array.isArray(jobs)) return jobs;
  const isText = Object.values(jobs).every((row) => typeof row === "string");
  const rows = isText ? unpaged(jobs as Readonly<Record<string, string>>) : jobs;
  return Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, rowOf(row)]));
}

function rowOf(row: unknown): unknown {
  if (Array.isArray(row)) return hasUnknown(row) ? unknownValue : JSON.stringify(row);
  // With `ignoreChanges` the engine hands over what `check` returned before.
  return typeof row === "string" ? row.replace(/^\S+ (?=\[)/, "") : row;
}

/** Rows are parted and joined as their values ask for it, and what is secret would not stay so. */
function faultsOfSecrets(marks: MarksByName): CheckFailure[] {
  const variables = ["secretEnv", "ownSecretEnv", "registryAuth"];
  return Object.keys(marks)
    .filter((name) => !variables.includes(name))
    .map((property) => ({
      property,
      reason:
        "cannot hold a secret: hand it over as a variable, in `secretEnv` for all jobs or in `ownSecretEnv` for one",
    }));
}

/** What a preview does not know yet is no fault. */
function known(rows: Props): Props {
  const entries = Object.entries(rows).filter(([, value]) => value !== unknownValue);
  return { ...(rows.jobs === unknownValue && { jobs: {} }), ...Object.fromEntries(entries) };
}

const list = z.array(z.string(), "must be a list of texts");
const map = z.record(z.string(), z.unknown(), "must be a map");
const byKey = z.record(z.string(), map, "must be a map of variables for each key");

const notARow = 'must be a list of values, or such a list as JSON, like "[7]"';

const arraySchema = z.strictObject({
  columns: list.optional(),
  common: map.optional(),
  template: map.optional(),
  jobs: z.record(
    z.string(),
    z.string(notARow).refine(isRow, notARow),
    "must be a map of rows, by the jobs' keys",
  ),
  order: z.string().optional(),
  key: list.optional(),
  canary: list.optional(),
  plainEnv: map.optional(),
  secretEnv: map.optional(),
  ownEnv: byKey.optional(),
  ownSecretEnv: byKey.optional(),
  registryAuth: map.optional(),
});

function isRow(text: string): boolean {
  if (text === unknownValue) return true;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function failureOf(issue: z.core.$ZodIssue): CheckFailure {
  return { property: propertyPath(issue.path), reason: issueText(issue) };
}
