// What the Pulumi engine does with a stack of jobs, in one process and in milliseconds: refresh, check,
// diff, create, update, delete in the engine's order, each phase with a provider of its own, as each of
// the engine's phases has a process of its own. What it stores goes through JSON, as state does.
// It is long, because the engine's phases share one stack.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DeclaredJob } from "../../provider/array/rows/declaredRows";
import { assemble } from "../../provider/assemble";
import { unknownValue } from "../../provider/engine/unknown";
import { sessionType } from "../../provider/job/identity";
import type { Clock } from "../../provider/run/clock";
import { SkahaProvider } from "../../provider/runtime";
import { CheckFailed, json, type Known, MiniArray, type Resource, urnOf } from "./miniArray";

type Props = Record<string, unknown>;

/** A job as a program declares it; `after` and `canary` name other jobs, `params` are those of its row in an array. */
export type Declared = Props & {
  params?: DeclaredJob["params"];
  after?: readonly string[];
  canary?: readonly string[];
};

type Program = Readonly<Record<string, Declared>>;

export interface MiniEngineOptions {
  readonly clock: Clock;
  readonly url: string;
  readonly token: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds without an answer after which a request counts as lost. */
  readonly timeoutMs?: number;
  /** With "array", the jobs that wait for no other are one resource. @default "job" */
  readonly form?: Form;
}

/** What a program's jobs are to the engine: a resource each, or one for all that wait for no other. */
export type Form = "job" | "array";

export class MiniEngine {
  #resources = new Map<string, Resource>();
  /** All jobs that are in an array. */
  readonly #array = new MiniArray();
  #done: Record<string, string> = {};
  /** Where the last refresh left what it saw: each engine has an address of its own. */
  #handedOn = "";
  #refreshes = 0;
  form: Form;
  /** Everything the provider announced. */
  readonly lines: string[] = [];
  config: Record<string, string>;
  env: Record<string, string>;
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "skaha-program-"));

  constructor(private readonly options: MiniEngineOptions) {
    this.form = options.form ?? "job";
    this.config = { ...options.config };
    this.env = {
      CANFAR_URL: options.url,
      CANFAR_TOKEN: options.token,
      ...options.env,
    };
  }

  /** The names of the jobs in the stack. */
  names(): string[] {
    return [...this.#all().keys()];
  }

  outputs(name: string): Props {
    return this.#one(name)?.outs ?? {};
  }

  id(name: string): string {
    return this.#one(name)?.id ?? "";
  }

  statuses(): Record<string, unknown> {
    return Object.fromEntries([...this.#all()].map(([name, { outs }]) => [name, outs.status]));
  }

  #one(name: string): Known | undefined {
    return this.#array.all().get(name) ?? this.#resources.get(name);
  }

  /** Each job as if it were a resource, whatever it is. */
  #all(): Map<string, Known> {
    return new Map<string, Known>([...this.#resources, ...this.#array.all()]);
  }

  /** What `pulumi stack export` has. */
  deployment(): unknown {
    const jobs = [...this.#resources.values()].map(({ name, id, inputs, outs }) => ({
      urn: urnOf(name),
      id,
      type: sessionType,
      inputs,
      outputs: outs,
    }));
    return { resources: [...jobs, ...this.#array.exported()] };
  }

  /** The state file is gone. */
  loseState(): void {
    this.#resources.clear();
    this.#array.put(undefined);
  }

  /** A copy of the state, and its way back. */
  snapshot(): () => void {
    const copy = JSON.stringify({
      resources: [...this.#resources],
      array: this.#array.copy(),
    });
    return () => {
      const { resources, array } = JSON.parse(copy);
      this.#resources = new Map(resources as [string, Resource][]);
      this.#array.put(array);
    };
  }

  /** Writes a file into the user's home. */
  writeHome(file: string, lines: readonly string[]): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${lines.join("\n")}\n`, { mode: 0o600 });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async refresh(): Promise<void> {
    this.#handOn();
    await this.#phase((provider) => this.#readAll(provider));
  }

  #handOn(): void {
    this.#refreshes += 1;
    this.#handedOn = path.join(this.folder, `ends-${this.#refreshes}.jsonl`);
  }

  async #readAll(provider: SkahaProvider): Promise<void> {
    const singles = together([...this.#resources.values()], async (resource) => {
      const { id, props } = await provider.read(resource.id, json(resource.outs));
      if (!id) throw new Error("read dropped a resource");
      resource.outs = json(props ?? {});
    });
    await Promise.all([singles, this.#array.refresh(provider)]);
  }

  /** @returns what an `up` would do, as the engine's display says it */
  async preview(program: Readonly<Record<string, Declared>>): Promise<Record<string, string>> {
    const plan: Record<string, string> = {};
    await this.refresh();
    await this.#phase(async (provider) => {
      const [members, singles] = this.#parted(program);
      await this.#previewArray(provider, members, plan);
      for (const [name, declared] of Object.entries(singles)) {
        const old = this.#resources.get(name);
        const news = this.#inputsOf(name, declared, plan);
        const inputs = await this.#check(provider, name, old?.inputs ?? {}, news);
        if (!old) {
          plan[name] = "create";
          continue;
        }
        const diff = await provider.diff(old.id, json(old.outs), inputs);
        plan[name] = stepOf(diff);
      }
      for (const name of this.#resources.keys()) if (!(name in program)) plan[name] = "delete";
    });
    return plan;
  }

  /** One `pulumi up --refresh=false`: nothing was handed on to it. */
  async upUnrefreshed(program: Readonly<Record<string, Declared>>): Promise<void> {
    this.#handedOn = path.join(this.folder, "none");
    await this.#update(program);
  }

  /**
   * One `pulumi up`, with `refresh: always`.
   * @returns what was done, in the words of {@link preview}
   * @throws the first error, after all others had their turn
   */
  async up(program: Readonly<Record<string, Declared>>): Promise<Record<string, string>> {
    await this.refresh();
    return this.#update(program);
  }

  /** As {@link up} where the provider's settings are those of before: the engine goes on with the process that it has. */
  async upInOneProcess(program: Readonly<Record<string, Declared>>): Promise<void> {
    this.#handOn();
    await this.#update(program, (provider) => this.#readAll(provider));
  }

  async #update(
    program: Readonly<Record<string, Declared>>,
    before: (provider: SkahaProvider) => Promise<void> = async () => {},
  ): Promise<Record<string, string>> {
    const errors: unknown[] = [];
    this.#done = {};
    await this.#phase(async (provider) => {
      await before(provider);
      const ready = new Map<string, Promise<void>>();
      const [members, singles] = this.#parted(program);
      await this.#registerArray(provider, members).catch((error) => void errors.push(error));
      const step = async (name: string, declared: Declared) => {
        const { after = [], canary = [] } = declared;
        await Promise.all([...after, ...canary].map((predecessor) => ready.get(predecessor)));
        await this.#register(provider, name, declared);
      };
      for (const [name, declared] of Object.entries(singles)) {
        ready.set(
          name,
          step(name, declared).catch((error) => void errors.push(error)),
        );
      }
      await Promise.all(ready.values());
      const undeclared = [...this.#resources.values()].filter(({ name }) => !(name in singles));
      await together(undeclared, (resource) => this.#delete(provider, resource), errors);
      if (Object.keys(members).length === 0 && errors.length === 0) {
        await this.#array.delete(provider).catch((error) => void errors.push(error));
      }
    });
    if (errors.length > 0) throw errors[0];
    return this.#done;
  }

  async destroy(): Promise<void> {
    await this.#phase(async (provider) => {
      await together([...this.#resources.values()], (one) => this.#delete(provider, one));
      await this.#array.delete(provider);
    });
  }

  /** @param plan what is told of each job, for an array says which of its jobs in words only */
  async #previewArray(
    provider: SkahaProvider,
    members: Program,
    plan: Record<string, string>,
  ): Promise<void> {
    const old = this.#array.all();
    const names = Object.keys(members);
    const changes =
      names.length > 0 && (await this.#array.preview(provider, this.#declaredJobs(members)));
    for (const name of names) plan[name] = !old.has(name) ? "create" : changes ? "update" : "same";
    for (const name of old.keys()) if (!(name in members)) plan[name] = "delete";
  }

  async #registerArray(provider: SkahaProvider, members: Program): Promise<void> {
    const names = Object.keys(members);
    if (names.length === 0) return;
    const old = this.#array.all();
    await this.#array.register(provider, this.#declaredJobs(members), (changes) => {
      for (const name of names) {
        this.#done[name] = !old.has(name) ? "create" : changes ? "update" : "same";
      }
    });
  }

  #declaredJobs(members: Program): DeclaredJob[] {
    return Object.entries(members).map(([key, declared]) => {
      const { identity: _identity, ...inputs } = this.#inputsOf(key, declared);
      return { key, params: declared.params ?? { job: key }, inputs };
    });
  }

  /** Those that are in the array, and those that are resources of their own. */
  #parted(program: Readonly<Record<string, Declared>>): [Program, Program] {
    if (this.form === "job") return [{}, program];
    const isMember = ({ after = [], canary = [] }: Declared) => after.length + canary.length === 0;
    const entries = Object.entries(program);
    return [
      Object.fromEntries(entries.filter(([, one]) => isMember(one))),
      Object.fromEntries(entries.filter(([, one]) => !isMember(one))),
    ];
  }

  async #register(provider: SkahaProvider, name: string, declared: Declared): Promise<void> {
    const old = this.#resources.get(name);
    const news = this.#inputsOf(name, declared);
    const inputs = await this.#check(provider, name, old?.inputs ?? {}, news);
    if (!old) {
      await this.#create(provider, name, inputs);
      this.#done[name] = "create";
      return;
    }
    const diff = await provider.diff(old.id, json(old.outs), inputs);
    this.#done[name] = stepOf(diff);
    if (diff.replaces && diff.replaces.length > 0) {
      await this.#delete(provider, old);
      return this.#create(provider, name, await this.#check(provider, name, {}, news));
    }
    if (diff.changes) {
      const { outs } = await provider.update(old.id, json(old.outs), json(inputs));
      old.outs = json(outs ?? {});
    }
    old.inputs = json(inputs);
  }

  async #create(provider: SkahaProvider, name: string, inputs: Props): Promise<void> {
    try {
      const { id, outs } = await provider.create(json(inputs));
      this.#resources.set(name, {
        name,
        id,
        inputs: json(inputs),
        outs: json(outs ?? {}),
      });
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Props };
      if (id)
        this.#resources.set(name, {
          name,
          id,
          inputs: json(inputs),
          outs: json(properties ?? {}),
        });
      throw error;
    }
  }

  async #delete(provider: SkahaProvider, { name, id, outs }: Resource): Promise<void> {
    await provider.delete(id, json(outs));
    this.#resources.delete(name);
    this.#done[name] ??= "delete";
  }

  async #check(provider: SkahaProvider, name: string, olds: Props, news: Props): Promise<Props> {
    const { inputs, failures } = await provider.check(json(olds), news);
    if (failures && failures.length > 0) {
      throw new CheckFailed(
        failures.map(({ property, reason }) => `${name}: ${property} ${reason}`).join("\n"),
      );
    }
    return inputs as Props;
  }

  #inputsOf(
    name: string,
    { after, canary, params: _ofRow, ...rest }: Declared,
    plan: Record<string, string> = {},
  ): Props {
    const of = (predecessor: string, known: (resource: Known) => unknown, replaced: unknown) => {
      const resource = this.#all().get(predecessor);
      if (predecessor.startsWith("session:")) return known === idOf ? predecessor : "";
      return !resource || ["create", "replace"].includes(plan[predecessor] ?? "")
        ? unknownValue
        : plan[predecessor] === "update"
          ? replaced === undefined
            ? known(resource)
            : replaced
          : known(resource);
    };
    return {
      image: "images.canfar.net/skaha/terminal:1.1.2",
      cmd: "true",
      ...rest,
      identity: `organization/${urnOf(name)}`,
      ...(after && {
        after: whole(after.map((one) => of(one, idOf, undefined))),
        afterStatus: whole(after.map((one) => of(one, ({ outs }) => outs.status, unknownValue))),
      }),
      ...(canary && {
        canary: whole(canary.map((one) => of(one, idOf, undefined))),
        canaryStatus: whole(canary.map((one) => of(one, ({ outs }) => outs.status, unknownValue))),
      }),
    };
  }

  /**
   * A provider as a phase has it, configured.
   * @param temporary a folder for its locks and for what it shares with others
   */
  async provider(temporary: string): Promise<SkahaProvider> {
    const provider = new SkahaProvider((config) =>
      assemble(config, this.env, {
        clock: this.options.clock,
        write: (line) => this.lines.push(line),
        folder: this.folder,
        home: this.folder,
        temporary,
        handedOn: this.#handedOn,
        // git would say so, of each run: a process is slow to start from one as large as Jest's.
        ...(!existsSync(path.join(this.folder, ".git")) && { provenance: async () => ({}) }),
        ...(this.options.timeoutMs !== undefined && { timeoutMs: this.options.timeoutMs }),
      }),
    );
    await provider.configure({
      config: {
        get: (key: string) => this.config[key],
        require: (key: string) => this.config[key] ?? "",
      },
    } as never);
    return provider;
  }

  async #phase(work: (provider: SkahaProvider) => Promise<unknown>): Promise<void> {
    const temporary = mkdtempSync(path.join(os.tmpdir(), "skaha-phase-"));
    try {
      await work(await this.provider(temporary));
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
}

/** The engine makes a whole list unknown when one of its values is. */
function whole(values: unknown[]): unknown {
  return values.includes(unknownValue) ? unknownValue : values;
}

function stepOf({ changes, replaces }: { changes?: boolean; replaces?: string[] }): string {
  return replaces && replaces.length > 0 ? "replace" : changes ? "update" : "same";
}

function idOf({ id }: Known): unknown {
  return id;
}

async function together<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  errors?: unknown[],
): Promise<void> {
  const results = await Promise.allSettled(items.map(work));
  for (const result of results) {
    if (result.status !== "rejected") continue;
    if (!errors) throw result.reason;
    errors.push(result.reason);
  }
}
