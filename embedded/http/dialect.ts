// Where versions of the API differ: the prefix, the words, and a few refusals. `currentDialect` is the recorded
// server; `v0.ts` has the older one.
import { type SessionRecord, statusOf } from "../job";
import type { Parameters } from "../launch/parameters";
import { type Owner, publicSessionJson, type SessionJson, sessionJson } from "./sessionJson";

export interface Dialect {
  readonly prefix: string;
  status(record: SessionRecord): string;
  /** @param host where sessions are reached, `127.0.0.1:8080` */
  session(record: SessionRecord, owner: Owner, host: string): SessionJson;
  publicSession(record: SessionRecord): SessionJson;
  /** Knows `view=interactive`. */
  readonly interactiveView: boolean;
  /** Throws what this version refuses on top, before the launch is looked at. */
  checkLaunch(parameters: Parameters): void;
  /** Throws what this version answers to a DELETE of a session that is not the user's or not there. */
  checkDelete(id: string, whose: "mine" | "other" | "nobody"): void;
}

export const currentDialect: Dialect = {
  prefix: "/v1",
  status: (record) => statusOf(record.jobStatus),
  session: sessionJson,
  publicSession: publicSessionJson,
  interactiveView: true,
  checkLaunch: () => {},
  checkDelete: () => {}, // 200, whatever it is
};
