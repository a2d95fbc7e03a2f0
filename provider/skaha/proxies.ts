// Which proxy stands between this machine and a server, by the variables that curl, git and npm read too. How
// a request goes through one is `exchange.ts`'s and undici's.

/** A proxy, and the variable that names it. */
export interface ProxyServer {
  readonly url: URL;
  readonly variable: string;
}

export interface Proxies {
  /** For `https:` servers. */
  readonly https: ProxyServer | undefined;
  /** For `http:` servers. */
  readonly http: ProxyServer | undefined;
  /** `NO_PROXY` as it is written: hosts that are asked without a proxy. */
  readonly except: string;
}

export const noProxies: Proxies = { https: undefined, http: undefined, except: "" };

/** What undici can speak to. `socks5h` is curl's word for what its `socks5:` does: the proxy looks the name up. */
const schemes = ["http:", "https:", "socks5:", "socks5h:", "socks:"];

/**
 * Lower case goes first, as with curl, and an empty value is none. Unlike with undici alone, `http_proxy` is not
 * for `https:` servers, which is so with curl, Go and Python too.
 * @throws an error that names the variable whose value is no proxy
 */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): Proxies {
  return {
    https: proxyIn(env, ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
    http: proxyIn(env, ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
    except: env.no_proxy ?? env.NO_PROXY ?? "",
  };
}

/**
 * The proxy that may stand before a URL, `NO_PROXY` aside. A server on this machine is asked through a proxy on
 * this machine only: another would be told the token in the clear, and would ask its own machine.
 */
export function proxyBefore(url: URL, proxies: Proxies): ProxyServer | undefined {
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  return proxy && isLoopback(url.hostname) && !isLoopback(proxy.url.hostname) ? undefined : proxy;
}

/** As a sentence may name it: without a password. */
export function shownProxy({ url, variable }: ProxyServer): string {
  return `the proxy ${url.protocol}//${url.host} (${variable})`;
}

/** @param host as in a URL */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function proxyIn(
  env: Readonly<Record<string, string | undefined>>,
  variables: readonly string[],
): ProxyServer | undefined {
  const variable = variables.find((name) => env[name] !== undefined);
  const text = variable === undefined ? "" : (env[variable]?.trim() ?? "");
  if (variable === undefined || text === "") return undefined;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (!url?.hostname || !schemes.includes(url.protocol)) {
    throw new Error(
      `${variable} names no proxy that can be used: write it like http://proxy.example.org:3128, or unset it`,
    );
  }
  if (url.protocol === "socks5h:") return { url: new URL(url.href.replace("h:", ":")), variable };
  return { url, variable };
}
