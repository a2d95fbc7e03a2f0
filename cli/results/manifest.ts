// The parameters of each job beside what became of it, as the columns of a table. Pure.
import type { JobView } from "../stack/jobView";
import type { Cell } from "./csv";

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

type Column = readonly [name: string, of: (job: JobView) => Cell];

const naming: readonly Column[] = [
  ["job", ({ name }) => name],
  ["sweep", ({ sweep }) => sweep],
  ["key", ({ key }) => key],
];

const outcome: readonly Column[] = [
  ["id", ({ id }) => id],
  ["session", ({ sessionId }) => sessionId],
  ["status", ({ status }) => status],
  ["cause", ({ cause }) => cause],
  ["exit_code", ({ exitCode }) => exitCode],
  ["attempt", ({ attempt }) => attempt],
  ["created", ({ created }) => created],
  ["launched", ({ launchTime }) => launchTime],
  ["started", ({ startTime }) => startTime],
  ["ended", ({ endTime }) => endTime],
  ["seconds", ({ seconds }) => seconds],
  ["cores", ({ cores }) => cores],
  ["ram_gib", ({ ram }) => ram],
  ["mean_cores", ({ meanCores }) => meanCores],
  ["peak_ram_gib", ({ peakRamGiB }) => peakRamGiB],
  ["log", ({ logPath }) => logPath],
  ["image", ({ image }) => image],
  ["image_digest", ({ imageDigest }) => imageDigest],
  ["git_commit", ({ gitCommit }) => gitCommit],
  ["git_dirty", ({ gitDirty }) => gitDirty],
];

/** One row for each job; a parameter keeps its name unless a column of ours has it. */
export function manifestTable(jobs: readonly JobView[]): Table {
  const parameters = [...new Set(jobs.flatMap(({ params }) => Object.keys(params ?? {})))];
  const columns = [
    ...naming,
    ...parameters.map((name): Column => {
      return [columnOf(name, parameters), ({ params }) => params?.[name]];
    }),
    ...outcome,
  ];
  return {
    header: columns.map(([name]) => name),
    rows: jobs.map((job) => columns.map(([, of]) => of(job))),
  };
}

function columnOf(parameter: string, parameters: readonly string[]): string {
  const own = [...naming, ...outcome].map(([name]) => name);
  if (!own.includes(parameter)) return parameter;
  let column = `param_${parameter}`;
  while (parameters.includes(column)) column = `${column}_`;
  return column;
}
