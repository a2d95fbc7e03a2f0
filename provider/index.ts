// What users import from "pulumi-skaha".
export {
  type ArrayJob,
  HeadlessSession,
  type HeadlessSessionArgs,
  type JobGroup,
  type OutputArgs,
  type PastAttempt,
  type Predecessor,
  type RegistryAuthArgs,
  type RetryArgs,
  type RetryCause,
  type StopAfter,
  type StopLimits,
  type Word,
} from "./headlessSession";
export type { Usage } from "./job/attempts";
export { Provider, type ProviderArgs } from "./native/provider";
export { type CsvOptions, type CsvRow, csv } from "./sweep/csv";
export type { SweepArgs, SweepJobArgs } from "./sweep/expand";
export type { KeyChoice } from "./sweep/keys";
export type { ManifestEntry, SweepSummary } from "./sweep/manifest";
export { type Night, type NightsOptions, nights } from "./sweep/nights";
export {
  concat,
  exclude,
  grid,
  linspace,
  list,
  logspace,
  range,
  replicas,
  zip,
} from "./sweep/parameters";
export type { Row, Value } from "./sweep/row";
export { Sweep } from "./sweep/sweep";
export { type TableOptions, type TableRow, table } from "./sweep/table";
export { type Progress, type UntilDoneOptions, untilDone } from "./untilDone";
