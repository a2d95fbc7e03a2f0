// What a process has to know to reach anything from here: proxies, and the certificates of those who look into
// TLS. A child that is started with an environment of its own gets at least these.

const variables = [
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["grpc_proxy", "no_grpc_proxy"],
  // Of Node, of what uses OpenSSL or Go, of curl, of Python and of git.
  ...["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "NODE_USE_ENV_PROXY"],
  ...[
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
  ],
  // Where npm gets packages, where that is not set in the user's own .npmrc.
  ...["npm_config_registry", "npm_config_cafile", "NPM_CONFIG_REGISTRY", "NPM_CONFIG_CAFILE"],
];

/** The part of an environment without which nothing may be reached. */
export function networkEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    variables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/** In this order `@grpc/grpc-js` looks for a proxy (its http_proxy.js); in upper case it knows none. */
const proxiesOfGrpc = ["grpc_proxy", "https_proxy", "http_proxy"];
const loopback = ["127.0.0.1", "localhost", "::1"];

/** @returns the variable by which a program's calls to Pulumi's engine, on this machine, go to a proxy */
export function grpcProxyVariable(env: NodeJS.ProcessEnv): string | undefined {
  const variable = proxiesOfGrpc.find((name) => env[name]);
  return exceptions(env).includes("127.0.0.1") ? undefined : variable;
}

/**
 * `no_grpc_proxy` for what starts Pulumi: its engine, the program and the provider call each other on this machine,
 * and behind a proxy none of them is found. What the user has set stays in it.
 * @returns nothing where no proxy is in the way
 */
export function grpcWithoutProxy(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (grpcProxyVariable(env) === undefined) return {};
  return { no_grpc_proxy: [...new Set([...exceptions(env), ...loopback])].join(",") };
}

/** Where it is empty, `no_proxy` counts. */
function exceptions({ no_grpc_proxy, no_proxy }: NodeJS.ProcessEnv): string[] {
  return (no_grpc_proxy || no_proxy || "").split(",").filter((one) => one !== "");
}
