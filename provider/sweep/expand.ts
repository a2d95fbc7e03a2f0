// From the declaration of a sweep to its jobs: names and arguments. Pure: what `Sweep` registers, and
// whatever else describes sweeps has registered, is what this returns.

import type * as pulumi from "@pulumi/pulumi";
import { isPlainMap } from "../engine/plainMap";
import type { HeadlessSessionArgs, StopLimits, Word } from "../headlessSession";
import { type KeyChoice, keyOf, otherKeys } from "./keys";
import { faultOfPack, type PackArgs } from "./packArgs";
import { columnsOf, faultOf, guarded, type Row, shown, textOf, withheldOf } from "./row";
import { faultOfLimits } from "./stopArgs";

/** What a sweep sets itself. */
type Own = "canary" | "group" | "members" | "stopAfter" | "untrackedEnv";

/** Arguments of a HeadlessSession, any of which the other place may give instead. */
export interface SweepJobArgs extends Partial<Omit<HeadlessSessionArgs, Own | "env">> {
  /** Variables; those of a job come on top of the sweep's. The map itself is no output, its values may be. */
  readonly env?: Readonly<Record<string, pulumi.Input<Word>>>;
}

interface Declaration<R extends Row> extends SweepJobArgs {
  /** One row for each job: see `grid`, `zip`, `list`, `csv`, `nights`, `replicas`; or any list of objects. */
  readonly over: readonly R[];
  /**
   * What a job is named by, and known by in the next run: parameters that tell the rows apart, or a function.
   * @default all parameters; of a table's rows, the table's key
   * @example ["galaxy"]
   */
  readonly key?: KeyChoice<NoInfer<R>>;
  /** All jobs but the first so many are held until those are Completed. @default 0 */
  readonly canary?: number;
  /**
   * All jobs are one resource of the stack instead of one each: for thousands, of which each would cost the engine
   * time and memory. They are launched, cancelled and told of one by one all the same.
   * @default false
   */
  readonly array?: boolean;
  /**
   * Jobs share sessions: one runs up to `jobs` of them, `parallel` at a time, and asks for `cores` and `ram` of a job
   * times `parallel`. For thousands of jobs of minutes. It needs `array: true`, a `record`, and `cores` and `ram`.
   * @default each job has a session of its own
   * @example { jobs: 50, parallel: 4 }
   */
  readonly pack?: PackArgs;
  /** How many jobs of this sweep may run or wait to run at a time, besides `skaha:maxInFlight`. @default no limit */
  readonly maxInFlight?: number;
  /**
   * Holds the rest of the sweep, as soon as so many of its jobs have failed for the same cause, or such a part of those
   * that ended. A failure counts when no retry is left. It goes on with `pulumi-skaha up --release NAME`, and by itself when
   * the jobs that failed are edited. @default the rest is launched whatever fails
   * @example { failed: 5 }
   * @example { share: 0.1, atLeast: 20 }
   */
  readonly stopAfter?: StopLimits;
  /**
   * Gives each job its parameters, or those named, as variables: `band` is `SWEEP_PARAM_BAND`. One that is
   * null is not set. Of a table with typed columns, these and the key.
   * @default false
   */
  readonly paramsInEnv?: boolean | readonly (keyof NoInfer<R> & string)[];
  /**
   * Sets `REPLICA_ID`, the parameter `replica`, and `REPLICA_COUNT`, as the canfar client does. A change of
   * the count runs nothing again.
   * @default false
   */
  readonly replicaEnv?: boolean;
  /** Whether there may be no rows at all, as before the first of `nights`. @default false: an error */
  readonly allowEmpty?: boolean;
}

/**
 * The rows, the arguments for all jobs, and the function that makes a job's own from its row.
 * `image` is given in one of both places.
 */
export type SweepArgs<R extends Row> =
  | (Declaration<R> & {
      readonly image: pulumi.Input<string>;
      readonly job: (row: R) => SweepJobArgs;
    })
  | (Declaration<R> & {
      readonly image?: undefined;
      readonly job: (row: R) => SweepJobArgs & { readonly image: pulumi.Input<string> };
    });

/** One job of a sweep. */
export interface SweepJob<R extends Row> {
  readonly key: string;
  /** `<sweep>/<key>` */
  readonly logicalName: string;
  readonly params: R;
  /** Names that it may have in a stack, by other types of its table's columns or from earlier releases. */
  readonly aliases?: readonly string[];
  readonly args: HeadlessSessionArgs;
  /** Whether it waits until the sweep's canary jobs are Completed. */
  readonly followsCanary: boolean;
}

const mostShown = 10;

/** @throws an error that names the sweep and the rows that are at fault */
export function expand<R extends Row>(name: string, args: SweepArgs<R>): readonly SweepJob<R>[] {
  const { over, key, canary = 0, maxInFlight, paramsInEnv, replicaEnv, allowEmpty, ...rest } = args;
  const { job, array, pack, stopAfter, ...defaults } = rest;
  const refuse = (what: string) => new TypeError(`Sweep "${name}": ${what}`);
  if (/[*\p{Cc}\p{Cs}]/u.test(name) || name === "") {
    throw refuse(
      "a name must not be empty, nor hold * (a wildcard of --target) or control characters",
    );
  }
  if (typeof job !== "function") throw refuse("`job` has to be a function of one row");
  if (!isCount(canary, 0)) throw refuse(`\`canary\` is ${canary}, and has to be a number of jobs`);
  if (maxInFlight !== undefined && !isCount(maxInFlight, 1)) {
    throw refuse(`\`maxInFlight\` is ${maxInFlight}, and has to be a whole number from 1 on`);
  }
  const stopFault = stopAfter === undefined ? undefined : faultOfLimits(stopAfter);
  if (stopFault !== undefined) throw refuse(stopFault);
  if (pack !== undefined) {
    const fault = faultOfPack(pack, array === true);
    if (fault !== undefined) throw refuse(fault);
  }
  if (!Array.isArray(over)) throw refuse("`over` has to be a list of rows, as grid() makes it");
  if (over.length === 0 && !allowEmpty) {
    throw refuse(
      "`over` has no rows, so there are no jobs; if that is intended, write `allowEmpty: true`",
    );
  }
  refuseFaults(over, refuse);
  const keys = over.map((row) => keyed(guarded(row), key, refuse));
  refuseEqual(over, keys, refuse);
  const taken = new Set(keys);
  const counts = replicaEnv ? replicaCounts(over, key, refuse) : undefined;
  return over.map((row, index) => {
    const jobKey = keys[index] as string;
    const own = merged(defaults, job(guarded(row)), `Sweep "${name}", ${jobKey}`);
    const env = {
      ...checkedEnv(defaults.env, `Sweep "${name}"`),
      ...(paramsInEnv && variablesOf(row, paramsInEnv, refuse)),
      ...(counts && { REPLICA_ID: textOf(row.replica ?? null) }),
      ...own.env,
    };
    const count = counts?.[index];
    const aliases = otherKeys(row, key)
      .filter((other) => !taken.has(other))
      .map((other) => `${name}/${other}`);
    return {
      key: jobKey,
      logicalName: `${name}/${jobKey}`,
      params: row,
      ...(aliases.length > 0 && { aliases }),
      args: {
        ...own,
        ...(Object.keys(env).length > 0 && { env }),
        ...(maxInFlight !== undefined && { group: { name, maxInFlight } }),
        ...(stopAfter !== undefined && { stopAfter: { name, ...stopAfter } }),
        ...(pack !== undefined && { pack: { name, ...pack } }),
        ...(count !== undefined &&
          !("REPLICA_COUNT" in env) && { untrackedEnv: { REPLICA_COUNT: String(count) } }),
      },
      followsCanary: canary > 0 && index >= canary,
    };
  });
}

type Refuse = (what: string) => Error;

function refuseFaults(over: readonly unknown[], refuse: Refuse): void {
  const faults = over.flatMap((row, index) => {
    const fault = faultOf(row);
    return fault === undefined ? [] : [`over[${index}] ${fault}`];
  });
  if (faults.length > 0) throw refuse(some(faults));
}

function keyed<R extends Row>(row: R, choice: KeyChoice<R> | undefined, refuse: Refuse): string {
  try {
    return keyOf(row, choice);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuseEqual(over: readonly Row[], keys: readonly string[], refuse: Refuse): void {
  const first = new Map<string, number>();
  const equal: string[] = [];
  for (const [index, key] of keys.entries()) {
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, index);
      continue;
    }
    const [one, other] = [over[before] as Row, over[index] as Row];
    equal.push(`over[${before}] ${shown(one)} and over[${index}] ${shown(other)} are both ${key}`);
  }
  if (equal.length === 0) return;
  throw refuse(
    `${some(equal)}: each job needs a key of its own; leave one out, or choose another \`key\``,
  );
}

/** For each row, the highest `replica` of those that are alike but for it. */
function replicaCounts<R extends Row>(
  over: readonly R[],
  choice: KeyChoice<R> | undefined,
  refuse: Refuse,
): readonly number[] {
  const groups = over.map((row) => {
    if (!isCount(row.replica, 1)) {
      throw refuse(
        `\`replicaEnv\` needs a parameter \`replica\` that counts from 1, as replicas() makes it; ${shown(row)} has none`,
      );
    }
    const names =
      typeof choice === "object" ? choice : (columnsOf(row)?.key ?? Object.keys(row).sort());
    return JSON.stringify(
      names
        .filter((one) => one !== "replica")
        .map((one) => [one, typeof row[one], textOf(row[one] ?? null)]),
    );
  });
  const highest = new Map<string, number>();
  for (const [index, group] of groups.entries()) {
    highest.set(group, Math.max(highest.get(group) ?? 0, over[index]?.replica as number));
  }
  return groups.map((group) => highest.get(group) as number);
}

function merged(defaults: SweepJobArgs, own: unknown, where: string): HeadlessSessionArgs {
  if (typeof own !== "object" || own === null) {
    throw new TypeError(`${where}: \`job\` returned ${String(own)}, not the job's arguments`);
  }
  const given = Object.fromEntries(
    Object.entries(own as SweepJobArgs).filter(([, value]) => value !== undefined),
  ) as SweepJobArgs;
  for (const key of ["canary", "group", "stopAfter", "untrackedEnv"] satisfies Own[]) {
    if (key in given) throw new TypeError(`${where}: \`${key}\` is set by the sweep, not by a job`);
  }
  const { env: _env, cmd, script, ...others } = defaults;
  // A job's own command or script is instead of the sweep's, whichever of both that is.
  const runs = "cmd" in given || "script" in given ? {} : { cmd, script };
  const all = { ...others, ...runs, ...given };
  if (all.image === undefined) {
    throw new TypeError(`${where}: has no \`image\`; give it for the sweep or for the job`);
  }
  const env = checkedEnv(given.env, where);
  return Object.fromEntries(
    Object.entries({ ...all, env }).filter(([, value]) => value !== undefined),
  ) as unknown as HeadlessSessionArgs;
}

/** Maps are joined variable by variable, which one that is not known yet does not allow. */
function checkedEnv(env: unknown, where: string): SweepJobArgs["env"] {
  if (env === undefined) return undefined;
  if (isPlainMap(env)) return env as NonNullable<SweepJobArgs["env"]>;
  throw new TypeError(`${where}: \`env\` has to be a plain object; its values may be outputs`);
}

function variablesOf(
  row: Row,
  chosen: true | readonly string[],
  refuse: Refuse,
): Record<string, string> {
  const names = chosen === true ? (columnsOf(row)?.declared ?? allOf(row)) : chosen;
  const by = new Map<string, string>();
  for (const name of names) {
    const variable = `SWEEP_PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
    const other = by.get(variable);
    if (other !== undefined && other !== name) {
      throw refuse(`\`paramsInEnv\`: ${other} and ${name} would both be ${variable}; rename one`);
    }
    by.set(variable, name);
  }
  return Object.fromEntries(
    [...by].flatMap(([variable, name]) => {
      if (!Object.hasOwn(row, name)) {
        throw refuse(`\`paramsInEnv\`: ${withheldOf(row, name) ?? `${shown(row)} has no ${name}`}`);
      }
      const value = row[name] ?? null;
      return value === null ? [] : [[variable, textOf(value)]];
    }),
  );
}

/** Also a cell that is no parameter; a column of which none is, is not meant. */
function allOf(row: Row): readonly string[] {
  const cells = Object.entries(columnsOf(row)?.withheld ?? {}).filter(([, one]) => !one.isColumn);
  return [...Object.keys(row), ...cells.map(([name]) => name)];
}

function isCount(value: unknown, least: number): value is number {
  return Number.isInteger(value) && (value as number) >= least;
}

function some(lines: readonly string[]): string {
  const more = lines.length > mostShown ? `; and ${lines.length - mostShown} more` : "";
  return `${lines.slice(0, mostShown).join("; ")}${more}`;
}
