// The embedded server's own routes, under /_embedded: what a POST became, what was asked, what to misbehave with.

import { authenticate } from "../auth";
import type { Settings } from "../config";
import { type Faults, faultRuleSchema } from "../faults";
import { type SessionRecord, statusOf } from "../job";
import { refuse } from "../refusal";
import type { Sessions } from "../sessions/sessions";
import { type Answer, empty, json } from "./answer";
import type { Journal } from "./journal";

export interface ApiRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly client: string;
}

export interface InspectionOptions {
  readonly settings: Settings;
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly faults: Faults;
}

/** Throws a refusal for what there is not. */
export function inspect(request: ApiRequest, path: string, options: InspectionOptions): Answer {
  const { settings, journal, faults, sessions } = options;
  authenticate(request.headers.authorization, settings.users);
  const reply = (value: unknown) => json(`${JSON.stringify(value, null, 2)}\n`);
  switch (`${request.method} ${path}`) {
    case "GET /_embedded/sessions":
      return reply(sessions.all().map(sessionSummary));
    case "GET /_embedded/journal":
      return reply(journal.entries());
    case "DELETE /_embedded/journal":
      journal.clear();
      return empty();
    case "GET /_embedded/faults":
      return reply(faults.rules());
    case "DELETE /_embedded/faults":
      faults.clear();
      return empty();
    case "POST /_embedded/faults": {
      for (const rule of parseRules(request.body)) faults.add(rule);
      return reply(faults.rules());
    }
  }
  const id = /^\/_embedded\/jobs\/([^/]+)$/.exec(path)?.[1];
  const record = request.method === "GET" && sessions.all().find((one) => one.id === id);
  if (!record) throw refuse(404, `there is no ${request.method} ${path}`);
  return reply(record.launch.job);
}

function parseRules(body: Buffer) {
  let given: unknown;
  try {
    given = JSON.parse(body.toString());
  } catch {
    throw refuse(400, "the rule is not JSON");
  }
  const rules = faultRuleSchema.array().safeParse(Array.isArray(given) ? given : [given]);
  if (rules.success) return rules.data;
  const faults = rules.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw refuse(400, faults.join("\n"));
}

/** One session in `skaha.jobs()` and `/_embedded/sessions`; times in ms. */
export interface SessionSummary {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  /** As the API shows or last showed it. */
  readonly status: string;
  readonly image: string;
  readonly created: number;
  readonly started?: number;
  readonly ended?: number;
  readonly exitCode?: number;
  /** The API does not know it any more, since, and why. */
  readonly forgotten?: { readonly at: number; readonly why: "deleted" | "expired" | "vanished" };
  /** No process of it lives, since. */
  readonly dead?: number;
}

export function sessionSummary(record: SessionRecord): SessionSummary {
  const { id, user, created, ended, exitCode, forgotten, dead, launch } = record;
  const { startTime } = record.jobStatus;
  return {
    id,
    name: launch.name,
    user,
    status: statusOf(record.jobStatus),
    image: launch.image,
    created,
    ...(startTime !== undefined && { started: startTime }),
    ...(ended !== undefined && { ended }),
    ...(exitCode !== undefined && { exitCode }),
    ...(forgotten !== undefined && { forgotten }),
    ...(dead !== undefined && { dead }),
  };
}
