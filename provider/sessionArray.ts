// The resource that is all jobs of a sweep with `array: true`. Thin: it says what the jobs have in common and what tells
// each apart, and shows what became of them; the rest happens behind the pointer.
import * as pulumi from "@pulumi/pulumi";
import { giveMemoryBack } from "../machine/smallHeap";
import {
  type ArrayMember,
  assertNoSecrets,
  declaredJobs,
  isLiteral,
  offered,
  sharedBy,
} from "./array/members";
import { writtenOrder } from "./array/rows/declaredOrder";
import { declaredRows } from "./array/rows/declaredRows";
import { readNamedRow } from "./array/rows/namedRow";
import { mostApart, paged, unpaged } from "./array/rows/pages";
import { readStates, type StateTable, type StoredJob } from "./array/stateTable";
import { leaveOutDebugLog } from "./engine/debugLog";
import { aliasesThroughDoors, doorOfProgram, urnOf } from "./engine/door";
import { offerPendingArray } from "./engine/pendingJobsServer";
import { leaveOutStacks } from "./engine/stackTraces";
import { hasUnknown } from "./engine/unknown";
import { tellUnregistered } from "./engine/unregistered";
import { type ArrayJob, markOfArrayJob, organizationOfStack } from "./headlessSession";
import { idOf, idStarts, sessionType } from "./job/identity";
import { placeholders } from "./job/outputs";
import { arrayPointer } from "./pointer";

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
    const jobs = declaredJobs(members);
    const { rows, ...form } = declaredRows(jobs);
    const door = doorOfProgram();
    const isNative = door.name === "native";
    const place = placeBelow(parent);
    const { organization } = organizationOfStack();
    const checked = assertNoSecrets(sweep, jobs);
    const order = writtenOrder(members.map(({ key }) => key));
    const inputs = {
      ...form,
      ...(isNative
        ? { organization: checked.then(() => organization) }
        : { place: checked.then(() => place), name: sweep }),
      jobs: paged(Object.fromEntries(rows.map(({ key, values }) => [key, textOf(values)]))),
      ...(order !== undefined && { order }),
      ...(canaries.length > 0 && { canary: canaries }),
      ...(key && { key }),
      ...sharedBy(sweep, members),
    };
    const notKnownYet = {
      ...{ statuses: undefined, version: undefined, ...(isNative && { place: undefined }) },
      ...{ fields: undefined, commonState: undefined },
    };
    leaveOutDebugLog();
    const restoreStacks = leaveOutStacks();
    try {
      super(
        door.arrayType,
        sweep,
        { ...inputs, ...notKnownYet, ...(!isNative && { __provider: arrayPointer }) },
        {
          parent,
          aliases: aliasesThroughDoors(door, { type: door.arrayType, name: sweep, parent }),
        },
      );
    } finally {
      restoreStacks();
    }
    const { urn } = this as unknown as { urn: { promise(): Promise<unknown> } }; // the SDK's types leave it out
    const answered = urn.promise();
    answered.catch((error: unknown) => tellUnregistered(error, door.arrayType, sweep));
    offerPendingArray(() => offered(sweep, members), answered);
    if (members.length <= mostApart) return;
    // By then all is sent, and the program waits for as long as thousands of jobs are checked.
    setTimeout(giveMemoryBack, 1_000).unref();
  }
}

/** The jobs of an array, as a program sees them. */
export class ArrayJobs {
  readonly #members = new Map<string, ArrayJob>();
  #states: pulumi.Output<ReadonlyMap<string, StoredJob>> | undefined;
  #rows: pulumi.Output<Readonly<Record<string, string>>> | undefined;

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
    this.#rows ??= jobs.apply((all = {}) => unpaged(all));
    return pulumi.all([place, this.#rows]).apply(([place, rows]) => {
      const text = rows[key];
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

/** What a job of an array is of, and those of its outputs that were asked for. */
interface Membership {
  readonly array: ArrayJobs;
  readonly key: string;
  readonly made: Map<string, pulumi.Output<unknown>>;
}

const memberships = new WeakMap<object, Membership>();

/** Made when it is asked for: most of thousands never are. */
function getter(name: string, make: (of: Membership) => pulumi.Output<unknown>) {
  return {
    enumerable: true,
    get(this: object) {
      const of = memberships.get(this);
      if (!of) return undefined;
      const known = of.made.get(name) ?? make(of);
      of.made.set(name, known);
      return known;
    },
  };
}

function ofState(name: string): PropertyDescriptor {
  return getter(name, ({ array, key }) =>
    array.states.apply((states) => {
      const state: Readonly<Record<string, unknown>> = { ...states.get(key)?.state };
      return state[name];
    }),
  );
}

/** The same for all jobs: of thousands, each with functions of its own, they would take most of a program's memory. */
const outputs: PropertyDescriptorMap = {
  ...Object.fromEntries(
    [...Object.keys(placeholders), "image", "cores", "ram", "gpus"].map((name) => [
      name,
      ofState(name),
    ]),
  ),
  id: getter("id", ({ array, key }) => array.idOf(key)),
};

function arrayJob(array: ArrayJobs, key: string): ArrayJob {
  const job = Object.defineProperties({ key, [markOfArrayJob]: true }, outputs);
  memberships.set(job, { array, key, made: new Map() });
  return job as unknown as ArrayJob; // those names
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
