// What a fault makes of a request: whether it is done at all, and what of the answer arrives.
import { invalid } from "../auth";
import type { FaultRule, FaultsOfRequest } from "../faults";
import type { Sessions } from "../sessions/sessions";
import { type Answer, empty, plain, refused } from "./answer";
import type { ApiRequest } from "./inspection";

export interface Outcome {
  /** Undefined: the connection is to be destroyed. */
  readonly answer: Answer | undefined;
  readonly user?: string | undefined;
  readonly sessionId?: string | undefined;
}

type Work = () => Outcome & { readonly answer: Answer };

/** Does what the request asks for, by `answerTo`, as far as the fault lets it. */
export function misbehave(
  asked: ApiRequest,
  fault: FaultsOfRequest["fault"],
  answerTo: (asked: ApiRequest) => Answer,
  sessions: Sessions,
): Outcome {
  const work: Work = () => {
    const answer = answerTo(asked);
    return { answer, user: answer.headers["x-vo-authenticated"], sessionId: answer.sessionId };
  };
  switch (fault?.kind) {
    case undefined:
      return work();
    case "resetBefore":
    case "noAnswer":
      return { answer: undefined };
    case "status":
      return { answer: statusAnswer(fault) };
    case "unauthorized":
      return { answer: refused(invalid("invalid_token", "Token has expired")) };
    case "lostAnswer":
      return { ...work(), answer: undefined };
    case "lateAnswer":
      return { ...work(), answer: plain("upstream request timeout", 504) };
    case "deleteLies":
      return asked.method === "DELETE" ? { answer: empty() } : work();
    case "garbage":
      return { ...work(), answer: plain("<!-- %$#@ {[ this is no answer") };
    case "truncatedBody":
      return changed(work(), ({ body }) => body.subarray(0, body.length / 2));
    case "omitFromList":
      return changed(work(), ({ body }) => shortened(body, fault));
    case "vanish":
      return afterVanishing(asked, fault, work, sessions);
  }
}

/** Makes the API forget a session at once, and ends its processes. False: there is none. */
export function vanish(sessions: Sessions, id: string): boolean {
  const record = sessions.find(id);
  if (record) sessions.forget(record, "vanished");
  return record !== undefined;
}

function afterVanishing(
  asked: ApiRequest,
  { name }: Extract<FaultRule, { kind: "vanish" }>,
  work: Work,
  sessions: Sessions,
): Outcome {
  const id = /\/session\/([^/?]+)/.exec(asked.url)?.[1];
  if (id !== undefined) vanish(sessions, id);
  else if (name !== undefined) {
    for (const record of sessions.list()) {
      if (record.launch.name === name) sessions.forget(record, "vanished");
    }
  }
  const done = work();
  if (done.sessionId !== undefined) vanish(sessions, done.sessionId);
  return done;
}

function statusAnswer({
  code,
  body = `${code}\n`,
  retryAfter,
  location,
}: Extract<FaultRule, { kind: "status" }>): Answer {
  const answer = plain(body, code);
  const headers = {
    ...answer.headers,
    ...(retryAfter !== undefined && { "retry-after": `${retryAfter}` }),
    ...(location !== undefined && { location }),
  };
  return { ...answer, headers };
}

function changed(done: ReturnType<Work>, bodyOf: (answer: Answer) => Buffer): Outcome {
  return { ...done, answer: { ...done.answer, body: bodyOf(done.answer) } };
}

/** A list without some of its sessions; whatever is no list stays as it is. */
function shortened(
  body: Buffer,
  { names, count }: Extract<FaultRule, { kind: "omitFromList" }>,
): Buffer {
  let list: unknown;
  try {
    list = JSON.parse(body.toString());
  } catch {
    return body;
  }
  if (!Array.isArray(list)) return body;
  const kept = names
    ? list.filter((session) => !names.includes(session.name))
    : list.slice(0, Math.max(0, list.length - (count ?? 1)));
  return Buffer.from(JSON.stringify(kept, null, 2));
}
