// A stack with one sweep, edited and brought up again.
import path from "node:path";
import type { ManifestEntry, SweepSummary } from "../../provider";
import { checkout } from "../../toolchain/checkout";
import { Bench, type BenchOptions } from "./harness";

/** What the program `sweep` declares. */
export interface Spec {
  readonly parameters?: Readonly<Record<string, readonly unknown[]>> | undefined;
  readonly table?: string;
  /** The types of a table's columns. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The parameters that are the jobs' arguments; the first is a table's key. */
  readonly uses: readonly string[];
  readonly turned?: boolean;
  /** Variables whose values are the stack's secrets of these names. */
  readonly secretEnv?: Readonly<Record<string, string>>;
  /** The same, read anew for each job. */
  readonly ownSecretEnv?: Readonly<Record<string, string>>;
  /** The stack's secret that is each job's last argument. */
  readonly secretArg?: string;
  /** A job of its own that comes after all of them. */
  readonly follower?: string;
  /** Jobs of their own that all of them come after. */
  readonly predecessors?: { readonly count: number; readonly ram?: number };
  /** Jobs of their own, through a native provider with settings of its own. */
  readonly beside?: {
    readonly count: number;
    readonly settings: Readonly<Record<string, unknown>>;
  };
  /** The component of the user's own that the sweep is in. */
  readonly inside?: string;
  /** The folder in which each job has to write a file that its first parameter names. */
  readonly writes?: string;
  /** Any other argument of a Sweep. */
  readonly [argument: string]: unknown;
}

const program = path.join(checkout, "test/engine/programs/sweep");
export const uses = ["method", "band"];
export const methods = ["ls", "bls", "pdm", "ce"];
export const bands = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];
export const study: Spec = { parameters: { method: methods, band: bands }, uses };

/** A stack of the program `sweep`. */
export async function open(options: BenchOptions = {}) {
  const bench = await Bench.open({ program, ...options });
  const up = async (spec: Spec, ...more: string[]) => {
    const output = await bench.succeed(bench.up(...more), { env: { SWEEP: JSON.stringify(spec) } });
    const { POST, DELETE } = bench.counted();
    return { output, POST, DELETE };
  };
  const outputs = async () =>
    JSON.parse(await bench.succeed(bench.on("stack", "output", "--json"))) as {
      summary: SweepSummary;
      manifest: ManifestEntry[];
    };
  const nameOf = (urn: string) => urn.split("::").at(-1);
  const names = async () => (await bench.state()).map(({ urn }) => nameOf(urn)).sort();
  return {
    bench,
    up,
    outputs,
    names,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}
