// From the text of a fleet.yaml to the jobs and sweeps that it declares, all of them checked, or to all that
// is wrong with it. Declares nothing.
import type { z } from "zod";
import type { Places } from "../engine/roll";
import { unknownValue } from "../engine/unknown";
import { messageOf } from "../errors";
import { checkInputs, propertyPath } from "../job/inputs";
import { expand, type SweepArgs } from "../sweep/expand";
import { type KeyChoice, keyOf } from "../sweep/keys";
import { type Row, shown, withheldOf } from "../sweep/row";
import { decimalNumber } from "../sweep/scalar";
import { nearest } from "../text/nearest";
import { type Fault, showFaults } from "./caret";
import { faultsOf } from "./issues";
import { asWritten, withoutNull } from "./leftOut";
import { asMeant } from "./meant";
import { fill, fillText, hasPlaceholder, type Missing } from "./placeholders";
import { type Path, readYaml, type Source } from "./read";
import { rowsOf } from "./rows";
import { type JobSpec, type PredecessorSpec, type SweepSpec, sweepKeys } from "./schema";

/** What a name in `after` stands for; a job of a sweep has a key. */
export type Link =
  | { readonly job: string }
  | { readonly sweep: string; readonly key?: string }
  | { readonly sessionId: string };

/** Inputs as they are written, but for `after` and `canary`; `{fromConfig}` is still to be resolved. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface PlannedJob {
  readonly name: string;
  /** Where its inputs are written, for what only the engine's `check` finds. */
  readonly places: () => Places;
  readonly inputs: Inputs;
  readonly after: readonly Link[];
  readonly canary: readonly Link[];
}

export interface PlannedSweep {
  readonly name: string;
  /** Where the inputs of all its jobs are written. */
  readonly places: () => Places;
  /** Arguments of the Sweep, but for `job`. */
  readonly args: Inputs & { readonly over: readonly Row[] };
  /** What `job` returns for a row of `over`. */
  readonly job: (row: Row) => { readonly inputs: Inputs; readonly after: readonly Link[] };
}

export interface Plan {
  /** In an order in which each comes after what it refers to. */
  readonly declarations: readonly ({ job: PlannedJob } | { sweep: PlannedSweep })[];
}

export interface PlanOptions {
  /** How errors call the file. */
  readonly file: string;
  /** The folder that paths in it start from. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the stack's configuration has a key. */
  readonly isConfigured: (key: string) => boolean;
}

/** All that is wrong with a fleet.yaml, as text to show. */
export class FleetError extends Error {
  override readonly name = "FleetError";
}

/** @throws FleetError */
export function planFleet(text: string, options: PlanOptions): Plan {
  const source = readYaml(text);
  const refuse = (faults: readonly Fault[]) =>
    new FleetError(showFaults(options.file, text, faults));
  if (source.value === undefined) throw refuse(source.faults);
  if (source.value === null) {
    throw refuse([{ offset: 0, message: "is empty: declare `jobs` or `sweeps`" }]);
  }
  const { value, error } = asMeant(source);
  const structure = error ? faultsOf(error, source) : [];
  const planner = new Planner(sound(value, error?.issues ?? []), source, options);
  const plan = planner.plan();
  const faults = [...source.faults, ...structure, ...planner.faults];
  if (faults.length > 0) throw refuse(faults);
  return plan;
}

/**
 * A fleet without what the schema refuses, so that the rest can be checked all the same. An input that was
 * refused is not known; a sweep without rows, or what is no job at all, is undefined.
 */
interface SoundFleet {
  /** Undefined if there is something wrong with them. */
  readonly defaults: JobSpec | undefined;
  readonly jobs: Readonly<Record<string, JobSpec | undefined>>;
  readonly sweeps: Readonly<Record<string, SweepSpec | undefined>>;
}

function sound(value: unknown, issues: readonly z.core.$ZodIssue[]): SoundFleet {
  const those = (kind: string): Record<string, JobSpec & SweepSpec> => {
    const specs = isMap(value) ? (value as Record<string, unknown>)[kind] : undefined;
    return (isMap(specs) ? specs : {}) as Record<string, JobSpec & SweepSpec>; // where no issue is
  };
  const soundOf = (kind: string) =>
    Object.fromEntries(
      Object.entries(those(kind)).map(([name, spec]) => [
        name,
        soundSpec(spec, below(issues, [kind, name])),
      ]),
    );
  const ofDefaults = below(issues, ["defaults"]);
  return {
    defaults: ofDefaults.length > 0 ? undefined : (those("defaults") as JobSpec),
    jobs: soundOf("jobs"),
    sweeps: soundOf("sweeps"),
  };
}

interface IssueBelow {
  readonly issue: z.core.$ZodIssue;
  /** From there on. */
  readonly rest: readonly PropertyKey[];
}

function below(issues: readonly z.core.$ZodIssue[], path: readonly string[]): IssueBelow[] {
  return issues
    .filter((issue) => path.every((step, index) => String(issue.path[index]) === step))
    .map((issue) => ({ issue, rest: issue.path.slice(path.length) }));
}

function soundSpec<T extends JobSpec | SweepSpec>(
  spec: T,
  issues: readonly IssueBelow[],
): T | undefined {
  const left: Record<string, unknown> = { ...spec };
  for (const { issue, rest } of issues) {
    const [key] = rest.map(String);
    if (key === undefined) {
      if (issue.code !== "unrecognized_keys") return undefined;
      for (const unknown of issue.keys) delete left[unknown];
      left.image ??= unknownValue; // it may be what is misspelt
    } else if (sweepKeys.includes(key) && key !== "canary") return undefined;
    else if (["after", "canary", "env", "untrackedEnv"].includes(key)) delete left[key];
    else left[key] = unknownValue;
  }
  return left as T;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class Planner {
  readonly faults: Fault[] = [];
  readonly #defaults: JobSpec;
  /** The sweeps with faults: what would come of them is not known. */
  readonly #broken = new Set<string>();
  /** The keys of each sweep's jobs. */
  readonly #keys = new Map<string, ReadonlySet<string>>();
  readonly #links = new Map<string, { to: string; path: Path }[]>();

  constructor(
    private readonly fleet: SoundFleet,
    private readonly source: Source,
    private readonly options: PlanOptions,
  ) {
    this.#defaults = fleet.defaults ?? {};
  }

  plan(): Plan {
    const { jobs, sweeps } = this.fleet;
    for (const name of Object.keys(sweeps)) {
      if (Object.hasOwn(jobs, name)) {
        this.#fault(["sweeps", name], `a job is called ${name} too; rename one`, true);
      }
    }
    const rows = new Map<string, readonly Row[]>();
    for (const [name, spec] of Object.entries(sweeps)) {
      const found = spec && this.#rows(name, spec);
      if (found) rows.set(name, found);
      else this.#broken.add(name);
    }
    const planned = new Map<string, Plan["declarations"][number]>();
    for (const [name, spec] of Object.entries(jobs)) {
      if (spec) planned.set(name, { job: this.#job(name, spec) });
    }
    for (const [name, spec] of Object.entries(sweeps)) {
      const over = rows.get(name);
      if (spec && over) planned.set(name, { sweep: this.#sweep(name, spec, over) });
    }
    const order = this.#order([...planned.keys()]);
    return { declarations: order.flatMap((name) => planned.get(name) ?? []) };
  }

  #fault(path: Path, message: string, atKey = false): void {
    const { keyOffsetOf, offsetOf } = this.source;
    this.faults.push({ offset: atKey ? keyOffsetOf(path) : offsetOf(path), message });
  }

  #job(name: string, spec: JobSpec): PlannedJob {
    const path = ["jobs", name];
    const { after, canary, ...inputs } = withDefaults(this.#defaults, spec);
    const places = [path, ["defaults"]];
    this.#check(inputs, places, "");
    const links = (key: "after" | "canary", specs: readonly PredecessorSpec[] = []) =>
      specs.flatMap((one, index) => {
        const written = this.#deepest(places, [key, index]);
        return this.#link(name, one, [...written, key, index]) ?? [];
      });
    return {
      name,
      places: () => this.#written(inputs, places),
      inputs,
      after: links("after", after),
      canary: links("canary", canary),
    };
  }

  /** @returns nothing if there is a fault */
  #rows(name: string, spec: SweepSpec): readonly Row[] | undefined {
    const path = ["sweeps", name];
    const before = this.faults.length;
    const placed = rowsOf(spec, path, {
      folder: this.options.folder,
      now: this.options.now,
      fault: (where, message) => this.#fault(where, message),
    });
    if (this.faults.length > before) return undefined;
    if (placed.length === 0 && !spec.allowEmpty) {
      this.#fault(
        path,
        "has no rows, so there are no jobs; `allowEmpty: true` if that may be",
        true,
      );
    }
    const choice = this.#keyChoice(spec, [...path, "key"]);
    const first = new Map<string, { row: Row; path: Path }>();
    for (const one of placed) {
      if (this.faults.length > before && choice !== undefined) break; // its keys mean nothing
      let key: string;
      try {
        key = keyOf(one.row, choice);
      } catch (error) {
        this.#fault([...path, "key"], messageOf(error));
        break;
      }
      const other = first.get(key);
      if (!other) {
        first.set(key, one);
        continue;
      }
      const rows = `${shown(other.row)} (line ${this.source.lineOf(other.path)}) and ${shown(one.row)}`;
      this.#fault(one.path, `${rows} are both ${key}: each job needs a key of its own`);
    }
    this.#keys.set(name, new Set(first.keys()));
    return this.faults.length > before ? undefined : placed.map(({ row }) => row);
  }

  #keyChoice({ key }: SweepSpec, path: Path): KeyChoice<Row> | undefined {
    if (typeof key !== "string") return key;
    if (!hasPlaceholder(key)) return [key];
    return (row) => fillText(key, row, (name, why) => this.#missing(path, name, row, why));
  }

  #missing(path: Path, name: string, row: Row, reason?: string): void {
    if (reason !== undefined) {
      this.#fault(path, `{${name}} ${reason}, with ${shown(row)}`);
      return;
    }
    const withheld = withheldOf(row, name);
    if (withheld !== undefined) {
      this.#fault(path, `{${name}} is no parameter: ${withheld}`);
      return;
    }
    const close = nearest(name, Object.keys(row));
    const hint =
      close === undefined
        ? `there are ${Object.keys(row).join(", ")}; braces as such are {{${name}}}`
        : `did you mean {${close}}?`;
    this.#fault(path, `{${name}} is no parameter of ${shown(row)}: ${hint}`);
  }

  #sweep(name: string, spec: SweepSpec, over: readonly Row[]): PlannedSweep {
    const path = ["sweeps", name];
    const own = Object.entries(spec).filter(([key]) => !sweepKeys.includes(key));
    const template = Object.fromEntries(own) as JobSpec;
    const places = [path, ["defaults"]];
    const written = new Map<Row, JobSpec>();
    const jobs = new Map(
      over.map((row) => {
        const missing: Missing = (at, one, why) => this.#missing([...path, ...at], one, row, why);
        const filled = sized(fill(template, row, missing) as JobSpec, template);
        written.set(row, filled);
        const { after, ...inputs } = withoutNull(filled);
        const links = (after ?? this.#defaults.after ?? []).flatMap((one, index) => {
          const place = after ? path : ["defaults"];
          return this.#link(name, one, [...place, "after", index]) ?? [];
        });
        return [row, { inputs, after: links }];
      }),
    );
    const { after: _after, ...defaults } = this.#defaults;
    const { canary, maxInFlight, paramsInEnv, replicaEnv, allowEmpty } = spec;
    const settings = { canary, maxInFlight, paramsInEnv, replicaEnv, allowEmpty };
    const key = this.#keyChoice(spec, [...path, "key"]);
    const args = {
      ...defaults,
      ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
      ...(key !== undefined && { key }),
      over,
    };
    const job = (row: Row) => jobs.get(row) ?? { inputs: {}, after: [] };
    this.#checkSweep(name, args, job, written, places);
    const inputs = withDefaults(this.#defaults, template);
    return { name, places: () => this.#written(inputs, places), args, job };
  }

  /** @param places as those of `#check` */
  #written(inputs: Inputs, places: readonly Path[]): Places {
    const [own = []] = places;
    const found: Record<string, string> = { "": this.#shownPlace(own, true) };
    const note = (steps: Path) => {
      const place = [...this.#deepest(places, steps), ...steps];
      if (this.source.depthOf(place) === place.length) {
        found[propertyPath(steps)] = this.#shownPlace(place);
      }
    };
    for (const [key, value] of Object.entries(inputs)) {
      note([key]);
      if (isMap(value)) for (const inner of Object.keys(value)) note([key, inner]);
    }
    return found;
  }

  #shownPlace(path: Path, atKey = false): string {
    const { keyOffsetOf, offsetOf, placeOf } = this.source;
    const { line, column } = placeOf(atKey ? keyOffsetOf(path) : offsetOf(path));
    return `${this.options.file}:${line}:${column}`;
  }

  #checkSweep(
    name: string,
    args: PlannedSweep["args"],
    job: PlannedSweep["job"],
    written: ReadonlyMap<Row, JobSpec>,
    places: readonly Path[],
  ): void {
    try {
      // Inputs are checked below, one by one.
      const inputs = { ...args, job: (row: Row) => job(row).inputs };
      for (const { args: job, params } of expand(name, inputs as unknown as SweepArgs<Row>)) {
        const of = `, with ${shown(params)}`;
        this.#check(job as unknown as Inputs, places, of, written.get(params));
      }
    } catch (error) {
      const message = messageOf(error).replace(/^Sweep "(?:[^"\\]|\\.)*"(?:: |, )/, "");
      this.#fault(places[0] ?? [], message, true);
    }
  }

  /**
   * @param places where inputs may be written, the first goes first
   * @param of says which job of several it is
   * @param written the inputs with what was left out of them
   */
  #check(inputs: Inputs, places: readonly Path[], of: string, written?: JobSpec): void {
    const [own = []] = places;
    if (inputs.image === undefined && this.fleet.defaults) {
      this.#fault(own, "has no image: give it here or in defaults", true);
    }
    const stubs = this.#stubbed(inputs, places) as Inputs;
    const { failures } = checkInputs({}, { image: "a.b/c", ...stubs, identity: "fleet" });
    for (const { property: left, reason } of failures) {
      const property = asWritten(left, written);
      const steps = stepsOf(property);
      const place = this.#deepest(places, steps);
      const isWritten = this.source.depthOf([...place, ...steps]) > place.length;
      const message = `${property} ${reason}${of}`;
      this.#fault(isWritten ? [...place, ...steps] : own, message, !isWritten);
    }
  }

  /** With something in place of values of the stack's configuration. */
  #stubbed(value: unknown, places: readonly Path[], steps: Path = []): unknown {
    if (Array.isArray(value)) return value;
    if (typeof value !== "object" || value === null) return value;
    const { fromConfig } = value as { fromConfig?: unknown };
    if (typeof fromConfig === "string" && steps.length === 2) {
      if (!this.options.isConfigured(fromConfig)) {
        const path = [...this.#deepest(places, steps), ...steps, "fromConfig"];
        const set = `pulumi config set --secret ${fromConfig}`;
        this.#fault(path, `the stack's configuration has no ${fromConfig}: ${set}`);
      }
      return unknownValue;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, this.#stubbed(one, places, [...steps, key])]),
    );
  }

  /** The place where most of a path is written. */
  #deepest(places: readonly Path[], steps: Path): Path {
    const depth = (place: Path) => this.source.depthOf([...place, ...steps]) - place.length;
    return places.reduce((best, place) => (depth(place) > depth(best) ? place : best));
  }

  #link(from: string, spec: PredecessorSpec, path: Path): Link | undefined {
    if (typeof spec !== "string") return spec;
    const found = this.#named(spec);
    if (found) {
      const links = this.#links.get(from) ?? [];
      links.push({ to: "job" in found ? found.job : found.sweep, path });
      this.#links.set(from, links);
      return found;
    }
    const [sweep = ""] = spec.split("/");
    const isOfSweep = spec !== sweep && Object.hasOwn(this.fleet.sweeps, sweep);
    if (isOfSweep && this.#broken.has(sweep)) return undefined;
    const all = Object.keys({ ...this.fleet.jobs, ...this.fleet.sweeps });
    const known = isOfSweep
      ? [...(this.#keys.get(sweep) ?? [])].map((key) => `${sweep}/${key}`)
      : all;
    const close = nearest(spec, known);
    const hint =
      close !== undefined
        ? `did you mean ${close}?`
        : `there are ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", ..." : ""}`;
    this.#fault(path, `no job or sweep is called ${JSON.stringify(spec)}: ${hint}`);
    return undefined;
  }

  #named(name: string): { job: string } | { sweep: string; key?: string } | undefined {
    if (Object.hasOwn(this.fleet.jobs, name)) return { job: name };
    if (Object.hasOwn(this.fleet.sweeps, name)) return { sweep: name };
    for (const [sweep, keys] of this.#keys) {
      const key = name.slice(sweep.length + 1);
      if (name.startsWith(`${sweep}/`) && keys.has(key)) return { sweep, key };
    }
    return undefined;
  }

  #order(names: readonly string[]): readonly string[] {
    const ordered = new Set<string>();
    const visit = (name: string, trail: readonly string[]): void => {
      if (ordered.has(name)) return;
      for (const { to, path } of this.#links.get(name) ?? []) {
        const round = [...trail, name];
        if (round.includes(to)) {
          const circle = [...round.slice(round.indexOf(to)), to].join(" after ");
          this.#fault(path, `goes round in a circle: ${circle}`);
        } else visit(to, round);
      }
      ordered.add(name);
    };
    for (const name of names) visit(name, []);
    return [...ordered];
  }
}

/** A size that is one placeholder may come from text: pandas writes `16.0`, and a file `4.0`. */
function sized(filled: JobSpec, template: JobSpec): JobSpec {
  const sizes = ["cores", "ram", "gpus", "maxRunSeconds"] as const;
  const numbers = sizes.flatMap((key) => {
    const text: unknown = filled[key];
    if (typeof text !== "string" || !/^\{[^{}]+\}$/.test(String(template[key]))) return [];
    const number = decimalNumber(text);
    return typeof number === "number" ? [[key, number]] : [];
  });
  return { ...filled, ...Object.fromEntries(numbers) };
}

/** As a Sweep joins its inputs with those of its jobs. */
export function withDefaults(defaults: JobSpec, own: JobSpec): JobSpec {
  const { cmd, script, env: shared, ...others } = defaults;
  const runs = "cmd" in own || "script" in own ? {} : { cmd, script };
  const env = { ...shared, ...own.env };
  const all = { ...others, ...runs, ...own, env: Object.keys(env).length > 0 ? env : undefined };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as JobSpec;
}

/** `env["1A"]` is `["env", "1A"]`, `args[0]` is `["args", 0]`. */
function stepsOf(property: string): Path {
  const steps = property.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([A-Za-z_]\w*)/g);
  return [...steps].map(([, index, quoted, word]) =>
    index !== undefined ? Number(index) : quoted ? (JSON.parse(quoted) as string) : (word ?? ""),
  );
}
