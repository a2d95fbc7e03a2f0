// Many jobs from parameters, as one resource. Thin: `expand` says which jobs there are, `manifest` how they
// stand.
import * as pulumi from "@pulumi/pulumi";
import { keepHeapSmall } from "../../machine/smallHeap";
import type { StoredJob } from "../array/stateTable";
import { foretellJobs } from "../engine/manyJobs";
import { isKnown } from "../engine/outputs/knownOutput";
import { answeredAll } from "../engine/unregistered";
import { noteMember } from "../files/memberFacts";
import { type ArrayJob, HeadlessSession } from "../headlessSession";
import { sweepType } from "../job/identity";
import { ArrayJobs, SessionArray } from "../sessionArray";
import { expand, type SweepArgs, type SweepJob } from "./expand";
import { keyOf } from "./keys";
import {
  entryOf,
  type FactName,
  type ManifestEntry,
  type SweepSummary,
  summaryOf,
} from "./manifest";
import { columnsOf, plainRow, type Row, shown } from "./row";

const mostShown = 5;

/**
 * One job for each set of parameters, named by the parameters' values: adding, removing or reordering
 * them launches and cancels exactly the jobs that came and went.
 *
 * @example
 * const study = new Sweep("study", {
 *   over: grid({ method: ["ls", "bls"], band: range(2, 22, 2) }),
 *   image: "images.canfar.net/skaha/astroml:24.07",
 *   cores: 2,
 *   job: ({ method, band }) => ({
 *     cmd: "python",
 *     args: ["/arc/projects/survey/search.py", "--method", method, "--band", band],
 *     ram: method === "bls" ? 16 : 8,
 *   }),
 * });
 * export const summary = study.summary;
 * @example
 * new Sweep("galaxies", {
 *   over: csv("galaxies.csv", { key: "galaxy", columns: { ram: "number" } }),
 *   image: "images.canfar.net/skaha/astroml:24.07",
 *   maxInFlight: 10,
 *   canary: 1,
 *   job: ({ galaxy, ram }) => ({ cmd: "python reduce.py", args: [galaxy], ram }),
 * });
 */
export class Sweep<const R extends Row = Row> extends pulumi.ComponentResource {
  readonly #name: string;
  readonly #declared: DeclaredSweep;
  readonly #expanded: readonly SweepJob<R>[];
  readonly #keysOf: (params: Row) => string[];
  // Made when they are asked for: of thousands of jobs they are most of what a program would do.
  #places: ReadonlyMap<string, number> | undefined;
  #jobs: readonly (HeadlessSession | ArrayJob)[] | undefined;
  #manifest: pulumi.Output<ManifestEntry<R>[]> | undefined;
  #summary: pulumi.Output<SweepSummary> | undefined;

  /**
   * @param name its jobs are called `<name>/<key>`
   * @throws an error that names the rows that are at fault: without parameters, not finite, with equal keys
   */
  constructor(name: string, args: SweepArgs<R>, opts: pulumi.ComponentResourceOptions = {}) {
    if (args.array === true) keepHeapSmall();
    const jobs = expand(name, args);
    super(sweepType, name, {}, opts);
    if (args.array !== true) foretellJobs(jobs.length);
    this.#name = name;
    this.#keysOf = keysOf(args);
    this.#expanded = jobs;
    this.#declared =
      args.array === true && jobs.length > 0
        ? declaredAsOne(name, jobs, args.key, this)
        : declaredEach(jobs, this);
    // For whoever reads the stack without the program, like `pulumi-skaha manifest`; an array has them itself.
    const parameters = () =>
      Object.fromEntries(jobs.map(({ logicalName, params }) => [logicalName, plainRow(params)]));
    const outputs = args.array === true ? {} : { parameters: parameters() };
    this.registerOutputs(answeredAll(this.#declared.resources.map(urnIn)).then(() => outputs));
  }

  /** The jobs, in the order of `over`; with `array: true` each has the outputs of a HeadlessSession and is none. */
  get jobs(): readonly (HeadlessSession | ArrayJob)[] {
    this.#jobs ??= this.#expanded.map((_, index) => this.#declared.job(index));
    return this.#jobs;
  }

  /** Each job's parameters, and what became of it; in the order of `over`. */
  get manifest(): pulumi.Output<ManifestEntry<R>[]> {
    this.#manifest ??= this.#declared
      .told()
      .apply((outputs) =>
        this.#expanded.map(({ key, params }, index) => entryOf(key, params, outputs[index] ?? {})),
      );
    return this.#manifest;
  }

  /** How many jobs have each status, and what they ask for. */
  get summary(): pulumi.Output<SweepSummary> {
    this.#summary ??= this.manifest.apply(summaryOf);
    return this.#summary;
  }

  /**
   * The job of a set of parameters; those that make its key are enough. Or that of a key.
   * @throws an error if there is none
   */
  job(params: Partial<R> | string): HeadlessSession | ArrayJob {
    const keys = typeof params === "string" ? [params] : this.#keysOf(params as Row);
    this.#places ??= this.#placesByKey();
    const places = this.#places;
    const place = keys.map((key) => places.get(key)).find((index) => index !== undefined);
    if (place !== undefined) return this.#declared.job(place);
    const what = typeof params === "string" ? params : shown(params as Row);
    const known = this.#expanded.map(({ key }) => key);
    const some = known.slice(0, mostShown).join("; ");
    const more = known.length > mostShown ? `; and ${known.length - mostShown} more` : "";
    throw new Error(`the sweep has no job ${what}; its jobs are ${some}${more}`);
  }

  /** Also by their keys of earlier releases, and of other types of a table's columns. */
  #placesByKey(): ReadonlyMap<string, number> {
    const places = new Map(this.#expanded.map(({ key }, index) => [key, index]));
    for (const [index, { aliases = [] }] of this.#expanded.entries()) {
      for (const alias of aliases) places.set(alias.slice(this.#name.length + 1), index);
    }
    return places;
  }
}

type Told = Parameters<typeof entryOf>[2];

interface DeclaredSweep {
  /** By its place in the sweep. */
  readonly job: (index: number) => HeadlessSession | ArrayJob;
  /** What became of each, in the same order. */
  readonly told: () => pulumi.Output<readonly Told[]>;
  readonly resources: readonly pulumi.Resource[];
}

/** The SDK's own, which its types leave out. */
function urnIn(resource: pulumi.Resource): { promise(): Promise<unknown> } {
  return (resource as unknown as { urn: { promise(): Promise<unknown> } }).urn;
}

/** Each job as a resource. */
function declaredEach(jobs: readonly SweepJob<Row>[], parent: pulumi.Resource): DeclaredSweep {
  const all: HeadlessSession[] = [];
  const canary: HeadlessSession[] = [];
  for (const { logicalName, aliases, args, followsCanary, params } of jobs) {
    const inputs = followsCanary ? { ...args, canary: [...canary] } : args;
    const job = new HeadlessSession(logicalName, inputs, {
      parent,
      ...(aliases && { aliases: aliases.map((other) => ({ name: other })) }),
    });
    noteMember(job, { params: plainRow(params) });
    if (!followsCanary) canary.push(job);
    all.push(job);
  }
  return {
    job: (index) => all[index] as HeadlessSession,
    told: () => pulumi.all(all.map(toldOf)),
    resources: all,
  };
}

/** All jobs as one resource. */
function declaredAsOne(
  name: string,
  jobs: readonly SweepJob<Row>[],
  choice: unknown,
  parent: pulumi.Resource,
): DeclaredSweep {
  const columns = jobs[0] && columnsOf(jobs[0].params)?.key;
  const key =
    typeof choice === "function" ? undefined : columns && ((choice as string[]) ?? columns);
  const members = jobs.map(({ key, params, args }) => ({ key, params: plainRow(params), args }));
  const canaries = jobs.some(({ followsCanary }) => followsCanary)
    ? jobs.filter(({ followsCanary }) => !followsCanary).map(({ key }) => key)
    : [];
  const resource = new SessionArray(name, members, canaries, key, parent);
  const array = new ArrayJobs(resource, name);
  const factsIn = (states: ReadonlyMap<string, StoredJob>, key: string): Told => {
    const job = states.get(key);
    return job ? factsOf({ ...job.state, id: job.id }) : {};
  };
  return {
    job: (index) => {
      const { key, logicalName, params, args } = jobs[index] as SweepJob<Row>;
      const job = array.member(key);
      noteMember(job, { name: logicalName, params: plainRow(params), outputs: args.outputs });
      return job;
    },
    told: () => array.states.apply((states) => jobs.map(({ key }) => factsIn(states, key))),
    resources: [resource],
  };
}

/** What a manifest has of a job's outputs; nothing of one that this run did not create. */
function toldOf(job: HeadlessSession) {
  const outputs = factsOf(job);
  const { id } = job;
  const created = isKnown(id).then((known) => known || pulumi.runtime.isDryRun());
  return pulumi.output(
    created.then(
      (is): pulumi.Output<Partial<pulumi.Unwrap<typeof outputs>>> =>
        pulumi.output(is ? outputs : {}),
    ),
  );
}

/** Those of a job's outputs that a manifest has. */
const factNames = [
  ...["id", "sessionId", "status", "reason", "cause", "attempt", "startTime", "endTime"],
  ...["endSeenTime", "logPath", "exitCode", "imageDigest", "recordedIn", "cores", "ram"],
] as readonly FactName[];

function factsOf<Of extends { readonly [Name in FactName]?: unknown }>(job: Of) {
  return Object.fromEntries(factNames.map((name) => [name, job[name]])) as Pick<
    Of,
    FactName & keyof Of
  >;
}

/** The keys that a set of parameters can have: one for each way in which the rows make theirs. */
function keysOf<R extends Row>({ over, key }: SweepArgs<R>): (params: Row) => string[] {
  const byTable = new Map(
    over.map((row) => {
      const columns = columnsOf(row)?.key;
      return [JSON.stringify(columns), columns] as const;
    }),
  );
  return (params) => {
    if (typeof key === "function") return [keyOf(params as R, key)];
    return [...(key === undefined ? byTable.values() : [key])]
      .filter((names) => names === undefined || names.every((name) => Object.hasOwn(params, name)))
      .map((names) => keyOf<Row>(params, names));
  };
}
