// The embedded Skaha server: the API of Skaha on loopback, with sessions as local processes. For trying things out
// and for tests.
export type { Config } from "./config";
export type { FaultRule } from "./faults";
export type { SessionSummary } from "./inspection";
export type { Job, JobStatus, SessionRecord } from "./job";
export type { JournalEntry } from "./journal";
export { type Report, type Runner, type ScriptedRunner, scriptedRunner } from "./runner";
export { type Skaha, type SkahaOptions, startSkaha } from "./server";
