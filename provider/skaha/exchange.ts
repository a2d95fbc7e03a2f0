// One request over HTTP and its answer, read whole or as a stream. Where it goes, who asks and what an answer
// means is `transport.ts`'s.
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { noProxies, type Proxies, type ProxyServer, proxyBefore } from "./proxies";

// All of undici (fetch, WebSocket, caches) takes twice as long to load, and each run waits for it.
const Agent = require("undici/lib/dispatcher/agent") as typeof import("undici").Agent;
const retry = require("undici/lib/interceptor/retry") as typeof import("undici").interceptors.retry;

export interface ExchangeRequest {
  readonly url: string;
  readonly method: "GET" | "HEAD" | "POST" | "DELETE" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** Sent again where it failed for want of an answer, or with one that may be another the next time. */
  readonly isRepeated: boolean;
  /** A 2xx is answered at once, with a stream instead of a text. */
  readonly isStreamed: boolean;
}

export interface Answered {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** The whole of it; empty where it is a stream. */
  readonly text: string;
  readonly stream: Readable | undefined;
}

/** With a server that cannot be reached. */
export interface Patience {
  /**
   * Whether it is asked again for some seconds: its outage may be short. What was begun and broke off is asked again
   * in any case. @default true
   */
  readonly isPatient?: boolean | undefined;
  /** Told each time that it is to be asked again. */
  readonly onUnreached?: ((error: NodeJS.ErrnoException) => void) | undefined;
}

export interface ConnectionsOptions extends Patience {
  /** How many at a time. */
  readonly concurrency: number;
  /** Milliseconds without an answer after which a request counts as lost. */
  readonly timeoutMs: number;
  /** Milliseconds without a connection after which there is none. @default {@link timeoutMs}, at most 20_000 */
  readonly connectMs?: number | undefined;
  /** PEM: a client's certificate. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** @default none */
  readonly proxies?: Proxies | undefined;
}

/** @returns rejects where no answer comes, or where it breaks off, is too long, or might never end */
export type Exchange = (asked: ExchangeRequest) => Promise<Answered>;

/** No list is longer; what goes on and on is no answer. */
const largestTextBytes = 64 * 1024 * 1024;
/** So many times {@link ConnectionsOptions.timeoutMs} a text may take in all, if only it comes at all. */
const longestTextTimeouts = 5;

export function connect(options: ConnectionsOptions): Exchange {
  const routes = new Map<string, Route>();
  const routeTo = (url: URL) => {
    const proxy = proxyBefore(url, options.proxies ?? noProxies);
    const key = proxy?.url.href ?? "direct";
    const route = routes.get(key) ?? routeBy(dispatcherOf(proxy, options));
    routes.set(key, route);
    return route;
  };
  const longestMs = options.timeoutMs * longestTextTimeouts;
  const ask: Exchange = ({ url, method, headers, body, isRepeated, isStreamed }) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      const { once, repeating } = routeTo(target);
      const path = target.pathname + target.search;
      (isRepeated ? repeating : once).dispatch(
        { origin: target.origin, path, method, headers, body },
        new Reading(isStreamed, longestMs, resolve, reject),
      );
    });
  const { isPatient = true, onUnreached } = options;
  return (asked) =>
    isPatient && asked.isRepeated ? patiently(() => ask(asked), onUnreached) : ask(asked);
}

/** The system's words for a server that nothing was sent to: its name is not known, or nobody listens there. */
const unreached = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH"],
]);
const unreachedWaitsMs = [500, 1_000, 2_000, 4_000];

async function patiently(
  ask: () => Promise<Answered>,
  onUnreached: Patience["onUnreached"],
): Promise<Answered> {
  for (const waitMs of unreachedWaitsMs) {
    try {
      return await ask();
    } catch (error) {
      if (!unreached.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      onUnreached?.(error as NodeJS.ErrnoException);
      await sleep(waitMs);
    }
  }
  return ask();
}

/** One way to servers: as it is, and with what fails sent again. */
interface Route {
  readonly once: Dispatcher;
  readonly repeating: Dispatcher;
}

function routeBy(once: Dispatcher): Route {
  const repeated = {
    methods: ["GET", "HEAD", "DELETE", "PUT"] as Dispatcher.HttpMethod[],
    maxRetries: 4,
    maxTimeout: 5_000,
    errorCodes: ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"], // for the others see `patiently`
    throwOnError: false,
  };
  return { once, repeating: once.compose(retry(repeated)) };
}

function dispatcherOf(proxy: ProxyServer | undefined, options: ConnectionsOptions): Dispatcher {
  const { concurrency, timeoutMs, tls } = options;
  const connectMs = options.connectMs ?? Math.min(timeoutMs, 20_000);
  const usual = {
    connections: concurrency,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: connectMs, ...tls },
  };
  if (proxy === undefined) return new Agent(usual);
  // Loaded only where there is a proxy: each provider's process begins sooner without.
  const { throughProxy } = require("./tunnel") as typeof import("./tunnel");
  return throughProxy(proxy, {
    ...usual,
    except: options.proxies?.except ?? "",
    connectMs,
    tls: tls ?? {},
  });
}

/** What undici calls as an answer comes; lighter than a stream for each, of which there are thousands. */
class Reading implements Dispatcher.DispatchHandler {
  #statusCode = 0;
  #headers: IncomingHttpHeaders = {};
  #stream: Readable | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #begunAt = 0;

  constructor(
    private readonly isStreamed: boolean,
    private readonly longestMs: number,
    private readonly resolve: (answered: Answered) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  onRequestStart(): void {}

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (statusCode < 200) return; // the answer is still to come
    this.#statusCode = statusCode;
    this.#headers = headers;
    this.#begunAt = performance.now();
    if (!this.isStreamed || statusCode >= 300) return;
    this.#stream = streamOf(controller);
    this.#answer("");
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stream) {
      if (!this.#stream.push(chunk)) controller.pause();
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > largestTextBytes) {
      controller.abort(new Error(`it is longer than ${largestTextBytes} bytes`));
    } else if (performance.now() - this.#begunAt > this.longestMs) {
      controller.abort(new Error(`it took longer than ${this.longestMs / 1000} s`));
    }
  }

  onResponseEnd(): void {
    if (this.#stream) this.#stream.push(null);
    else this.#answer(new TextDecoder().decode(Buffer.concat(this.#chunks)));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#stream?.destroy(error);
    this.reject(error);
  }

  #answer(text: string): void {
    this.resolve({
      statusCode: this.#statusCode,
      headers: this.#headers,
      text,
      stream: this.#stream,
    });
  }
}

/** Its reader sets the pace; one that is not read to its end gives up its connection. */
function streamOf(controller: Dispatcher.DispatchController): Readable {
  const stream = new Readable({
    read: () => controller.resume(),
    destroy(error, done) {
      if (!this.readableEnded) controller.abort(error ?? new Error("nobody reads on"));
      done(error);
    },
  });
  // It may break off before anybody reads: whoever does is told then, and without this the process would end.
  return stream.on("error", () => {});
}
