// From the text of a fleet.yaml to the jobs and sweeps that it declares, all of them checked, or to all that
// is wrong with it. Declares nothing.
import type { SourceLocations } from "../engine/pendingJobs";
import { unknownValue } from "../engine/unknown";
import { messageOf } from "../errors";
import { numeric } from "../job/catalogue";
import { expand, type SweepArgs } from "../sweep/expand";
import { type KeyChoice, keyOf } from "../sweep/keys";
import { type Row, shown, withheldOf } from "../sweep/row";
import { decimalNumber } from "../sweep/scalar";
import { nearest } from "../text/nearest";
import { FaultList } from "./faultList";
import { type Fault, showFaults } from "./faults";
import { InputChecks, type Inputs } from "./inputChecks";
import { faultsOf } from "./issues";
import { withoutNull } from "./leftOut";
import { asMeant } from "./meant";
import { fill, fillText, hasPlaceholder, type Missing } from "./placeholders";
import { type Link, Predecessors } from "./predecessors";
import { type Path, readYaml, type Source } from "./read";
import { rowsOf } from "./rows";
import { refuseSameNames } from "./sameNames";
import { type JobSpec, type PredecessorSpec, type SweepSpec, sweepKeys } from "./schema/schema";
import { type SoundFleet, soundFleet } from "./soundFleet";

export interface PlannedJob {
  readonly name: string;
  /** Where its inputs are written, for what only the engine's `check` finds. */
  readonly places: () => SourceLocations;
  readonly inputs: Inputs;
  readonly after: readonly Link[];
  readonly canary: readonly Link[];
}

export interface PlannedSweep {
  readonly name: string;
  /** Where the inputs of all its jobs are written. */
  readonly places: () => SourceLocations;
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
  const planner = new Planner(soundFleet(value, error?.issues ?? []), source, options);
  const plan = planner.plan();
  const faults = [...source.faults, ...structure, ...planner.faults.all];
  if (faults.length > 0) throw refuse(faults);
  return plan;
}

class Planner {
  readonly faults: FaultList;
  readonly #checks: InputChecks;
  readonly #predecessors: Predecessors;
  readonly #defaults: JobSpec;
  /** The sweeps with faults: what would come of them is not known. */
  readonly #broken = new Set<string>();
  /** The keys of each sweep's jobs. */
  readonly #keys = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly fleet: SoundFleet,
    private readonly source: Source,
    private readonly options: PlanOptions,
  ) {
    this.#defaults = fleet.defaults ?? {};
    this.faults = new FaultList(source);
    const hasDefaults = fleet.defaults !== undefined;
    this.#checks = new InputChecks(source, this.faults, { ...options, hasDefaults });
    this.#predecessors = new Predecessors(fleet, this.#keys, this.#broken, this.faults);
  }

  plan(): Plan {
    const { jobs, sweeps } = this.fleet;
    const rows = new Map<string, readonly Row[]>();
    for (const [name, spec] of Object.entries(sweeps)) {
      const found = spec && this.#rows(name, spec);
      if (found) rows.set(name, found);
      else this.#broken.add(name);
    }
    refuseSameNames(this.fleet, this.#keys, this.faults);
    const planned = new Map<string, Plan["declarations"][number]>();
    for (const [name, spec] of Object.entries(jobs)) {
      if (spec) planned.set(name, { job: this.#job(name, spec) });
    }
    for (const [name, spec] of Object.entries(sweeps)) {
      const over = rows.get(name);
      if (spec && over) planned.set(name, { sweep: this.#sweep(name, spec, over) });
    }
    const order = this.#predecessors.order([...planned.keys()]);
    return { declarations: order.flatMap((name) => planned.get(name) ?? []) };
  }

  #job(name: string, spec: JobSpec): PlannedJob {
    const path = ["jobs", name];
    const { after, canary, ...inputs } = withDefaults(this.#defaults, spec);
    const places = [path, ["defaults"]];
    // Which jobs these are is checked below.
    this.#checks.check({ ...inputs, ...(after?.length && { after: unknownValue }) }, places, "");
    const links = (key: "after" | "canary", specs: readonly PredecessorSpec[] = []) =>
      specs.flatMap((one, index) => {
        const written = this.#checks.deepest(places, [key, index]);
        return this.#predecessors.link(name, one, [...written, key, index]) ?? [];
      });
    return {
      name,
      places: () => this.#checks.locations(inputs, places),
      inputs,
      after: links("after", after),
      canary: links("canary", canary),
    };
  }

  /** @returns nothing if there is a fault */
  #rows(name: string, spec: SweepSpec): readonly Row[] | undefined {
    const path = ["sweeps", name];
    const before = this.faults.all.length;
    const placed = rowsOf(spec, path, {
      folder: this.options.folder,
      now: this.options.now,
      fault: (where, message) => this.faults.add(where, message),
    });
    if (this.faults.all.length > before) return undefined;
    if (placed.length === 0 && !spec.allowEmpty) {
      const message =
        "has no rows, so there are no jobs; if that is intended, write `allowEmpty: true`";
      this.faults.add(path, message, true);
    }
    const choice = this.#keyChoice(spec, [...path, "key"]);
    const first = new Map<string, { row: Row; path: Path }>();
    for (const one of placed) {
      if (this.faults.all.length > before && choice !== undefined) break; // its keys mean nothing
      let key: string;
      try {
        key = keyOf(one.row, choice);
      } catch (error) {
        this.faults.add([...path, "key"], messageOf(error));
        break;
      }
      const other = first.get(key);
      if (!other) {
        first.set(key, one);
        continue;
      }
      const rows = `${shown(other.row)} (line ${this.source.lineOf(other.path)}) and ${shown(one.row)}`;
      this.faults.add(one.path, `${rows} are both ${key}: each job needs a key of its own`);
    }
    this.#keys.set(name, new Set(first.keys()));
    return this.faults.all.length > before ? undefined : placed.map(({ row }) => row);
  }

  #keyChoice({ key }: SweepSpec, path: Path): KeyChoice<Row> | undefined {
    if (typeof key !== "string") return key;
    if (!hasPlaceholder(key)) return [key];
    return (row) => fillText(key, row, (name, why) => this.#missing(path, name, row, why));
  }

  #missing(path: Path, name: string, row: Row, reason?: string): void {
    if (reason !== undefined) {
      this.faults.add(path, `{${name}} ${reason}, with ${shown(row)}`);
      return;
    }
    const withheld = withheldOf(row, name);
    if (withheld !== undefined) {
      this.faults.add(path, `{${name}} is no parameter: ${withheld}`);
      return;
    }
    const close = nearest(name, Object.keys(row));
    const hint =
      close === undefined
        ? `there are ${Object.keys(row).join(", ")}; braces as such are {{${name}}}`
        : `did you mean {${close}}?`;
    this.faults.add(path, `{${name}} is no parameter of ${shown(row)}: ${hint}`);
  }

  #sweep(name: string, spec: SweepSpec, over: readonly Row[]): PlannedSweep {
    const path = ["sweeps", name];
    const own = Object.entries(spec).filter(([key]) => !sweepKeys.includes(key));
    const template = Object.fromEntries(own) as JobSpec;
    const places = [path, ["defaults"]];
    const written = new Map<Row, JobSpec>();
    const hasFiles = (template.files ?? this.#defaults.files) !== undefined;
    const jobs = new Map(
      over.map((row) => {
        const missing: Missing = (at, one, why) => {
          if (!isFolderOfFiles(one, hasFiles)) this.#missing([...path, ...at], one, row, why);
        };
        const filled = sized(fill(template, row, missing) as JobSpec, template);
        written.set(row, filled);
        const { after, ...inputs } = withoutNull(filled);
        const links = (after ?? this.#defaults.after ?? []).flatMap((one, index) => {
          const place = after ? path : ["defaults"];
          return this.#predecessors.link(name, one, [...place, "after", index]) ?? [];
        });
        return [row, { inputs, after: links }];
      }),
    );
    const { after: _after, ...defaults } = this.#defaults;
    const { canary, maxInFlight, stopAfter, array, pack, paramsInEnv, replicaEnv, allowEmpty } =
      spec;
    const ofJobs = { canary, maxInFlight, stopAfter, array, pack };
    const settings = { ...ofJobs, paramsInEnv, replicaEnv, allowEmpty };
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
    return { name, places: () => this.#checks.locations(inputs, places), args, job };
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
        this.#checks.check(job as unknown as Inputs, places, of, written.get(params));
      }
    } catch (error) {
      const message = messageOf(error).replace(/^Sweep "(?:[^"\\]|\\.)*"(?:: |, )/, "");
      this.faults.add(places[0] ?? [], message, true);
    }
  }
}

/** `{files}` is filled in at the launch. */
function isFolderOfFiles(placeholder: string, hasFiles: boolean): boolean {
  return hasFiles && placeholder === "files";
}

/** A number that is one placeholder may come from text: pandas writes `16.0`, and a file `4.0`. */
function sized(filled: JobSpec, template: JobSpec): JobSpec {
  const numbers = numeric.flatMap((key) => {
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
