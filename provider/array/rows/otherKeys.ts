// Which other keys the row of an array's job may have: an earlier release wrote some otherwise, and a column's type changes
// them. Pure.
import { keysAtFirst, otherKeys } from "../../sweep/keys";
import { withColumns } from "../../sweep/row";
import type { Param } from "./declaredRows";

/** Rows by key. */
interface Keyed {
  readonly jobs: Readonly<Record<string, string>>;
  /** Of a table's rows: the columns that make their keys. */
  readonly key?: readonly string[];
}

/** The key that a job's row has had: the same, or that of other types of its table's columns or an earlier release. */
export function oldKeyOf(
  key: string,
  params: Readonly<Record<string, Param>>,
  { olds, news }: { readonly olds: Partial<Keyed>; readonly news: Keyed },
): string | undefined {
  const isOld = (one: string) => olds.jobs !== undefined && Object.hasOwn(olds.jobs, one);
  if (isOld(key)) return key;
  if (olds.jobs === undefined) return undefined;
  return otherKeysOf(key, params, news).find(isOld);
}

/** The keys that a row may have had in another release or with other types, and that no row has now. */
export function otherKeysOf(
  key: string,
  params: Readonly<Record<string, Param>>,
  { key: columns, jobs }: Keyed,
): string[] {
  const others =
    columns === undefined
      ? keysAtFirst(key, params)
      : otherKeys(withColumns(params, { key: columns, declared: undefined }), columns);
  return others.filter((one) => !Object.hasOwn(jobs, one));
}
