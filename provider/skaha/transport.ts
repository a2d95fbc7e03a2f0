// Requests to one Skaha server: connections, credentials, repeating what is safe to repeat, and the
// sentence that tells of a failure. What is asked and what an answer means is `client.ts`'s.
import type { Readable } from "node:stream";
import {
  messageOf,
  NothingServedError,
  NotLoggedInError,
  SkahaError,
  UnclearAnswerError,
} from "../errors";
import { plainText, withoutControls } from "../text/plainText";
import type { Credential, Credentials } from "./credentials";
import { type Answered, type ConnectionsOptions, connect, type Exchange } from "./exchange";

export interface Request {
  /** What is being done, as an error has it after "could not": `launch "band-2-..."`. */
  readonly what: string;
  readonly method: "GET" | "HEAD" | "POST" | "DELETE" | "PUT";
  /** After the server's URL. */
  readonly path: string;
  /** As it is sent. */
  readonly form?: string;
  /** A failure is an answer: it is not asked for again. */
  readonly isAskedOnce?: boolean;
  /** What may be long, like a log: the answer is a stream, no text. */
  readonly isStreamed?: boolean;
  /** A body of plain text, or of any bytes. */
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Values that no error may repeat, even where the server's own words do. */
  readonly secrets?: readonly string[];
  /** What is an answer too, no failure, apart from every 2xx. */
  readonly isAnswer?: (status: number, text: string) => boolean;
}

export interface Answer {
  readonly status: number;
  /** In small letters; undefined where the server does not say. */
  readonly contentType: string | undefined;
  /** In bytes, also of what a HEAD leaves out; undefined where the server does not say. */
  readonly length: number | undefined;
  /** As whom the server took the request. */
  readonly user: string | undefined;
  /** The whole of it; empty where a stream was asked for. */
  readonly text: string;
  /** Where one was asked for. */
  readonly stream: Readable | undefined;
}

type Connecting = Omit<ConnectionsOptions, "timeoutMs" | "tls">;

export interface TransportOptions extends Connecting {
  /** Up to and with the version, like `https://ws-uv.canfar.net/skaha/v1`. */
  readonly server: string;
  readonly credentials: Credentials;
  /** Milliseconds without an answer after which a request counts as lost. @default 60_000 */
  readonly timeoutMs?: number | undefined;
  /** Told of each request that has had no answer for two seconds. */
  readonly onSilent?: (() => void) | undefined;
  /** What errors call the service. @default "Skaha" */
  readonly name?: string;
  /** What names the URL of a service whose URL has no version, for errors. */
  readonly settings?: string;
  /** Whether answers may send elsewhere; only the same origin is told who asks. @default false */
  readonly followsRedirects?: boolean;
}

const usualTimeoutMs = 60_000;
const silentMs = 2_000;
const mostRedirects = 5;

/** Who asks where nobody is to be told. */
const anonymous: Credential = { source: "no credential", renewal: "", headers: {} };

/** @returns a function that sends, and throws for every answer but a 2xx and what {@link Request.isAnswer} takes */
export function transport(options: TransportOptions): (wanted: Request) => Promise<Answer> {
  const { server, credentials, name = "Skaha", settings } = options;
  // A certificate is part of the connection: each credential has connections of its own.
  const pools = new Map<Credential, Exchange>();
  const exchangeAs = (credential: Credential) => {
    const { timeoutMs = usualTimeoutMs } = options;
    const known = pools.get(credential) ?? connect({ ...options, timeoutMs, tls: credential.tls });
    pools.set(credential, known);
    return known;
  };

  async function attempt(
    wanted: Request,
    credential: Credential,
    url = `${server}${wanted.path}`,
    redirects = 0,
  ): Promise<Answered> {
    const answer = await attemptOne(wanted, credential, url);
    if (!options.followsRedirects || redirects === mostRedirects) return answer;
    const next = redirectOf(answer, url, wanted.what, name);
    if (next === undefined) return answer;
    const isSameOrigin = next.origin === new URL(server).origin;
    return attempt(wanted, isSameOrigin ? credential : anonymous, next.href, redirects + 1);
  }

  async function attemptOne(
    wanted: Request,
    credential: Credential,
    url: string,
  ): Promise<Answered> {
    const { what, method, form, body, headers, isAskedOnce = false, isStreamed = false } = wanted;
    const silence = options.onSilent && setTimeout(options.onSilent, silentMs);
    try {
      return await exchangeAs(credential)({
        url,
        method,
        headers: {
          ...credential.headers,
          accept: "application/json, text/plain",
          ...(form && { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" }),
          ...headers,
        },
        body: form ?? body ?? null,
        // A repeated create would start a second session.
        isRepeated: method !== "POST" && !isAskedOnce,
        isStreamed,
      });
    } catch (error) {
      const where = url.startsWith(server) ? url : new URL(url).origin;
      throw noAnswer(what, `${method} ${where}`, error, method === "POST", name);
    } finally {
      clearTimeout(silence);
    }
  }

  return async (wanted) => {
    let credential = await credentials.current();
    let answer = await attempt(wanted, credential);
    const renewed = isNotLoggedIn(answer) ? await credentials.renewed(credential) : undefined;
    if (renewed) {
      credential = renewed;
      answer = await attempt(wanted, credential); // refused before anything was done: safe also for POST
    }
    const { statusCode, text } = answer;
    const isGood = statusCode >= 200 && statusCode < 300;
    if (isGood || wanted.isAnswer?.(statusCode, text)) return answerOf(answer);
    const proofs = Object.values({ ...credential.headers, ...wanted.headers });
    const shown = proofs.map((value) => value.replace("Bearer ", ""));
    const words = masked(text, [...(wanted.secrets ?? []), ...shown]);
    throw refusal(wanted, { server, name, settings }, answer, words, credential);
  };
}

/**
 * Where an answer sends to; undefined where it is no redirect.
 * @throws SkahaError where it sends to another protocol than https: what it leads to may hold a password of its own,
 * and it may lead anywhere
 */
function redirectOf(answer: Answered, url: string, what: string, name: string): URL | undefined {
  const { location } = answer.headers;
  const isRedirect = answer.statusCode >= 300 && answer.statusCode < 400;
  if (!isRedirect || typeof location !== "string") return undefined;
  const next = URL.parse(location, url);
  if (next && [new URL(url).protocol, "https:"].includes(next.protocol)) return next;
  const where = next ? `${next.protocol}//${next.host}` : quoted(location);
  throw new SkahaError(
    `could not ${what}: ${name} sends to ${plainText(where)}, which is not followed: it is no https`,
    answer.statusCode,
  );
}

function answerOf({ statusCode, headers, text, stream }: Answered): Answer {
  const user = headers["x-vo-authenticated"];
  return {
    status: statusCode,
    contentType: headers["content-type"]?.toLowerCase(),
    length: headers["content-length"] === undefined ? undefined : Number(headers["content-length"]),
    user: typeof user === "string" && user ? plainText(user) : undefined,
    text,
    stream,
  };
}

/** A request's failure for want of an answer; a POST may have been carried out nevertheless. */
export function noAnswer(
  what: string,
  where: string,
  error: unknown,
  isPost: boolean,
  name = "Skaha",
): Error {
  if (error instanceof SkahaError) return error;
  const code = (error as { code?: unknown }).code;
  const isProxys = error instanceof Error && error.name === "ProxyError"; // its file is loaded only where there is one
  const reason =
    typeof code === "string" && !isProxys ? `${code}, ${messageOf(error)}` : messageOf(error);
  const neverArrived =
    isProxys ||
    (typeof code === "string" &&
      ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(code));
  const isUnclear = isPost && !neverArrived;
  const text = `${isUnclear ? "tried to" : "could not"} ${what}: no answer from ${name} (${reason}): ${where}`;
  return isUnclear
    ? new UnclearAnswerError(text, true, undefined, undefined, { cause: error })
    : new SkahaError(
        `${text}; see whether it can be reached from here, then run the command again`,
        undefined,
        { cause: error },
      );
}

function refusal(
  { what, method, path }: Request,
  { server, name, settings }: { server: string; name: string; settings: string | undefined },
  answered: Answered,
  text: string,
  credential: Credential,
): Error {
  const { statusCode: status, headers } = answered;
  const help = remedy({ method, path }, answered, { server, settings }, text, credential);
  const isUnclear = !isRefused(status) && method === "POST" && !saysItFailed(text);
  const message = `${isUnclear ? "tried to" : "could not"} ${what}: ${name} answered ${status}: ${quoted(text)}${help}`;
  if (isNotLoggedIn(answered)) return new NotLoggedInError(message, status);
  if (isElsewhere(status, text, settings)) return new NothingServedError(message, status);
  if (isRefused(status) || method !== "POST") return new SkahaError(message, status);
  const seconds = Number(headers["retry-after"]);
  return new UnclearAnswerError(
    message,
    isUnclear,
    Number.isFinite(seconds) ? seconds * 1000 : undefined,
    status,
  );
}

function remedy(
  { method, path }: Pick<Request, "method" | "path">,
  answered: Answered,
  { server, settings }: { server: string; settings: string | undefined },
  text: string,
  credential: Credential,
): string {
  const { statusCode: status } = answered;
  const isLaunch = method === "POST" && path === "/session";
  if (isNotLoggedIn(answered) || /anonymous/.test(text)) {
    return `; ${server} does not accept ${credential.source}: ${credential.renewal}`;
  }
  if (status === 403) {
    return `; the user of ${credential.source} may not do this on ${server}: ask its operators for access`;
  }
  if (isElsewhere(status, text, settings)) {
    if (settings !== undefined) return `; nothing is served at ${server}: see ${settings}`;
    const right = /\/v\d+$/.test(server)
      ? server.replace(/\/v\d+$/, /\/v1$/.test(server) ? "/v0" : "/v1")
      : `${server}/v1`;
    return `; there is no Skaha API at ${server}: perhaps it is ${right} (current servers have /v1, those before 2025 /v0)`;
  }
  if (isRefused(status)) {
    return isLaunch ? "; correct what it names, then run the command again" : "";
  }
  if (method !== "POST") return "; run the command again in a while";
  // Whoever posted looks whether it took effect, and says how to go on.
  return saysItFailed(text) ? "; if it comes again, show the server's operators these words" : "";
}

/** The services take a credential that they do not know for none, and tell who asked where they know it. */
function isNotLoggedIn({ statusCode, headers }: Answered): boolean {
  const isNobody =
    headers["www-authenticate"] !== undefined && headers["x-vo-authenticated"] === undefined;
  return statusCode === 401 || (statusCode === 403 && isNobody);
}

/**
 * A web server's own page, or what reverse proxies say of a path that they know nothing behind; of a service whose 404s
 * are answers (`isAnswer`), every other one.
 */
function isElsewhere(status: number, text: string, settings: string | undefined): boolean {
  if (status === 404 && settings !== undefined) return true;
  return status === 404 && /^\s*(<|404 page not found|default backend)/i.test(text);
}

/** For good: after a time-out (408), and too many requests at a time (429), the same may be asked again. */
function isRefused(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429;
}

/** In so many words, on this very request: the same would come back. */
function saysItFailed(text: string): boolean {
  return text.startsWith("unexpected exception");
}

function masked(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length > 1)
    .reduce((hidden, secret) => hidden.replaceAll(secret, "[secret]"), text);
}

/** A server's words on one line, without anything a terminal would obey, at most 500 characters. */
export function quoted(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  const plain = withoutControls(title ?? text, () => " ")
    .replace(/\s+/g, " ")
    .trim()
    .toWellFormed();
  return JSON.stringify(plain.length > 500 ? `${plain.slice(0, 500)} ...` : plain);
}
