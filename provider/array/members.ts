// What a program says of each job of an array, and what of it the array has apart: credentials, and variables that are
// known later only, because they come from other resources or are secret.
import * as pulumi from "@pulumi/pulumi";
import type { OfferedJob } from "../engine/pendingJobsServer";
import { unknownValue } from "../engine/unknown";
import { wireForm } from "../engine/wireForm";
import { bySecrecy, type HeadlessSessionArgs, predecessorOf } from "../headlessSession";
import type { DeclaredJob, Param } from "./rows/declaredRows";

/** One job that an array is to have. */
export interface ArrayMember {
  readonly key: string;
  readonly params: Readonly<Record<string, Param>>;
  readonly args: HeadlessSessionArgs;
}

/** What jobs share, as `after` of the sweep, is one and the same value in each: then it is sent once, and not with each row. */
export function declaredJobs(members: readonly ArrayMember[]): DeclaredJob[] {
  const made = new WeakMap<object, unknown>();
  const links = new Map<unknown, Links>();
  return members.map(({ key, params, args }) => {
    const { after = none, canary: _canary, env, registryAuth: _auth, ...words } = args;
    const { literals } = partedEnv(env);
    const link = links.get(after) ?? wireForm(linksTo(after), made);
    links.set(after, link);
    const inputs = wireForm({ ...words, ...(literals && { env: literals }) }, made);
    return { key, params, inputs: { ...inputs, ...link } };
  });
}

const none = [] as const;

interface Links {
  readonly after?: readonly unknown[];
  readonly afterStatus?: readonly unknown[];
}

function linksTo(after: NonNullable<HeadlessSessionArgs["after"]>): Links {
  if (after.length === 0) return {};
  const predecessors = after.map(predecessorOf);
  return {
    after: predecessors.map(({ id }) => id),
    afterStatus: predecessors.map(({ status }) => status),
  };
}

/** All jobs of an array, for whoever refuses one of the program's. */
export function offered(sweep: string, members: readonly ArrayMember[]): OfferedJob[] {
  return declaredJobs(members).map((job, index) => {
    const env = members[index]?.args.env;
    const isKnown = env === undefined || partedEnv(env).later === undefined;
    const inputs = { ...job.inputs, identity: unknownValue };
    return {
      name: `${sweep}/${job.key}`,
      inputs: isKnown ? inputs : { ...inputs, env: unknownValue },
    };
  });
}

type Env = NonNullable<HeadlessSessionArgs["env"]>;

/** What is known of a job's variables at once, and what is known later only. */
function partedEnv(env: Env | undefined): { readonly literals?: Env; readonly later?: Env } {
  if (env === undefined) return {};
  if (isLater(env)) return { later: env };
  const entries = Object.entries(env);
  const literals = entries.filter(([, value]) => isLiteral(value));
  const later = entries.filter(([, value]) => !isLiteral(value));
  return {
    ...(literals.length > 0 && { literals: Object.fromEntries(literals) }),
    ...(later.length > 0 && { later: Object.fromEntries(later) }),
  };
}

/** Credentials, which all jobs of an array share, and variables that are known later only. */
export function sharedBy(sweep: string, members: readonly ArrayMember[]) {
  const [first] = members;
  const auth = first?.args.registryAuth;
  const other = members.find(({ args }) => args.registryAuth !== auth);
  if (other) {
    throw new TypeError(
      `Sweep "${sweep}", ${other.key}: with \`array: true\` all jobs share \`registryAuth\`; give it in the sweep, or leave \`array\` out`,
    );
  }
  return {
    ...variablesOf(members),
    ...(auth && { registryAuth: pulumi.secret(wireForm(auth)) }),
  };
}

function variablesOf(members: readonly ArrayMember[]) {
  const all = members.map(({ key, args }) => [key, partedEnv(args.env).later] as const);
  const first = all[0]?.[1];
  if (all.every(([, later]) => isSameEnv(later, first))) {
    if (first === undefined) return {};
    const { env: plainEnv, secretEnv } = bySecrecy(wireForm(first));
    return { ...(plainEnv && { plainEnv }), ...(secretEnv && { secretEnv }) };
  }
  const sorted = Promise.all(
    all.map(async ([key, later]) => {
      const { env, secretEnv } = bySecrecy(later && wireForm(later));
      return [key, await env, await secretEnv] as const;
    }),
  );
  const byKey = (which: 1 | 2) =>
    sorted.then((rows) =>
      Object.fromEntries(rows.flatMap((row) => (row[which] ? [[row[0], row[which]]] : []))),
    );
  return { ownEnv: byKey(1), ownSecretEnv: byKey(2) };
}

function isSameEnv(one: Env | undefined, other: Env | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || isLater(one) || isLater(other)) return false;
  const [values, others] = [one, other] as Readonly<Record<string, unknown>>[];
  const names = Object.keys(values ?? {});
  return (
    names.length === Object.keys(others ?? {}).length &&
    names.every((name) => values?.[name] === others?.[name])
  );
}

function isLater(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * Rows are parted and joined as their values ask for it, and what is secret would not stay so: only whole variables are
 * kept apart.
 */
export async function assertNoSecrets(sweep: string, jobs: readonly DeclaredJob[]): Promise<void> {
  const seen = new Set<unknown>();
  for (const { key, inputs } of jobs) {
    for (const [name, value] of Object.entries(inputs)) {
      if (isLiteral(value) || seen.has(value)) continue;
      seen.add(value);
      if (!(await pulumi.isSecret(pulumi.output(value)))) continue;
      const error = new TypeError(
        `Sweep "${sweep}", ${key}: with \`array: true\` no value of \`${name}\` can be secret; hand it over as a variable in \`env\`, or leave \`array\` out`,
      );
      error.stack = error.message; // Pulumi prints it
      throw error;
    }
  }
}

/** Whether nothing in a value is known later only. */
export function isLiteral(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (isLater(value)) return false;
  return Object.values(value).every(isLiteral);
}
