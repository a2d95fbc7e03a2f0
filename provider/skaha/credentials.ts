// Who the provider is to Skaha. Sources are asked in one order, at run time, and again once when the
// server says 401; what is found is never part of inputs, logs or errors, which name the source only.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "shell-quote";
import { messageOf } from "../errors";
import { expandHome } from "../homePath";
import type { CanfarConfig } from "./canfarConfig";
import { readCertificate } from "./certificate";

export interface Credential {
  /** Where it was found, as a sentence names it: `the token in CANFAR_TOKEN`. */
  readonly source: string;
  /** What to do when it is not accepted any more. */
  readonly renewal: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly expires?: Date | undefined;
}

export interface Credentials {
  /** The credential of this run, read at the first call. */
  current(): Promise<Credential>;
  /**
   * Reads all sources again, once for the whole run.
   * @param refused the credential that the server answered 401 to
   * @returns another one; undefined if there is none
   */
  renewed(refused: Credential): Promise<Credential | undefined>;
}

export interface CredentialSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** What a relative certificate or command starts from. */
  readonly folder: string;
  /** The stack's `skaha:tokenCommand`. */
  readonly tokenCommand: string | undefined;
  readonly canfarConfig: () => CanfarConfig | undefined;
  /** The stack's `skaha:token`: last, because refresh and destroy get it as it was at the last `up`. */
  readonly stackToken: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const tokenCommandTimeoutMs = 60_000;
const login = "log in again with `canfar login`";

export function credentialsFrom(sources: CredentialSources): Credentials {
  let current: Promise<Credential> | undefined;
  let renewal: { refused: Credential; fresh: Promise<Credential | undefined> } | undefined;
  const again = async (refused: Credential) => {
    current = find(sources);
    const fresh = await current;
    return isSame(fresh, refused) ? undefined : fresh;
  };
  return {
    current() {
      current ??= find(sources);
      return current;
    },
    async renewed(refused) {
      // Many requests may be refused at once: they share the one renewal.
      renewal ??= { refused, fresh: again(refused) };
      return renewal.refused === refused ? renewal.fresh : undefined;
    },
  };
}

/** Has the token of a provider that a program makes: it counts before all that is about the stack. */
export const providerToken = "PULUMI_SKAHA_PROVIDER_TOKEN";

/**
 * The first source that has something, in this order: `CANFAR_TOKEN`, `CANFAR_CERTIFICATE`,
 * `skaha:tokenCommand`, the canfar client's configuration, `~/.ssl/cadcproxy.pem`, `skaha:token`.
 * What was named on purpose must do; what merely lies about is passed over when it has expired.
 */
async function find(sources: CredentialSources): Promise<Credential> {
  const { env, home, folder, tokenCommand, stackToken, now } = sources;
  const own = env[providerToken]?.trim();
  if (own) {
    return unexpired(token(own, "the provider's token", "give the provider a fresh token"), now());
  }
  if (env.CANFAR_TOKEN?.trim()) {
    return unexpired(token(env.CANFAR_TOKEN, "CANFAR_TOKEN", "set it to a fresh token"), now());
  }
  if (env.CANFAR_CERTIFICATE?.trim()) {
    const file = path.resolve(folder, expandHome(env.CANFAR_CERTIFICATE.trim(), home));
    return unexpired(await certificate(file, "in CANFAR_CERTIFICATE"), now());
  }
  if (tokenCommand?.trim())
    return unexpired(await fromCommand(tokenCommand.trim(), sources), now());

  const problems: string[] = [];
  for (const source of [fromCanfarConfig, fromDefaultCertificate]) {
    try {
      const found = await source(sources);
      if (found) return unexpired(found, now());
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  if (stackToken?.trim()) {
    const renewal =
      "run `npx pulumi-skaha pulumi config set --secret skaha:token TOKEN`, then once `npx pulumi-skaha up --refresh=false` (a refresh has the configuration of the last `up`), or set CANFAR_TOKEN";
    return unexpired(token(stackToken, "the stack's skaha:token", renewal), now());
  }
  if (problems.length > 0) throw new Error(problems.join("; "));
  throw new Error(
    `no credentials for Skaha were found: set CANFAR_TOKEN, log in with \`canfar login\`, get a certificate with \`cadc-get-cert\` (${path.join(home, ".ssl", "cadcproxy.pem")}), or run \`npx pulumi-skaha pulumi config set --secret skaha:token TOKEN\``,
  );
}

async function fromCanfarConfig({ canfarConfig, home }: CredentialSources) {
  const config = canfarConfig();
  if (!config?.login) return undefined;
  if ("token" in config.login) {
    const { token: text, expires } = config.login;
    return { ...token(text, config.file, login), ...(expires && { expires }) };
  }
  const isDefault = config.login.certificate === defaultCertificate(home);
  return isDefault ? undefined : certificate(config.login.certificate, `named by ${config.file}`);
}

async function fromDefaultCertificate({ home }: CredentialSources) {
  const file = defaultCertificate(home);
  try {
    return await certificate(file, "");
  } catch (error) {
    const cause =
      error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    if (cause?.code === "ENOENT") return undefined;
    throw error;
  }
}

function defaultCertificate(home: string): string {
  return path.join(home, ".ssl", "cadcproxy.pem");
}

function token(text: string, where: string, renewal: string): Credential {
  const trimmed = text.trim();
  if (/^(authorization:\s*)?bearer\b/i.test(trimmed)) {
    throw new Error(
      `the token in ${where} begins with "Bearer": leave that word out, because it is added to each request`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\s\u0000-\u001f\u007f-\uffff]/.test(trimmed)) {
    throw new Error(
      `the token in ${where} holds a space or a character that no token has: ${renewal}`,
    );
  }
  return {
    source: `the token in ${where}`,
    renewal,
    headers: { authorization: `Bearer ${trimmed}` },
    expires: expiryOf(trimmed),
  };
}

async function certificate(file: string, where: string): Promise<Credential> {
  const source = `the certificate ${file}${where && ` ${where}`}`;
  const renewal = "get a new one with `cadc-get-cert` or `canfar login`";
  let pem: string;
  try {
    pem = await readFile(file, "utf8");
  } catch (error) {
    throw new Error(`${source} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  try {
    const { cert, key, expires } = readCertificate(pem, file);
    return { source, renewal, headers: {}, tls: { cert, key }, expires };
  } catch (error) {
    throw new Error(`${source} ${messageOf(error)}; or ${renewal}`, { cause: error });
  }
}

/** Like kubectl's exec plugins: a program of the user's prints a token. */
async function fromCommand(
  line: string,
  { folder, home }: Pick<CredentialSources, "folder" | "home">,
): Promise<Credential> {
  // A variable is refused, not dropped.
  const words = parse(line, (name) => ({ op: `$${name}` })).map((word) =>
    typeof word === "string" ? expandHome(word, home) : word,
  );
  const [command, ...args] = words.filter((word): word is string => typeof word === "string");
  if (command === undefined || args.length + 1 !== words.length) {
    throw new Error(
      `skaha:tokenCommand ${JSON.stringify(line)} is run by no shell: name a program and its arguments`,
    );
  }
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: folder,
      timeout: tokenCommandTimeoutMs,
    });
    if (stdout.trim() === "") throw new Error("it printed nothing");
    return token(
      stdout,
      `what skaha:tokenCommand (${command}) prints`,
      "see why the command gives an old one",
    );
  } catch (error) {
    const stderr = (error as { stderr?: unknown }).stderr;
    const said =
      typeof stderr === "string" && stderr.trim() ? stderr.trim().slice(-500) : messageOf(error);
    throw new Error(`skaha:tokenCommand (${command}) gave no token: ${said}`, { cause: error });
  }
}

function unexpired(credential: Credential, now: number): Credential {
  const { expires, source, renewal } = credential;
  if (expires && expires.getTime() <= now) {
    throw new Error(`${source} expired on ${expires.toISOString()}: ${renewal}`);
  }
  return credential;
}

/** The `exp` of a JSON Web Token; other tokens do not tell. */
function expiryOf(jwt: string): Date | undefined {
  const [, payload, signature] = jwt.split(".");
  if (!payload || signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp?: unknown };
    return typeof exp === "number" ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined; // not a JSON Web Token after all
  }
}

function isSame(a: Credential, b: Credential): boolean {
  return a.headers.authorization === b.headers.authorization && a.tls?.cert === b.tls?.cert;
}
