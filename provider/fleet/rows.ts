// The rows of a sweep, each with the place that it comes from.
import { existsSync } from "node:fs";
import nodePath from "node:path";
import { messageOf } from "../errors";
import { expandHome, resolveWritten } from "../homePath";
import { csv } from "../sweep/csv";
import { nights } from "../sweep/nights";
import { exclude, grid, linspace, logspace, range, replicas, zip } from "../sweep/parameters";
import type { Row, Value } from "../sweep/row";
import { table } from "../sweep/table";
import type { Path } from "./read";
import { type SourceSpec, sourceKinds, type ValuesSpec } from "./schema/rowSources";
import type { SweepSpec } from "./schema/schema";

export interface PlacedRow {
  readonly row: Row;
  readonly path: Path;
}

export interface RowsContext {
  /** The folder that paths start from. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly fault: (path: Path, message: string) => void;
}

/** @returns what could be read; what could not is a fault */
export function rowsOf(spec: SweepSpec, path: Path, context: RowsContext): readonly PlacedRow[] {
  const placed = spec.concat
    ? spec.concat.flatMap((one, index) => ofSource(one, [...path, "concat", index], context))
    : ofSource(spec, path, context);
  return (spec.exclude ?? []).reduce((left: readonly PlacedRow[], unwanted, index) => {
    const kept = attempt([...path, "exclude", index], context, () =>
      exclude(
        left.map(({ row }) => row),
        unwanted,
      ),
    );
    if (!kept) return left;
    const rows = new Set(kept);
    return left.filter(({ row }) => rows.has(row));
  }, placed);
}

function ofSource(spec: SourceSpec, path: Path, context: RowsContext): readonly PlacedRow[] {
  const kind = sourceKinds.find((one) => one !== "concat" && spec[one] !== undefined);
  if (kind === undefined || kind === "concat") return [];
  const here = [...path, kind];
  const placed = (rows: readonly Row[] | undefined) =>
    (rows ?? []).map((row) => ({ row, path: here }));
  switch (kind) {
    case "grid": {
      const lists = listsOf(spec.grid ?? {}, here, context, true);
      return placed(lists && attempt(here, context, () => grid(lists)));
    }
    case "zip": {
      const lists = listsOf(spec.zip ?? {}, here, context, false);
      return placed(lists && attempt(here, context, () => zip(lists)));
    }
    case "list":
      refuseMixedRows(spec.list ?? [], here, context);
      return (spec.list ?? []).map((row, index) => ({ row: { ...row }, path: [...here, index] }));
    case "csv":
      return placed(spec.csv && ofFile(spec.csv, csv, here, context));
    case "table":
      return placed(spec.table && ofFile(spec.table, table, here, context));
    case "nights":
      return placed(
        attempt(here, context, () => (spec.nights ? nights(given(spec.nights), context.now) : [])),
      );
    case "replicas":
      return placed(attempt(here, context, () => replicas(spec.replicas ?? 1)));
  }
}

function ofFile<Options extends object>(
  { path, ...options }: Options & { readonly path: string },
  read: (file: string, options: Given<Omit<Options, "path">>) => readonly Row[],
  here: Path,
  context: RowsContext,
): readonly Row[] | undefined {
  const whole = resolveWritten(context.folder, path);
  if (!existsSync(whole)) {
    context.fault([...here, "path"], `there is no file ${path}`);
    return undefined;
  }
  // As short as it can be, because errors show it.
  const file = nodePath.isAbsolute(expandHome(path))
    ? path
    : nodePath.relative(process.cwd(), whole);
  return attempt(here, context, () => read(file, given(options)));
}

function listsOf(
  specs: Record<string, ValuesSpec>,
  path: Path,
  context: RowsContext,
  distinct: boolean,
): Record<string, readonly Value[]> | undefined {
  let isWhole = true;
  const lists = Object.entries(specs).map(([name, spec]) => {
    const here = [...path, name];
    const values = attempt(here, context, () => valuesOf(spec));
    if (!values) isWhole = false;
    if (values?.length === 0) {
      context.fault(here, `has no values: ${JSON.stringify(spec)} is empty`);
      isWhole = false;
    }
    if (Array.isArray(spec) && refuseMixed(spec, (index) => [...here, index], context)) {
      isWhole = false;
    }
    if (distinct && Array.isArray(spec)) {
      for (const [index, value] of spec.entries()) {
        if (spec.indexOf(value) === index) continue;
        context.fault(
          [...here, index],
          `${JSON.stringify(value)} is there twice: each value is a job`,
        );
        isWhole = false;
      }
    }
    return [name, values ?? []] as const;
  });
  return isWhole ? Object.fromEntries(lists) : undefined;
}

/**
 * Of ids padded with zeros PyYAML writes some in quotes and some without, and by hand the zeros of one are
 * easily left out: where padded and unpadded meet, some are not what was meant.
 * @returns whether there were such
 */
function refuseMixed(
  values: readonly Value[],
  pathOf: (index: number) => Path,
  { fault }: RowsContext,
): boolean {
  const padded = values.find((value) => typeof value === "string" && /^0\d+$/.test(value));
  if (typeof padded !== "string") return false;
  const index = values.findIndex(
    (value) =>
      typeof value === "number" && /^\d+$/.test(`${value}`) && `${value}`.length < padded.length,
  );
  if (index < 0) return false;
  const bare = String(values[index]);
  fault(
    pathOf(index),
    `${bare} is not padded with zeros, but ${padded} is: write all in quotes with as many digits ("${bare.padStart(padded.length, "0")}"), or all without zeros`,
  );
  return true;
}

function refuseMixedRows(rows: readonly Row[], here: Path, context: RowsContext): void {
  for (const name of new Set(rows.flatMap((row) => Object.keys(row)))) {
    const values = rows.map((row) => row[name] ?? null);
    refuseMixed(values, (index) => [...here, index, name], context);
  }
}

function valuesOf(spec: ValuesSpec): readonly Value[] {
  if (Array.isArray(spec)) return spec;
  if (spec.range) return range(...(spec.range as [number, number, number]));
  if (spec.linspace) return linspace(...(spec.linspace as [number, number, number]));
  return logspace(...((spec.logspace ?? []) as [number, number, number]));
}

function attempt<T>(path: Path, { fault }: RowsContext, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    fault(path, messageOf(error));
    return undefined;
  }
}

type Given<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without properties that are undefined. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
