// Many jobs from parameters, as one resource. Thin: `expand` says which jobs there are, `manifest` how they
// stand.
import * as pulumi from "@pulumi/pulumi";
import { foretellJobs } from "../engine/manyJobs";
import { HeadlessSession } from "../headlessSession";
import { sweepType } from "../job/identity";
import { expand, type SweepArgs } from "./expand";
import { keyOf } from "./keys";
import { entryOf, type ManifestEntry, type SweepSummary, summaryOf } from "./manifest";
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
  /** The jobs, in the order of `over`. */
  readonly jobs: readonly HeadlessSession[];
  /** Each job's parameters, and what became of it; in the order of `over`. */
  readonly manifest: pulumi.Output<ManifestEntry<R>[]>;
  /** How many jobs have each status, and what they ask for. */
  readonly summary: pulumi.Output<SweepSummary>;
  readonly #byKey = new Map<string, HeadlessSession>();
  readonly #keysOf: (params: Row) => string[];

  /**
   * @param name its jobs are called `<name>/<key>`
   * @throws an error that names the rows that are at fault: without parameters, not finite, with equal keys
   */
  constructor(name: string, args: SweepArgs<R>, opts: pulumi.ComponentResourceOptions = {}) {
    const jobs = expand(name, args);
    super(sweepType, name, {}, opts);
    foretellJobs(jobs.length);
    const declared: HeadlessSession[] = [];
    const canary: HeadlessSession[] = [];
    for (const { key, logicalName, aliases, args: jobArgs, followsCanary } of jobs) {
      const inputs = followsCanary ? { ...jobArgs, canary: [...canary] } : jobArgs;
      const job = new HeadlessSession(logicalName, inputs, {
        parent: this,
        ...(aliases && { aliases: aliases.map((other) => ({ name: other })) }),
      });
      if (!followsCanary) canary.push(job);
      declared.push(job);
      this.#byKey.set(key, job);
    }
    this.jobs = declared;
    this.#keysOf = keysOf(args);
    this.manifest = pulumi
      .all(declared.map(told))
      .apply((all) => jobs.map(({ key, params }, index) => entryOf(key, params, all[index] ?? {})));
    this.summary = this.manifest.apply(summaryOf);
    // For whoever reads the stack without the program, like `pulumi-skaha manifest`.
    this.registerOutputs({
      parameters: Object.fromEntries(
        jobs.map(({ logicalName, params }) => [logicalName, plainRow(params)]),
      ),
    });
  }

  /**
   * The job of a set of parameters; those that make its key are enough. Or that of a key.
   * @throws an error if there is none
   */
  job(params: Partial<R> | string): HeadlessSession {
    const keys = typeof params === "string" ? [params] : this.#keysOf(params as Row);
    const found = keys.map((key) => this.#byKey.get(key)).find((job) => job !== undefined);
    if (found) return found;
    const what = typeof params === "string" ? params : shown(params as Row);
    const known = [...this.#byKey.keys()];
    const some = known.slice(0, mostShown).join("; ");
    const more = known.length > mostShown ? `; and ${known.length - mostShown} more` : "";
    throw new Error(`the sweep has no job ${what}; its jobs are ${some}${more}`);
  }
}

/** What a manifest has of a job's outputs; nothing of one that this run did not create. */
function told(job: HeadlessSession) {
  const { id, sessionId, status, reason, cause, attempt, startTime } = job;
  const { endTime, endSeenTime, logPath, exitCode, imageDigest, recordedIn, cores, ram } = job;
  const outputs = {
    ...{ id, sessionId, status, reason, cause, attempt, startTime, endTime, endSeenTime },
    ...{ logPath, exitCode, imageDigest, recordedIn, cores, ram },
  };
  const created = isKnown(id).then((known) => known || pulumi.runtime.isDryRun());
  return pulumi.output(
    created.then(
      (is): pulumi.Output<Partial<pulumi.Unwrap<typeof outputs>>> =>
        pulumi.output(is ? outputs : {}),
    ),
  );
}

/** The SDK's own, which its types leave out: an unknown output runs no `apply`, and makes all unknown. */
async function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  const { isKnown } = output as unknown as { readonly isKnown?: Promise<boolean> };
  return (await isKnown?.catch(() => false)) ?? true;
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
