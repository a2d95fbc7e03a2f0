// Requests through a proxy, by a tunnel (CONNECT) also where the server's URL is `http:`: in the other way, in
// which the proxy is told the whole URL, undici (8.12) knows neither our time limits nor our number of connections.
import type { Dispatcher } from "undici";
import { messageOf } from "../errors";
import { isLoopback, type ProxyServer, shownProxy } from "./proxies";

const EnvHttpProxyAgent =
  require("undici/lib/dispatcher/env-http-proxy-agent") as typeof import("undici").EnvHttpProxyAgent;
const Pool = require("undici/lib/dispatcher/pool") as typeof import("undici").Pool;
/** What undici's index makes a method of all dispatchers; they are loaded without it here. */
const openTunnel = require("undici/lib/api/api-connect") as (
  this: Dispatcher,
  options: Dispatcher.ConnectOptions,
) => Promise<Dispatcher.ConnectData>;

/** The proxy refused, or could not be reached: the server was not told of the request. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  constructor(
    message: string,
    /** Tells whether it is worth while to ask again. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface TunnelOptions {
  readonly connections: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly connect: { readonly timeout: number };
  /** `NO_PROXY`: hosts that are asked without it. */
  readonly except: string;
  readonly connectMs: number;
  /** PEM: a client's certificate, for the server, not for the proxy. */
  readonly tls: { readonly cert?: string; readonly key?: string };
}

export function throughProxy(proxy: ProxyServer, options: TunnelOptions): Dispatcher {
  const { except, connectMs, tls, ...usual } = options;
  const { connections, headersTimeout, bodyTimeout } = usual;
  const isSocks = proxy.url.protocol.startsWith("socks");
  const agent = new EnvHttpProxyAgent({
    ...usual,
    httpProxy: proxy.url.href,
    httpsProxy: proxy.url.href,
    noProxy: except,
    proxyTunnel: true,
    requestTls: { ...tls, timeout: connectMs },
    connectTimeout: connectMs,
    // With any such options undici speaks TLS to a SOCKS proxy, which knows none.
    ...(!isSocks && { proxyTls: { timeout: connectMs } }),
    clientFactory: (origin, given) => new ProxyPool(origin, { ...given, headersTimeout }, proxy),
  });
  if (!isSocks) return agent;
  // It makes its connections by what the request says.
  const limits = { connections, headersTimeout, bodyTimeout };
  return agent.compose((dispatch) => (one, handler) => dispatch({ ...one, ...limits }, handler));
}

/** @param where the server, as CONNECT has it: host and port */
function wayRound(where: string): string {
  const host = where.replace(/:\d+$/, "");
  return isLoopback(host)
    ? `: ${host} is this machine, so name it in NO_PROXY`
    : `: if ${host} can be reached without it, name that host in NO_PROXY, else ask who runs the proxy`;
}

/** Connections to the proxy, whose failures name it. */
class ProxyPool extends Pool {
  constructor(
    origin: URL,
    options: object,
    private readonly proxy: ProxyServer,
  ) {
    super(origin, options);
  }

  // Its other form, with a callback, is not called by undici's agent.
  override connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  override connect(options: Dispatcher.ConnectOptions, callback: never): void;
  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    let answer: Dispatcher.ConnectData;
    try {
      answer = await openTunnel.call(this, options);
    } catch (error) {
      throw this.#unreached(error, options.path);
    }
    if (answer.statusCode === 200) return answer;
    answer.socket.on("error", () => {}).destroy();
    throw this.#refused(answer.statusCode, options.path);
  }

  #unreached(error: unknown, where: string): ProxyError {
    const { code } = error as { code?: unknown };
    const reason = `${shownProxy(this.proxy)} cannot be reached: ${messageOf(error)}${wayRound(where)}`;
    // For undici a socket's error would be one of a tunnel that stands already, and it would go on for ever.
    const isSockets = typeof code !== "string" || code === "UND_ERR_SOCKET";
    return new ProxyError(reason, isSockets ? "ECONNRESET" : code, { cause: error });
  }

  #refused(status: number, where: string): ProxyError {
    const { variable } = this.proxy;
    const help =
      status === 407
        ? `: it wants a user and a password, which ${variable} can hold as http://USER:PASSWORD@HOST:PORT`
        : wayRound(where);
    const isPassing = status === 502 || status === 503 || status === 504;
    const reason = `${shownProxy(this.proxy)} answered ${status} to CONNECT ${where}${help}`;
    return new ProxyError(reason, isPassing ? "ECONNRESET" : "UND_ERR_PROXY");
  }
}
