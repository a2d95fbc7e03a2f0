// What of a resource's inputs another diff shows, by property and by key: so that of ten thousand jobs of an array the
// three that changed are shown. Pure.
import { isDeepStrictEqual } from "node:util";
import { hasPages, unpaged } from "../array/rows/pages";
import { isPlainMap } from "../engine/plainMap";

type Props = Readonly<Record<string, unknown>>;

export type Kind = "add" | "delete" | "update";

/** What was done to it, by property path. */
export type Changes = ReadonlyMap<string, Kind>;

/** What `check` makes, and nobody wrote. */
const derived: ReadonlySet<string> = new Set(["identity", "jobName", "place", "order"]);

/** Between the inputs of before and those that `check` returned. */
export function changedInputs(olds: Props, news: Props): Changes {
  const found = new Map<string, Kind>();
  compare("", without(olds), without(news), found);
  return found;
}

/** More rows than this stay in pages, of which a diff shows the lines: the engine's time counts for more then. */
const mostApart = 20_000;

/** As the engine is to have an array's inputs: each row by its key, so that a diff names those that changed. */
export function withRowsApart(inputs: Props): Props {
  if (!isPlainMap(inputs.jobs)) return inputs;
  const jobs = unpaged(inputs.jobs as Readonly<Record<string, string>>); // of rows that `check` wrote
  return Object.keys(jobs).length > mostApart ? inputs : { ...inputs, jobs };
}

/**
 * The same for an array. Each row begins with its job's id, or a part of it: where what all jobs have in common is
 * another, all ids are, and what is told is that.
 */
export function changedInputsOfArray(olds: Props, news: Props): Changes {
  const { jobs: rowsBefore, ...before } = olds;
  const { jobs: rows, ...now } = news;
  const found = new Map(changedInputs(before, now));
  const [old, fresh] = [rowsBefore ?? {}, rows ?? {}];
  if (found.size === 0) compare("jobs", old, fresh, found);
  else if (!isInPages(old) && !isInPages(fresh)) {
    compare("jobs", bodiesOf(old), bodiesOf(fresh), found);
  }
  return found;
}

function without(props: Props): Props {
  return Object.fromEntries(
    Object.entries(props).filter(([name, value]) => !derived.has(name) && value !== undefined),
  );
}

function isInPages(rows: unknown): boolean {
  return isPlainMap(rows) && hasPages(rows);
}

function bodiesOf(rows: unknown): unknown {
  if (!isPlainMap(rows)) return rows;
  return Object.fromEntries(
    Object.entries(rows).map(([key, row]) => [key, String(row).slice(String(row).indexOf(" "))]),
  );
}

function compare(path: string, old: unknown, fresh: unknown, found: Map<string, Kind>): void {
  if (Array.isArray(old) && Array.isArray(fresh)) {
    for (let index = 0; index < Math.max(old.length, fresh.length); index += 1) {
      part(
        `${path}[${index}]`,
        [index < old.length, old[index]],
        [index < fresh.length, fresh[index]],
        found,
      );
    }
  } else if (isPlainMap(old) && isPlainMap(fresh)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
      const [hadIt, hasIt] = [Object.hasOwn(old, key), Object.hasOwn(fresh, key)];
      part(pathOf(path, key), [hadIt, old[key]], [hasIt, fresh[key]], found);
    }
  } else if (!isDeepStrictEqual(old, fresh)) found.set(path, "update");
}

type Side = readonly [isThere: boolean, value: unknown];

function part(path: string, [had, old]: Side, [has, fresh]: Side, found: Map<string, Kind>): void {
  if (had && has) compare(path, old, fresh, found);
  else found.set(path, has ? "add" : "delete");
}

/** The property that a path begins with. */
export function propertyOf(path: string): string {
  return path.replace(/[.[].*$/s, "");
}

/** As Pulumi reads property paths (`sdk/go/common/resource/properties_path.go`): only quotes are escaped. */
function pathOf(path: string, key: string): string {
  if (path === "" && /^[A-Za-z_]\w*$/.test(key)) return key;
  return `${path}["${key.replaceAll('"', '\\"')}"]`;
}
