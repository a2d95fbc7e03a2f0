// What the server answers: the routes of docs/skaha-api.md 3.
// Faults, transport and the journal are around it (server.ts).
import { randomInt } from "node:crypto";
import { ArcFiles, arcFilesPath, arcNodesPath } from "../arc/arcFiles";
import { authenticate, type User } from "../auth";
import type { Settings } from "../config";
import type { Faults } from "../faults";
import { type SessionRecord, statusOf } from "../job";
import { translate } from "../launch/launch";
import { type Parameters, readParameters } from "../launch/parameters";
import { javaSplit } from "../launch/snakeyaml/javaText";
import { Refusal, refuse } from "../refusal";
import type { Sessions } from "../sessions/sessions";
import {
  type Answer,
  empty,
  json,
  plain,
  refused,
  tomcatPage,
  undefinedMethod,
  unsupported,
  xml,
} from "./answer";
import type { Dialect } from "./dialect";
import { eventsTable } from "./eventsTable";
import { type ApiRequest, inspect } from "./inspection";
import type { Journal } from "./journal";
import { isLabel, mappedPath } from "./paths";
import { images, stats } from "./resources";
import { pretty } from "./sessionJson";
import { availability, capabilities } from "./vosi";

export interface Api {
  answer(request: ApiRequest): Answer;
}

export interface ApiOptions {
  readonly settings: Settings;
  readonly dialect: Dialect;
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly faults: Faults;
  /** `http://127.0.0.1:8080/skaha` */
  base(): string;
  /** Ids of new sessions; default as the server makes them: a letter, then seven letters or digits. */
  readonly newId?: (() => string) | undefined;
}

type Handler = (call: Call) => Answer;

interface Call {
  readonly method: string;
  readonly user: User;
  readonly parameters: Parameters;
  /** What follows the route's path, without the slash; undefined: nothing, not even a slash. */
  readonly rest: string | undefined;
  readonly registryAuth: string | undefined;
}

export function createApi(options: ApiOptions): Api {
  const { settings, dialect } = options;
  const arcFiles = new ArcFiles(settings);
  const routes: readonly { path: string; handlers: Readonly<Record<string, Handler>> }[] = [
    { path: `${dialect.prefix}/session`, handlers: sessionHandlers(options) },
    {
      path: `${dialect.prefix}/context`,
      handlers: { GET: () => json(JSON.stringify(settings.context)) },
    },
    {
      path: `${dialect.prefix}/image`,
      handlers: { GET: (call) => images(settings, call.parameters.get("type")) },
    },
    {
      path: `${dialect.prefix}/repository`,
      handlers: { GET: () => json(JSON.stringify(settings.registries)) },
    },
  ];

  function answer(request: ApiRequest): Answer {
    const { method, headers } = request;
    const [given = "", ...queries] = request.url.split("?");
    const query = queries.join("?");
    if (given === arcFilesPath || given.startsWith(`${arcFilesPath}/`)) {
      return arcFiles.answer(request, given);
    }
    if (given.startsWith(`${arcNodesPath}/`)) return arcFiles.list(request, given);
    if (method === "PATCH") return tomcatPage(501);
    if (given === "/_embedded" || given.startsWith("/_embedded/")) {
      return inspect(request, given, options);
    }
    const path = mappedPath(given);
    const isOpen = path === "/skaha/availability" || path === "/skaha/capabilities";
    const route = routes.find(
      (one) => path === `/skaha${one.path}` || path.startsWith(`/skaha${one.path}/`),
    );
    if ((isOpen || route) && !servletMethods.includes(method)) {
      return tomcatPage(501, undefinedMethod(method));
    }
    if (path === "/skaha/availability") return xml(availability(request.client));
    if (path === "/skaha/capabilities") {
      return xml(capabilities(options.base()), { "www-authenticate": "Bearer" });
    }
    if (!route) return tomcatPage(404);
    if (method === "OPTIONS") {
      // The servlet's own, of all that `RestServlet` has a method for; who asks does not matter.
      return { ...empty(), headers: { allow: "GET, HEAD, POST, PUT, DELETE, TRACE, OPTIONS" } };
    }
    const handler = route.handlers[method];
    if (!handler) return unsupported(method, Object.keys(route.handlers).join(", "));
    const user = authenticate(headers.authorization, settings.users);
    const rest = path.slice(`/skaha${route.path}`.length);
    const done = attempt(() =>
      handler({
        method,
        user,
        parameters: readParameters({
          method,
          query,
          contentType: headers["content-type"],
          body: request.body,
        }),
        rest: rest === "" ? undefined : rest.slice(1),
        registryAuth: headers["x-skaha-registry-auth"],
      }),
    );
    return { ...done, headers: { ...done.headers, "x-vo-authenticated": user.name } };
  }

  return { answer: (request) => attempt(() => answer(request)) };
}

function attempt(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

function sessionHandlers(options: ApiOptions): Record<string, Handler> {
  return {
    GET: (call) => getSession(options, call),
    POST: (call) => postSession(options, call),
    DELETE: (call) => deleteSession(options, call),
  };
}

/** `SessionAction.initRequest`: what the path asks for. The word in the middle of three is not looked at. */
function target(rest: string | undefined) {
  if (rest === undefined) return { id: undefined, app: undefined, isApp: false };
  const parts = rest === "" ? [""] : javaSplit(rest, "/");
  if (parts.length > 3) throw refuse(400, `Invalid request: ${rest}`);
  return { id: parts[0] ?? "", app: parts[2], isApp: parts.length > 1 };
}

function getSession({ settings, dialect, sessions, base }: ApiOptions, call: Call): Answer {
  const { user, parameters } = call;
  const { id, app, isApp } = target(call.rest);
  const view = parameters.get("view");
  const status = parameters.get("status");
  const show = (record: SessionRecord) => dialect.session(record, user, hostOf(base()));
  const keep = (records: SessionRecord[], type: string | undefined) =>
    records.filter(
      (record) =>
        (type === undefined || sameWord(record.launch.type, type)) &&
        (status === undefined || sameWord(dialect.status(record), status)),
    );
  const list = (type: string | undefined) => {
    const all = view === "all";
    const found = keep(sessions.list(all ? undefined : user.name), type).filter(
      (record) => record.launch.type !== "desktop-app" || sameWord(type ?? "", "desktop-app"),
    );
    return json(pretty(found.map(all ? dialect.publicSession : show)));
  };

  if (isApp && app !== undefined) {
    throw refuse(404, `desktop app with session ${id} and app ID ${app} was not found`);
  }
  if (isApp) return list("desktop-app");
  if (id === undefined) {
    if (view === "stats") return stats(settings, sessions);
    if (dialect.interactiveView && sameWord(view ?? "", "interactive")) {
      const mine = sessions.list(user.name).filter((record) => record.launch.type !== "headless");
      return json(pretty(keep(mine, undefined).map(show)));
    }
    return list(parameters.get("type"));
  }
  if (!isLabel(id)) {
    throw refuse(400, "canfar.net/id label value must match Kubernetes label value syntax");
  }
  // An empty id selects nothing in particular, so the first one is taken.
  const record = id === "" ? sessions.list(user.name)[0] : sessions.find(id, user.name);
  if (view === "logs") return plain(record ? sessions.log(record) : "");
  if (view === "events") {
    if (!record) throw refuse(404, `session ${id} not found.`);
    return plain(eventsTable(record.events));
  }
  if (!record) throw refuse(404, `session ${id} not found`);
  return json(pretty(show(record)));
}

function postSession(options: ApiOptions, call: Call): Answer {
  const { settings, dialect, sessions } = options;
  const { user, parameters } = call;
  const { id, app, isApp } = target(call.rest);
  if (isApp) {
    if (parameters.get("image") === undefined) throw refuse(400, "Missing parameter 'image'");
    if (app !== undefined) throw refuse(400, "Cannot modify an existing app.");
    throw refuse(404, `session ${id} not found`); // this server runs no desktops
  }
  if (id !== undefined) return renew(sessions, user, id, parameters.get("action"));
  dialect.checkLaunch(parameters);
  const sessionId = freshId(options);
  const launch = translate(parameters, {
    context: settings.context,
    registries: settings.registries,
    gpuEnabled: settings.capacity.gpus > 0,
    interactiveSessions: sessions.count(
      user.name,
      ({ launch, jobStatus }) =>
        !["headless", "desktop-app"].includes(launch.type) &&
        ["Running", "Pending"].includes(statusOf(jobStatus)),
    ),
    user: user.name,
    sessionId,
    host: hostOf(options.base()),
    judgeImage: settings.images.judge,
    registryAuth: call.registryAuth,
  });
  sessions.add(sessionId, user.name, launch);
  return { ...plain(`${sessionId}\n`), sessionId };
}

function hostOf(base: string): string {
  return base.replace(/^https?:\/\/([^/]+).*$/, "$1");
}

function renew(sessions: Sessions, user: User, id: string, action: string | undefined): Answer {
  if (!action) throw refuse(400, "Cannot modify an existing session");
  if (!sameWord(action, "renew")) throw refuse(400, "unrecognized action");
  const record = sessions.find(id, user.name);
  if (record && sessions.renew(record)) return empty();
  const principal = `PosixPrincipal [uidNumber=${user.uid},${user.uid},${user.name}]`;
  throw refuse(400, `No active job for user ${principal} with session ${id}`);
}

function deleteSession({ dialect, sessions }: ApiOptions, call: Call): Answer {
  const { id, app, isApp } = target(call.rest);
  if (id === undefined) throw refuse(400, "Cannot kill all sessions.");
  if (isApp) {
    if (app === undefined) throw refuse(400, "Missing app ID");
    return empty();
  }
  const record = sessions.find(id);
  const mine = record?.user === call.user.name;
  dialect.checkDelete(id, mine ? "mine" : record ? "other" : "nobody");
  if (record && mine) sessions.forget(record, "deleted");
  return empty();
}

function freshId({ newId, sessions }: ApiOptions): string {
  if (newId) return newId();
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const any = `${letters}0123456789`;
  for (;;) {
    const pick = (from: string) => from[randomInt(from.length)] ?? "";
    const id = pick(letters) + Array.from({ length: 7 }, () => pick(any)).join("");
    if (!sessions.knows(id)) return id;
  }
}

/** The methods that `HttpServlet.service` knows; Tomcat answers PATCH itself. */
const servletMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"];

/** `equalsIgnoreCase` */
function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
