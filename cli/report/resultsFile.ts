// A table of results that the user's own programs made, joined to the jobs by id, by name or by the
// parameters that both have.
import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { Job } from "../../provider/job/deployment";
import { decimalOf } from "../../provider/sweep/scalar";
import { CommandError } from "../commandError";

export interface Results {
  /** Its columns that hold numbers, in its order. */
  readonly columns: readonly string[];
  /** By the job's URN. */
  readonly values: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** What fits no job, as sentences. */
  readonly problems: readonly string[];
}

const delimiters = [",", ";", "\t", "|"];

/** @throws CommandError where it cannot be read, or joined */
export function resultsFrom(file: string, jobs: readonly Job[]): Results {
  const rows = rowsOf(file);
  const names = Object.keys(rows[0] ?? {});
  const { by, keyOf, of } = joining(file, names, jobs);
  const byKey = new Map<string, Record<string, string>>();
  for (const [index, row] of rows.entries()) {
    const key = of(row);
    if (byKey.has(key)) {
      throw new CommandError(
        `${file}: row ${index + 1} has the same ${by.join(", ")} as one above`,
      );
    }
    byKey.set(key, row);
  }
  const columns = names.filter(
    (name) => !by.includes(name) && rows.some((row) => numberIn(row[name]) !== undefined),
  );
  const values = new Map<string, Record<string, number>>();
  const used = new Set<string>();
  for (const job of jobs) {
    const key = keyOf(job);
    const row = key === undefined ? undefined : byKey.get(key);
    if (key === undefined || !row) continue;
    used.add(key);
    values.set(job.urn, numbersOf(row, columns));
  }
  const stray = byKey.size - used.size;
  const what = stray === 1 ? "1 row fits" : `${stray} rows fit`;
  const problems = stray === 0 ? [] : [`${file}: ${what} no job by ${by.join(", ")}`];
  return { columns, values, problems };
}

function rowsOf(file: string): Record<string, string>[] {
  try {
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    const [first = ""] = text.split(/[\r\n]/, 1);
    const count = (delimiter: string) => first.split(delimiter).length;
    const delimiter = delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ",";
    return parse(text, { columns: true, trim: true, skip_empty_lines: true, delimiter });
  } catch (error) {
    if (!existsSync(file)) throw new CommandError(`there is no file ${file}`, 1, { cause: error });
    throw new CommandError(`${file} cannot be read as a table: ${messageIn(error)}`, 1, {
      cause: error,
    });
  }
}

interface Joining {
  /** The columns that rows and jobs are joined by. */
  readonly by: readonly string[];
  /** @returns undefined for a job that has no such parameters */
  keyOf(job: Job): string | undefined;
  of(row: Record<string, string>): string;
}

function joining(file: string, names: readonly string[], jobs: readonly Job[]): Joining {
  const one = (column: string, keyOf: (job: Job) => string): Joining => ({
    by: [column],
    keyOf,
    of: (row) => row[column] ?? "",
  });
  if (names.includes("id") && !isParameter("id", jobs)) return one("id", ({ id }) => id);
  const column = ["job", "name"].find((name) => names.includes(name) && !isParameter(name, jobs));
  if (column !== undefined) return one(column, ({ name }) => name);
  const by = names.filter((name) => isParameter(name, jobs));
  if (by.length === 0) {
    const known = [...new Set(jobs.flatMap(({ params }) => Object.keys(params ?? {})))];
    throw new CommandError(
      `${file} has no column to tell which job a row is of: id, job${known.length > 0 ? `, or the parameters ${known.join(", ")}` : ""}; its columns are ${names.join(", ") || "none"}`,
    );
  }
  const alike = new Map(by.map((name) => [name, likeness(name, jobs)]));
  const canonical = (name: string, text: string) => alike.get(name)?.(text) ?? text;
  return {
    by,
    keyOf: ({ params }) =>
      params && by.every((name) => Object.hasOwn(params, name))
        ? JSON.stringify(by.map((name) => canonical(name, String(params[name]))))
        : undefined,
    of: (row) => JSON.stringify(by.map((name) => canonical(name, row[name] ?? ""))),
  };
}

function isParameter(name: string, jobs: readonly Job[]): boolean {
  return jobs.some(({ params }) => params !== undefined && Object.hasOwn(params, name));
}

/**
 * The one text of what is the same. Where all jobs have numbers, 0.10 is 0.1, digit for digit; where all have
 * booleans, Python's True is true; any other text, like an identifier, is what it is.
 */
function likeness(name: string, jobs: readonly Job[]): (text: string) => string {
  const types = new Set(
    jobs.flatMap(({ params }) =>
      params && Object.hasOwn(params, name) ? [typeof params[name]] : [],
    ),
  );
  const [type] = types;
  if (types.size > 1) return (text) => text;
  if (type === "number") return (text) => decimalOf(text) ?? text;
  if (type === "boolean") return (text) => text.toLowerCase();
  return (text) => text;
}

function numbersOf(row: Record<string, string>, columns: readonly string[]) {
  return Object.fromEntries(
    columns.flatMap((name) => {
      const number = numberIn(row[name]);
      return number === undefined ? [] : [[name, number]];
    }),
  );
}

function numberIn(text: string | undefined): number | undefined {
  if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function messageIn(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
