// What the native provider answers the engine about resources, on plain values: secrets are unwrapped on the way in and
// wrapped on the way out, here and nowhere else. What happens to jobs is the same as through the dynamic door.
import { hasUnknown } from "../engine/unknown";
import { JobNotAsDeclaredError } from "../errors";
import type { CheckFailure } from "../job/inputs";
import { type Naming, refuseToAct } from "../run/namingAsked";
import type { Changes } from "./changes";
import type { Kind } from "./kinds";
import { joined, type Marks, unwrapped, wrapped } from "./wire";

type Props = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly urn: string;
  /** Of the resource, as the engine knows it. */
  readonly id: string;
  /** Outputs of before. */
  readonly olds: Props;
  readonly oldInputs: Props;
  /** As `check` returned them. */
  readonly news: Props;
  readonly isPreview: boolean;
}

export interface Difference {
  readonly isChanged: boolean;
  /** Inputs that make it another job. */
  readonly replaces: readonly string[];
  /** Empty where what changes is none of the inputs: a job's turn has come, or it is tried again. */
  readonly changes: Changes;
}

/** Secret whatever a program says. */
const alwaysSecret: Readonly<Record<string, Marks>> = {
  secretEnv: true,
  ownSecretEnv: true,
  registryAuth: true,
};

export class Resources {
  /** How many creations, updates and deletions are under way. */
  #underWay = 0;
  #isInterrupted = false;
  #leave: (() => void) | undefined;

  /** @param naming what of the program is wanted, where nothing is to be judged or asked (`engine/naming.ts`) */
  constructor(
    private readonly kinds: ReadonlyMap<string, Kind>,
    private readonly naming?: Naming,
  ) {}

  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  /** The engine says so at the end of each command, too: then nothing is under way. */
  cancel(): void {
    if (this.#underWay > 0) this.#isInterrupted = true;
  }

  /** Begins nothing more, and leaves as soon as nothing is under way. */
  leave(exit: () => void): void {
    this.#isInterrupted = true;
    this.#leave = exit;
    if (this.#underWay === 0) exit();
  }

  /** @param olds inputs of before */
  async check(
    urn: string,
    olds: Props,
    news: Props,
  ): Promise<{ readonly inputs: Props; readonly failures: readonly CheckFailure[] }> {
    const kind = this.#kindOf(urn);
    const { inputs, marks, failures } = kind.declared(urn, unwrapped(news));
    if (this.naming) {
      const { organization } = this.naming;
      const named =
        organization === undefined
          ? inputs
          : kind.kept(kind.identified({ ...inputs }, organization));
      return { inputs: wrapped(named, marks), failures: [] };
    }
    if (failures.length > 0) return { inputs: news, failures };
    const before = unwrapped(olds).plain;
    const checked = await kind.core(urn).check({ ...before }, { ...inputs });
    const found = checked.failures ?? [];
    if (found.length > 0) return { inputs: news, failures: found };
    return { inputs: wrapped(kind.kept({ ...checked.inputs }), marks), failures: [] };
  }

  async diff({ urn, id, olds, oldInputs, news }: Asked): Promise<Difference> {
    if (this.naming) return { isChanged: false, replaces: [], changes: new Map() };
    const kind = this.#kindOf(urn);
    const inputs = unwrapped(news).plain;
    const state = unwrapped(olds).plain;
    const found = await kind.core(urn).diff(id, { ...state }, { ...inputs });
    const { changes: isChanged = false, replaces = [] } = found;
    const changes = isChanged
      ? kind.changes(unwrapped(oldInputs).plain, inputs)
      : new Map<string, never>();
    return { isChanged, replaces, changes };
  }

  async create({ urn, news, isPreview }: Asked): Promise<{ id: string; outs: Props }> {
    const kind = this.#kindOf(urn);
    const { plain, marks } = unwrapped(news);
    if (isPreview) {
      const id = hasUnknown(plain.jobName) ? "" : String(plain.jobName ?? "");
      return { id, outs: this.#out(await kind.foreseen(id, undefined, plain), marks) };
    }
    return this.#during(marks, async () => {
      const { id, outs } = await kind.core(urn).create({ ...plain });
      return { id, outs: this.#out(outs ?? {}, marks) };
    });
  }

  async update({ urn, id, olds, news, isPreview }: Asked): Promise<Props> {
    const kind = this.#kindOf(urn);
    const { plain, marks } = unwrapped(news);
    const state = unwrapped(olds).plain;
    if (isPreview) return this.#out(await kind.foreseen(id, { ...state }, plain), marks);
    return this.#during(marks, async () => {
      const { outs } = await kind.core(urn).update(id, { ...state }, { ...plain });
      return this.#out(outs ?? {}, marks);
    });
  }

  /** A refresh of what the stack has. */
  async refresh({
    urn,
    id,
    olds,
    secretInputs,
  }: Pick<Asked, "urn" | "id" | "olds"> & {
    /** Inputs of before; may be left out where there is no secret among them. */
    readonly secretInputs: Props;
  }): Promise<{ id: string; outs: Props }> {
    const { plain, marks } = unwrapped(olds);
    const found = await this.#kindOf(urn)
      .core(urn)
      .read(id, { ...plain });
    const outs = this.#out(found.props ?? {}, joined(marks, unwrapped(secretInputs).marks));
    return { id: found.id ?? id, outs };
  }

  /** What the stack does not have yet, for an import or a `get`. */
  async import({
    urn,
    id,
  }: Pick<Asked, "urn" | "id">): Promise<{ id: string; inputs: Props; outs: Props }> {
    if (this.naming) return { id, inputs: {}, outs: {} };
    const { inputs, state, ...found } = await this.#kindOf(urn).imported(urn, id);
    return { id: found.id, inputs: this.#out(inputs, {}), outs: this.#out(state, {}) };
  }

  async delete({ urn, id, olds }: Pick<Asked, "urn" | "id" | "olds">): Promise<void> {
    const { plain } = unwrapped(olds);
    await this.#during({}, () =>
      this.#kindOf(urn)
        .core(urn)
        .delete(id, { ...plain }),
    );
  }

  /** What was done before a failure is kept with its secrets. */
  async #during<T>(marks: Readonly<Record<string, Marks>>, work: () => Promise<T>): Promise<T> {
    if (this.naming) await refuseToAct();
    this.#underWay += 1;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof JobNotAsDeclaredError)) throw error;
      const { id, properties, message, cause } = error;
      throw new JobNotAsDeclaredError(id, this.#out(properties, marks), message, { cause });
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#leave?.();
    }
  }

  #out(props: Props, marks: Readonly<Record<string, Marks>>): Props {
    const known = Object.entries(props).filter(([, value]) => value !== undefined);
    return wrapped(Object.fromEntries(known), joined(marks, alwaysSecret));
  }

  #kindOf(urn: string): Kind {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const kind = this.kinds.get(type);
    if (!kind) throw new Error(`pulumi-skaha has no resources of type ${type}`);
    return kind;
  }
}
