// The parameters of each job beside what became of it, as the columns of a table. Pure.
import type { JobView } from "../stack/jobView";
import { typeOf } from "./columnType";
import type { Cell, ColumnType, Table } from "./table";

type Column = readonly [
  name: string,
  of: (job: JobView) => Cell,
  type?: ColumnType | undefined,
  unit?: string,
];

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
  ["exit_code", ({ exitCode }) => exitCode, "int64"],
  ["attempt", ({ attempt }) => attempt, "int64"],
  ["created", ({ created }) => created],
  ["launched", ({ launchTime }) => launchTime],
  ["started", ({ startTime }) => startTime],
  ["ended", ({ endTime }) => endTime],
  ["seconds", ({ seconds }) => seconds, "int64", "s"],
  ["max_seconds", ({ maxSeconds }) => maxSeconds, "int64", "s"],
  ["cores", ({ cores }) => cores, "float64"],
  ["ram_gib", ({ ram }) => ram, "float64", "GiB"],
  ["mean_cores", ({ meanCores }) => meanCores, "float64"],
  ["peak_ram_gib", ({ peakRamGiB }) => peakRamGiB, "float64", "GiB"],
  ["core_hours", ({ cost }) => cost?.coreHours, "float64", "h"],
  ["gib_hours", ({ cost }) => cost?.gibHours, "float64", "GiB.h"],
  ["gpu_hours", ({ cost }) => cost?.gpuHours, "float64", "h"],
  ["price", ({ cost }) => cost?.price, "float64"],
  ["cost_is_most", ({ cost }) => cost && (cost.isMost ?? false), "bool"],
  ["log", ({ logPath }) => logPath],
  ["image", ({ image }) => image],
  ["image_digest", ({ imageDigest }) => imageDigest],
  ["git_commit", ({ gitCommit }) => gitCommit],
  ["git_dirty", ({ gitDirty }) => gitDirty, "bool"],
];

/** One row for each job; a parameter keeps its name unless a column of ours has it. */
export function manifestTable(jobs: readonly JobView[]): Table {
  const parameters = [...new Set(jobs.flatMap(({ params }) => Object.keys(params ?? {})))];
  const columns = [
    ...naming,
    ...parameters.map((name): Column => {
      const of = ({ params }: JobView) => params?.[name];
      return [columnOf(name, parameters), of, typeOf(jobs.map(of))];
    }),
    ...outcome,
  ];
  return {
    columns: columns.map(([name, , type = "string", unit]) => ({
      name,
      type,
      ...(unit && { unit }),
    })),
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
