// The server around the routes: listening, keeping strangers out, faults, the journal, starting and stopping.
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { invalid, reasonToRefuse } from "../auth";
import { type Config, settle } from "../config";
import { type FaultRule, Faults, type FaultsOfRequest } from "../faults";
import { localRunner } from "../runners/localRunner";
import type { Runner } from "../sessions/runner";
import { Sessions } from "../sessions/sessions";
import { diskStore, memoryStore } from "../sessions/store";
import { type Answer, empty, plain, refused } from "./answer";
import { currentDialect, type Dialect } from "./dialect";
import { type ApiRequest, type SessionSummary, sessionSummary } from "./inspection";
import { Journal, type JournalEntry } from "./journal";
import { createApi } from "./routes";
import { v0Dialect } from "./v0";

/** The configuration, and what only a program can give. */
export interface SkahaOptions extends Config {
  /** The time, in ms. @default Date.now */
  readonly clock?: () => number;
  /** What runs the sessions. @default local processes; needs `dataDir` */
  readonly runner?: Runner;
  /** Ids of new sessions. @default random, as the real server makes them */
  readonly newId?: () => string;
}

export interface Skaha {
  /** What `CANFAR_URL` gets: `http://127.0.0.1:PORT/skaha/v1`. */
  readonly url: string;
  readonly port: number;
  /** The first user's token. */
  readonly token: string;
  /** All users' tokens, by name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Every request since the start or the last `clearJournal`, but those to `/_embedded`. */
  journal(): JournalEntry[];
  clearJournal(): void;
  readonly faults: Faults;
  /** Every session ever launched on this data folder, the oldest first. */
  jobs(): SessionSummary[];
  /** Makes the API forget a session at once, and ends its processes. False: there is none. */
  vanish(id: string): boolean;
  /** Stops listening. Sessions go on running, and another server on the same folder finds them. */
  close(): Promise<void>;
  /** Ends all sessions, then closes. */
  stop(): Promise<void>;
}

/** No request that the real server would take is larger. */
const bodyLimitBytes = 64 * 1024 * 1024;
/** How often a server with a real clock looks for what is due when nobody asks. */
const lookMs = 1_000;

/**
 * Starts an embedded Skaha server.
 *
 * Throws a sentence if the options make no sense, the port is taken, or the data folder is served by another living
 * server.
 */
export async function startSkaha(options: SkahaOptions = {}): Promise<Skaha> {
  const { clock, runner: givenRunner, newId, ...config } = options;
  const settings = settle(config);
  const { dataDir, users } = settings;
  if (dataDir === undefined && !givenRunner) {
    throw new Error("without a dataDir a runner must be given: local processes need a folder");
  }
  const dialect: Dialect = settings.api === "v0" ? v0Dialect : currentDialect;
  const store = dataDir === undefined ? memoryStore() : diskStore(dataDir);
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // Paths that are no URLs get an answer like any other.
    frameworkErrors: (_error, request, reply) => {
      serve(request, reply);
    },
    routerOptions: { maxParamLength: 1_000_000 },
  });
  const now = clock ?? Date.now;
  const journal = new Journal();
  const faults = new Faults(settings.faults);
  let port = settings.port;

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.all("*", (request, reply) => serve(request, reply));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    send(reply, plain(`unexpected exception: ${error.message}`, error.statusCode ?? 500)),
  );
  app.setNotFoundHandler((request, reply) => serve(request, reply));

  try {
    await app.listen({ host: settings.host, port: settings.port });
    const address = app.server.address();
    if (address && typeof address === "object") port = address.port;
  } catch (error) {
    store.close();
    await app.close();
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      throw new Error(`the port ${settings.port} of ${settings.host} is taken; choose another one`);
    }
    throw error;
  }

  const origin = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}`;
  const runner =
    givenRunner ??
    localRunner({
      dataDir: dataDir ?? "",
      clock: now,
      hostname: `${settings.host}:${port}`,
      entrypointOf: settings.images.entrypointOf,
    });
  const { capacity, lifetimes } = settings;
  const sessions = new Sessions({ clock: now, capacity, lifetimes, runner, store });
  const api = createApi({
    settings,
    dialect,
    sessions: sessions,
    journal,
    faults,
    base: () => `${origin}/skaha`,
    newId,
  });
  const looking = clock ? undefined : setInterval(() => sessions.look(), lookMs).unref();

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { method } = request;
    const path = request.raw.url ?? "/";
    const reason = reasonToRefuse(request.headers, port, settings.allowRemote);
    if (reason) {
      journal.add({ time: now(), method, path, status: 403 });
      return send(reply, plain(`${reason}\n`, 403));
    }
    const asked = readRequest(request);
    if (path.startsWith("/_embedded")) return send(reply, api.answer(asked));

    const time = now();
    const { delayMs, fault } = faults.meet(method, path);
    if (delayMs > 0) await sleep(delayMs);
    const outcome = misbehave(asked, fault);
    journal.add({
      time,
      method,
      path,
      status: outcome.answer?.status ?? 0,
      ...(outcome.user !== undefined && { user: outcome.user }),
      ...(outcome.sessionId !== undefined && { sessionId: outcome.sessionId }),
      ...(fault && { fault: fault.kind }),
    });
    if (outcome.answer) return send(reply, outcome.answer);
    reply.hijack();
    request.raw.socket.destroy();
    return undefined;
  }

  /** Does what the request asks for, as far as the fault lets it; no answer: the connection is to be destroyed. */
  function misbehave(
    asked: ApiRequest,
    fault: FaultsOfRequest["fault"],
  ): { answer: Answer | undefined; user?: string | undefined; sessionId?: string | undefined } {
    const work = () => {
      const answer = api.answer(asked);
      const { sessionId } = answer;
      return { answer, user: answer.headers["x-vo-authenticated"], sessionId };
    };
    switch (fault?.kind) {
      case undefined:
        return work();
      case "resetBefore":
        return { answer: undefined };
      case "status": {
        const answer = plain(fault.body ?? `${fault.code}\n`, fault.code);
        const { retryAfter, location } = fault;
        const headers = {
          ...answer.headers,
          ...(retryAfter !== undefined && { "retry-after": `${retryAfter}` }),
          ...(location !== undefined && { location }),
        };
        return { answer: { ...answer, headers } };
      }
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
      case "truncatedBody": {
        const done = work();
        const { body } = done.answer;
        return { ...done, answer: { ...done.answer, body: body.subarray(0, body.length / 2) } };
      }
      case "omitFromList": {
        const done = work();
        return { ...done, answer: omit(done.answer, fault) };
      }
      case "vanish": {
        const id = /\/session\/([^/?]+)/.exec(asked.url)?.[1];
        if (id !== undefined) vanish(id);
        else if (fault.name !== undefined) {
          for (const record of sessions.list()) {
            if (record.launch.name === fault.name) sessions.forget(record, "vanished");
          }
        }
        const done = work();
        if (done.sessionId !== undefined) vanish(done.sessionId);
        return done;
      }
    }
  }

  function vanish(id: string): boolean {
    const record = sessions.find(id);
    if (record) sessions.forget(record, "vanished");
    return record !== undefined;
  }

  async function stopListening(): Promise<void> {
    clearInterval(looking);
    await app.close();
  }

  return {
    url: `${origin}/skaha${dialect.prefix}`,
    port,
    token: users[0]?.token ?? "",
    tokens: Object.fromEntries(users.map(({ name, token }) => [name, token])),
    journal: () => journal.entries(),
    clearJournal: () => journal.clear(),
    faults,
    jobs: () => sessions.all().map(sessionSummary),
    vanish,
    async close() {
      await stopListening();
      sessions.close();
    },
    async stop() {
      await stopListening();
      await sessions.stop();
    },
  };
}

function readRequest(request: FastifyRequest): ApiRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: request.method,
    url: request.raw.url ?? "/",
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    client: request.ip,
  };
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  const server = "OpenCADC/cadc-rest";
  // A body without a type, and a length without a body, are nothing that fastify sends.
  const isUntyped = headers["content-type"] === undefined && body.length > 0;
  if (isUntyped || reply.request.method === "HEAD") {
    reply.hijack();
    // Last: after a length node takes no é in a content-disposition.
    reply.raw.writeHead(status, { server, ...headers, "content-length": `${body.length}` });
    reply.raw.end(body); // node leaves it out of the answer to a HEAD
    return reply;
  }
  reply.code(status).header("server", server).headers(headers);
  return reply.send(headers["content-type"] === undefined ? undefined : body);
}

function omit(
  answer: Answer,
  { names, count }: Extract<FaultRule, { kind: "omitFromList" }>,
): Answer {
  let list: unknown;
  try {
    list = JSON.parse(answer.body.toString());
  } catch {
    return answer;
  }
  if (!Array.isArray(list)) return answer;
  const kept = names
    ? list.filter((session) => !names.includes(session.name))
    : list.slice(0, Math.max(0, list.length - (count ?? 1)));
  return { ...answer, body: Buffer.from(JSON.stringify(kept, null, 2)) };
}
