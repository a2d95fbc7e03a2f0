// Which jobs are shown: all that have each of the words, the status and the sweep. Pure.
import type { ReportJob } from "../reportData";

export interface Filter {
  /** Words of names, ids, sessions, parameters like `band=2`, and reasons. */
  readonly text: string;
  /** "" for any. */
  readonly status: string;
  readonly sweep: string;
}

export const everything: Filter = { text: "", status: "", sweep: "" };

export type Matcher = (job: ReportJob) => boolean;

export function matcherOf({ text, status, sweep }: Filter): Matcher {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (job) =>
    (status === "" || job.status === status) &&
    (sweep === "" || job.sweep === sweep) &&
    (words.length === 0 || words.every((word) => hasWord(job, word)));
}

/** A parameter's whole value after its name: `band=2` is not band=20. */
function hasWord(job: ReportJob, word: string): boolean {
  const [, name = "", value] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
  const parameter = Object.keys(job.params).find((one) => one.toLowerCase() === name);
  if (value !== undefined && parameter !== undefined) {
    return String(job.params[parameter]).toLowerCase() === value;
  }
  return textOf(job).includes(word);
}

const texts = new WeakMap<ReportJob, string>();

function textOf(job: ReportJob): string {
  const known = texts.get(job);
  if (known !== undefined) return known;
  const params = Object.entries(job.params).map(([name, value]) => `${name}=${value}`);
  const parts = [job.name, job.id, job.session, job.status, job.why, ...params];
  const text = parts
    .filter((part) => part !== undefined)
    .join("\n")
    .toLowerCase();
  texts.set(job, text);
  return text;
}
