// The one resource that is all jobs of an array, as the engine of the tests (`miniEngine.ts`) treats it.
import { SessionArrayProvider } from "../../provider/array/arrayProvider";
import { writtenOrder } from "../../provider/array/rows/declaredOrder";
import { type DeclaredJob, declaredRows } from "../../provider/array/rows/declaredRows";
import { paged } from "../../provider/array/rows/pages";
import { readStates } from "../../provider/array/stateTable";
import { arrayType, idStarts, sessionType } from "../../provider/job/identity";
import type { SkahaProvider } from "../../provider/runtime";

type Props = Record<string, unknown>;

/** A resource of the stack. */
export interface Resource {
  name: string;
  id: string;
  inputs: Props;
  outs: Props;
}

/** What is known of a job. */
export type Known = Pick<Resource, "id" | "outs">;

export class CheckFailed extends Error {}

/** The array's name: its jobs are called `all/<name>`. */
const arrayName = "all";

export class MiniArray {
  #resource: Resource | undefined;
  /** What was read of an array's outputs last: a test asks for each of thousands of jobs. */
  #read: { readonly of: unknown; readonly jobs: ReadonlyMap<string, Known> } | undefined;

  /** Each job as if it were a resource. */
  all(): ReadonlyMap<string, Known> {
    const of = this.#resource?.outs;
    if (of === undefined) return new Map();
    if (this.#read?.of === of) return this.#read.jobs;
    const states = readStates(of, idStarts(placeOfJobs, arrayName));
    const jobs = new Map(
      [...states].map(([key, { id, state }]) => [key, { id, outs: { ...state } }]),
    );
    this.#read = { of, jobs };
    return jobs;
  }

  /** What `pulumi stack export` has. */
  exported(): unknown[] {
    if (!this.#resource) return [];
    const { id, inputs, outs: outputs } = this.#resource;
    return [{ urn: urnOf(arrayName), id, type: arrayType, inputs, outputs }];
  }

  /** A copy, for {@link put}; undefined of what is not there. */
  copy(): unknown {
    return this.#resource && JSON.parse(JSON.stringify(this.#resource));
  }

  put(copy: unknown): void {
    this.#resource = copy as Resource | undefined;
  }

  async refresh(provider: SkahaProvider): Promise<void> {
    const resource = this.#resource;
    if (!resource) return;
    const { id, props } = await doorOf(provider).read(resource.id, json(resource.outs));
    if (!id) throw new Error("read dropped the array");
    resource.outs = json(props ?? {});
  }

  /** @returns whether an `up` would change something */
  async preview(provider: SkahaProvider, members: readonly DeclaredJob[]): Promise<boolean> {
    const inputs = await this.#checked(provider, members);
    if (!this.#resource) return true;
    const { id, outs } = this.#resource;
    const { changes } = await doorOf(provider).diff(id, json(outs), inputs);
    return changes === true;
  }

  /** Creates or updates it. @param onChange told whether something is changed, before it is */
  async register(
    provider: SkahaProvider,
    members: readonly DeclaredJob[],
    onChange: (changes: boolean) => void,
  ): Promise<void> {
    const door = doorOf(provider);
    const old = this.#resource;
    const inputs = await this.#checked(provider, members, door);
    const { changes } = old ? await door.diff(old.id, json(old.outs), inputs) : { changes: true };
    onChange(changes === true);
    if (old && !changes) {
      old.inputs = inputs;
      return;
    }
    try {
      const { id, outs } = old
        ? { id: old.id, ...(await door.update(old.id, json(old.outs), inputs)) }
        : await door.create(inputs);
      this.#resource = { name: arrayName, id, inputs, outs: json(outs ?? {}) };
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Props };
      if (id)
        this.#resource = {
          name: arrayName,
          id,
          inputs,
          outs: json(properties ?? {}),
        };
      throw error;
    }
  }

  async delete(provider: SkahaProvider): Promise<void> {
    if (!this.#resource) return;
    await doorOf(provider).delete(this.#resource.id, json(this.#resource.outs));
    this.#resource = undefined;
  }

  async #checked(
    provider: SkahaProvider,
    members: readonly DeclaredJob[],
    door = doorOf(provider),
  ): Promise<Props> {
    const olds = json(this.#resource?.inputs ?? {});
    const { inputs, failures } = await door.check(olds, declaredInputs(members));
    if (failures && failures.length > 0) throw new CheckFailed(failures[0]?.reason);
    return json(inputs as Props);
  }
}

function doorOf(provider: SkahaProvider): SessionArrayProvider {
  return new SessionArrayProvider(provider.operations);
}

/** As the class declares it; the engine hands on a map in the order of its keys. */
function declaredInputs(members: readonly DeclaredJob[]): Props {
  const { rows, ...form } = declaredRows(members);
  const texts = rows.map(({ key, values }) => [key, JSON.stringify(values)] as const);
  const jobs = paged(Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1))));
  const order = writtenOrder(rows.map(({ key }) => key));
  return json({
    ...form,
    place: placeOfJobs,
    name: arrayName,
    jobs,
    ...(order && { order }),
  });
}

/** What the identity of each job of the array begins with. */
const placeOfJobs = `organization/${urnOf("")}`;

export function urnOf(name: string): string {
  return `urn:pulumi:dev::study::${sessionType}::${name}`;
}

/** As state keeps it. */
export function json(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}
