// The embedded Skaha server: the API of Skaha on loopback, with sessions as local processes. For trying things out
// and for tests.
export type { Config } from "./config";
export type { FaultRule } from "./faults";
export type { SessionSummary } from "./http/inspection";
export type { JournalEntry } from "./http/journal";
export { type Skaha, type SkahaOptions, startSkaha } from "./http/server";
export type { Job, JobStatus, SessionRecord } from "./job";
export { type Report, type Runner, type ScriptedRunner, scriptedRunner } from "./sessions/runner";
