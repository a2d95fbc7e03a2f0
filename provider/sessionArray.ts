// The resource that is all jobs of a sweep with `array: true`. Thin: it says what the jobs have in common and what tells
// each apart, and shows what became of them; the rest happens behind the pointer.
import * as pulumi from "@pulumi/pulumi";
import { type DeclaredJob, declaredRows, type Param } from "./array/declaredRows";
import { readNamedRow } from "./array/namedRow";
import { readStates, type StateTable, type StoredJob } from "./array/stateTable";
import { leaveOutStacks } from "./engine/stackTraces";
import { hasUnknown } from "./engine/unknown";
import { tellUnregistered } from "./engine/unregistered";
import { wireForm } from "./engine/wireForm";
import {
  type ArrayJob,
  bySecrecy,
  type HeadlessSessionArgs,
  markOfArrayJob,
  predecessorOf,
  urnOf,
} from "./headlessSession";
import { arrayType, idOf, idStarts, sessionType } from "./job/identity";
import { placeholders } from "./job/outputs";
import { arrayPointer } from "./pointer";

/** One job that an array is to have. */
export interface ArrayMember {
  readonly key: string;
  readonly params: Readonly<Record<string, Param>>;
  readonly args: HeadlessSessionArgs;
}

/** Written by `check` as an input, and by the provider as an output: see `array/`. */
interface Outputs {
  readonly jobs: Readonly<Record<string, string>> | undefined;
  readonly fields: readonly string[] | undefined;
  readonly commonState: Readonly<Record<string, unknown>> | undefined;
  readonly version: number | undefined;
}

export class SessionArray extends pulumi.CustomResource {
  /** How many of its jobs have each status. */
  declare readonly statuses: pulumi.Output<Readonly<Record<string, number>>>;
  declare readonly jobs: pulumi.Output<Outputs["jobs"]>;
  declare readonly commonState: pulumi.Output<Outputs["commonState"]>;
  declare readonly fields: pulumi.Output<Outputs["fields"]>;
  declare readonly version: pulumi.Output<Outputs["version"]>;
  /** What a job's identity begins with. */
  declare readonly place: pulumi.Output<string>;

  /**
   * @param sweep its name: the jobs are called `<sweep>/<key>`
   * @param members at least one
   * @param canaries keys of the jobs that the others wait for
   * @param key the columns that make the keys of a table's rows
   * @throws TypeError for arguments that jobs of one array cannot have apart
   */
  constructor(
    sweep: string,
    members: readonly ArrayMember[],
    canaries: readonly string[],
    key: readonly string[] | undefined,
    parent: pulumi.Resource,
  ) {
    const jobs = members.map(declaredJob);
    const { rows, ...form } = declaredRows(jobs);
    const place = placeBelow(parent);
    const inputs = {
      ...form,
      place: assertNoSecrets(sweep, jobs).then(() => place),
      name: sweep,
      jobs: Object.fromEntries(rows.map(({ key, values }) => [key, textOf(values)])),
      ...(canaries.length > 0 && { canary: canaries }),
      ...(key && { key }),
      ...shared(sweep, members),
    };
    const notKnownYet = {
      ...{ statuses: undefined, version: undefined },
      ...{ fields: undefined, commonState: undefined },
    };
    const restoreStacks = leaveOutStacks();
    try {
      super(arrayType, sweep, { ...inputs, ...notKnownYet, __provider: arrayPointer }, { parent });
    } finally {
      restoreStacks();
    }
    const { urn } = this as unknown as { urn: { promise(): Promise<unknown> } }; // the SDK's types leave it out
    urn.promise().catch((error: unknown) => tellUnregistered(error, arrayType, sweep));
  }
}

/** The jobs of an array, as a program sees them. */
export class ArrayJobs {
  readonly #members = new Map<string, ArrayJob>();
  #states: pulumi.Output<ReadonlyMap<string, StoredJob>> | undefined;

  constructor(
    private readonly array: SessionArray,
    private readonly sweep: string,
  ) {}

  /** One of them. */
  member(key: string): ArrayJob {
    const known = this.#members.get(key) ?? arrayJob(this, key);
    this.#members.set(key, known);
    return known;
  }

  /** What the stack has of each, by key; not known while a preview shows a change. */
  get states(): pulumi.Output<ReadonlyMap<string, StoredJob>> {
    const { place, jobs, fields, commonState, version } = this.array;
    this.#states ??= pulumi.all([place, jobs, fields, commonState, version]).apply((all) => {
      const [place, jobs, fields, commonState, version] = all;
      if (version === undefined) return new Map(); // left out of this run by `--target`
      const table = { jobs, fields, commonState, version } as Partial<StateTable>;
      return readStates(table, idStarts(place, this.sweep));
    });
    return this.#states;
  }

  /** A job's id, which a preview knows of what it would launch, too. */
  idOf(key: string): pulumi.Output<string> {
    const { place, jobs, version } = this.array;
    return pulumi.all([place, jobs]).apply(([place, jobs = {}]) => {
      const text = jobs[key];
      const unknown = version.apply(() => "");
      if (text === undefined) return unknown;
      const start = idStarts(place, this.sweep)(key);
      const id = text.startsWith("[")
        ? idOf(JSON.parse(text)[0], start)
        : readNamedRow(text, start).id;
      return hasUnknown(id) ? unknown : pulumi.output(id);
    });
  }
}

/** Its outputs are made when they are asked for: most of thousands never are. */
function arrayJob(array: ArrayJobs, key: string): ArrayJob {
  const made = new Map<string, pulumi.Output<unknown>>();
  const getter = (name: string, make: () => pulumi.Output<unknown>): PropertyDescriptor => ({
    enumerable: true,
    get: () => {
      const known = made.get(name) ?? make();
      made.set(name, known);
      return known;
    },
  });
  const ofState = (name: string) =>
    getter(name, () =>
      array.states.apply((states) => {
        const state: Readonly<Record<string, unknown>> = { ...states.get(key)?.state };
        return state[name];
      }),
    );
  const names = [...Object.keys(placeholders), "image", "cores", "ram", "gpus"];
  const described = Object.fromEntries(names.map((name) => [name, ofState(name)]));
  const own = { key, [markOfArrayJob]: true };
  const id = getter("id", () => array.idOf(key));
  return Object.defineProperties(own, { ...described, id }) as unknown as ArrayJob; // those names
}

function placeBelow(parent: pulumi.Resource): pulumi.Output<string> {
  const urn = pulumi.createUrn("x", sessionType, urnOf(parent));
  return urn.apply((one) => `${pulumi.getOrganization()}/${one.slice(0, -1)}`);
}

/** A row as the engine has it: a text at once, unless something in it is known later only. */
function textOf(values: readonly unknown[]): pulumi.Input<string> {
  if (values.every(isLiteral)) return JSON.stringify(values);
  return pulumi.output(values).apply((known) => JSON.stringify(known));
}

function declaredJob({ key, params, args }: ArrayMember): DeclaredJob {
  const { after = [], canary: _canary, env, registryAuth: _auth, ...words } = args;
  const { literals } = partedEnv(env);
  const inputs = {
    ...words,
    ...(literals && { env: literals }),
    ...(after.length > 0 && {
      after: after.map((one) => predecessorOf(one).id),
      afterStatus: after.map((one) => predecessorOf(one).status),
    }),
  };
  return { key, params, inputs: wireForm(inputs) };
}

type Env = NonNullable<HeadlessSessionArgs["env"]>;

/** What is known of a job's variables at once, and what is known later only. */
function partedEnv(env: Env | undefined): { readonly literals?: Env; readonly later?: Env } {
  if (env === undefined) return {};
  if (pulumi.Output.isInstance(env) || env instanceof Promise) return { later: env };
  const entries = Object.entries(env);
  const literals = entries.filter(([, value]) => isLiteral(value));
  const later = entries.filter(([, value]) => !isLiteral(value));
  return {
    ...(literals.length > 0 && { literals: Object.fromEntries(literals) }),
    ...(later.length > 0 && { later: Object.fromEntries(later) }),
  };
}

/** Credentials, which all jobs of an array share, and variables that are known later only. */
function shared(sweep: string, members: readonly ArrayMember[]) {
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

function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * Rows are parted and joined as their values ask for it, and what is secret would not stay so: only whole variables are
 * kept apart.
 */
async function assertNoSecrets(sweep: string, jobs: readonly DeclaredJob[]): Promise<void> {
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

function isLiteral(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (isLater(value)) return false;
  return Object.values(value).every(isLiteral);
}
