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
    const { rows, ...form } = declaredRows(members.map(declaredJob));
    const inputs = {
      ...form,
      place: placeBelow(parent),
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
  const literals = Object.entries(env ?? {}).filter(([, value]) => isLiteral(value));
  const inputs = {
    ...words,
    ...(literals.length > 0 && { env: Object.fromEntries(literals) }),
    ...(after.length > 0 && {
      after: after.map((one) => predecessorOf(one).id),
      afterStatus: after.map((one) => predecessorOf(one).status),
    }),
  };
  return { key, params, inputs: wireForm(inputs) };
}

/** What all jobs of an array have in one place: credentials, and variables that are known later only. */
function shared(sweep: string, members: readonly ArrayMember[]) {
  const [first, ...others] = members.map(({ key, args }) => ({ key, ...sharedOf(args) }));
  for (const { key, variables, registryAuth } of others) {
    const names = Object.keys(variables);
    const isSame =
      names.length === Object.keys(first?.variables ?? {}).length &&
      names.every((name) => variables[name] === first?.variables[name]);
    if (!isSame) {
      throw new TypeError(
        `Sweep "${sweep}", ${key}: with \`array: true\` all jobs share the variables whose values come from other resources or secrets; give them in the sweep's \`env\`, or leave \`array\` out`,
      );
    }
    if (registryAuth !== first?.registryAuth) {
      throw new TypeError(
        `Sweep "${sweep}", ${key}: with \`array: true\` all jobs share \`registryAuth\`; give it in the sweep, or leave \`array\` out`,
      );
    }
  }
  const { variables = {}, registryAuth } = first ?? {};
  const { env: plainEnv, secretEnv } =
    Object.keys(variables).length > 0 ? bySecrecy(wireForm(variables)) : {};
  return {
    ...(plainEnv && { plainEnv }),
    ...(secretEnv && { secretEnv }),
    ...(registryAuth && { registryAuth: pulumi.secret(wireForm(registryAuth)) }),
  };
}

function sharedOf({ env, registryAuth }: HeadlessSessionArgs) {
  const later = Object.entries(env ?? {}).filter(([, value]) => !isLiteral(value));
  return { variables: Object.fromEntries(later), registryAuth };
}

function isLiteral(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  return Object.values(value).every(isLiteral);
}
