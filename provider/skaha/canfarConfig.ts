// The configuration file of the canfar Python client, `~/.canfar/config.yaml`, so that whoever is logged
// in there is logged in here. Two layouts are about: since 2026 (`version: 1`, and `version: 2` of 1.5, with
// `authentication` and `servers`), and before (`contexts`, each with its server). Source: opencadc/canfar, canfar/models;
// test/fixtures/canfar has files that each version wrote.
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { messageOf } from "../errors";
import { issueText } from "../text/issueText";

export interface CanfarConfig {
  readonly file: string;
  /** The active way to log in. */
  readonly login?:
    | { readonly certificate: string }
    | { readonly token: string; readonly expires?: Date }
    | undefined;
  /** The active server's API, up to and with the version. */
  readonly server?: string | undefined;
  readonly registry?: { readonly username: string; readonly secret: string } | undefined;
}

const text = z.string().nullish();
const server = z.looseObject({ url: text, version: text });
const login = z.looseObject({
  mode: text,
  path: text,
  token: z.union([z.string(), z.looseObject({ access: text })]).nullish(),
  expiry: z.union([z.number(), z.looseObject({ access: z.number().nullish() })]).nullish(),
});
const registry = z.looseObject({ username: text, secret: text });

const current = z.looseObject({
  active: z.looseObject({ authentication: text, server: text }),
  authentication: z.record(z.string(), login).default({}),
  servers: z.record(z.string(), server).default({}),
  registry: registry.nullish(),
});
const older = z.looseObject({
  active: z.string(),
  contexts: z.record(z.string(), login.extend({ server: server.nullish() })),
  registry: registry.nullish(),
});

/**
 * @returns undefined where there is no such file
 * @throws an error that names the file, if it is there and cannot be read
 */
export function readCanfarConfig(home: string): CanfarConfig | undefined {
  const file = path.join(home, ".canfar", "config.yaml");
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw new Error(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return parseCanfarConfig(file, content, home);
}

export function parseCanfarConfig(file: string, content: string, home: string): CanfarConfig {
  // Loaded only where there is such a file: each provider's process begins sooner without.
  const { parse } = require("yaml") as typeof import("yaml");
  let data: unknown;
  try {
    data = parse(content, { logLevel: "error" }) ?? {}; // a warning would print lines of the file
  } catch (error) {
    throw new Error(`${file} is not YAML: ${messageOf(error).split("\n")[0]}`, { cause: error });
  }
  const isOlder = typeof data === "object" && data !== null && "contexts" in data;
  const parsed = isOlder ? older.safeParse(data) : current.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(
      `${file} is not as the canfar client writes it, at ${issue?.path.join(".") || "its top"}: it ${issue && issueText(issue)}; log in again with \`canfar login\`, or set CANFAR_TOKEN`,
    );
  }
  const found =
    "contexts" in parsed.data
      ? ofOlder(parsed.data as z.infer<typeof older>)
      : ofCurrent(parsed.data as z.infer<typeof current>);
  return {
    file,
    login: loginOf(found.login, home),
    server: urlOf(found.server),
    registry: registryOf(parsed.data.registry),
  };
}

function ofCurrent({ active, authentication, servers }: z.infer<typeof current>) {
  return {
    login: authentication[active.authentication ?? ""],
    server: servers[active.server ?? ""],
  };
}

function ofOlder({ active, contexts }: z.infer<typeof older>) {
  const context = contexts[active];
  return { login: context, server: context?.server };
}

function loginOf(found: z.infer<typeof login> | undefined, home: string): CanfarConfig["login"] {
  const token = typeof found?.token === "string" ? found.token : found?.token?.access;
  const seconds = typeof found?.expiry === "object" ? found.expiry?.access : undefined;
  if (token) return { token, ...(seconds && { expires: new Date(seconds * 1000) }) };
  return found?.path ? { certificate: found.path.replace(/^~(?=\/)/, () => home) } : undefined;
}

/** The client keeps the version apart; some users paste it into the URL. */
function urlOf(found: z.infer<typeof server> | null | undefined): string | undefined {
  if (!found?.url) return undefined;
  const url = found.url.replace(/\/+$/, "");
  return /\/v\d+$/.test(url) ? url : `${url}/${found.version ?? "v1"}`;
}

function registryOf(found: z.infer<typeof registry> | null | undefined) {
  const { username, secret } = found ?? {};
  return username && secret ? { username, secret } : undefined;
}
