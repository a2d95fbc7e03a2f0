// Skaha over HTTP: one method for each request that the provider makes. Answers are parsed here or
// refused; what they mean for a job is judged elsewhere.
import { Agent, type Dispatcher, interceptors, request } from "undici";
import type { z } from "zod";
import { type Session, sessionListSchema } from "../api";
import { messageOf, SkahaError, UnclearAnswerError } from "../errors";
import type { Credentials } from "./credentials";
import { encodeCommand, encodeWord } from "./encoding";

/** What one POST asks for. Words are what the process shall see: the client encodes them. */
export interface Launch {
  /** The session's name, at most 63 characters of [a-z0-9-]. */
  readonly name: string;
  readonly image: string;
  /** Undefined runs the image's own entrypoint. */
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cores?: number | undefined;
  /** GiB. */
  readonly ram?: number | undefined;
  readonly gpus?: number | undefined;
  readonly registryAuth?: { readonly username: string; readonly secret: string } | undefined;
  /** Values that no error may repeat, even where the server's own words do. */
  readonly secrets: readonly string[];
}

/** All headless sessions of one user, as one answer showed them. */
export interface Listing {
  /** Whose sessions these are: the answer's `x-vo-authenticated`; undefined if the server does not say. */
  readonly user: string | undefined;
  readonly sessions: readonly Session[];
}

export interface SkahaClient {
  readonly server: string;
  list(): Promise<Listing>;
  /**
   * @returns the id of the new session
   * @throws UnclearAnswerError if the session may exist nevertheless; SkahaError if it cannot
   */
  create(launch: Launch): Promise<string>;
  /** Asks to cancel a session; the server says 200 whatever happens. */
  cancel(sessionId: string): Promise<void>;
}

export interface ClientOptions {
  /** Up to and with the version, like `https://ws-uv.canfar.net/skaha/v1`. */
  readonly server: string;
  readonly credentials: Credentials;
  /** Connections at a time. */
  readonly concurrency: number;
  /** Milliseconds without an answer after which a request counts as lost. @default 60_000 */
  readonly timeoutMs?: number;
}

/** The server takes no larger form (Tomcat's maxPostSize, 2 MiB). */
const largestFormBytes = 2 * 1024 * 1024;

export function skahaClient({
  server,
  credentials,
  concurrency,
  timeoutMs = 60_000,
}: ClientOptions): SkahaClient {
  const connections = new Agent({
    connections: concurrency,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: Math.min(timeoutMs, 20_000) },
  });
  // POST is not retried: a repeated create would start a second session.
  const repeating = connections.compose(
    interceptors.retry({
      methods: ["GET", "DELETE"],
      maxRetries: 4,
      maxTimeout: 5_000,
      throwOnError: false,
    }),
  );

  async function send(
    what: string,
    method: "GET" | "POST" | "DELETE",
    path: string,
    form?: URLSearchParams,
    headers: Record<string, string> = {},
    secrets: readonly string[] = [],
  ): Promise<{ text: string; user: string | undefined }> {
    const url = `${server}${path}`;
    const proof = await credentials.headers();
    let answer: Dispatcher.ResponseData;
    let text: string;
    try {
      answer = await request(url, {
        method,
        dispatcher: method === "POST" ? connections : repeating,
        headers: {
          ...proof,
          accept: "application/json, text/plain",
          ...(form && { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" }),
          ...headers,
        },
        body: form?.toString() ?? null,
      });
      text = await answer.body.text();
    } catch (error) {
      throw noAnswer(what, `${method} ${url}`, error, method === "POST");
    }
    const { statusCode } = answer;
    if (statusCode < 200 || statusCode >= 300) {
      const sent = Object.values({ ...proof, ...headers });
      const words = masked(text, [
        ...secrets,
        ...sent.map((value) => value.replace("Bearer ", "")),
      ]);
      throw refusal(what, server, statusCode, words, answer.headers, method === "POST");
    }
    const user = answer.headers["x-vo-authenticated"];
    return { text, user: typeof user === "string" ? user : undefined };
  }

  return {
    server,
    async list() {
      const what = "list the sessions";
      const { text, user } = await send(what, "GET", "/session?type=headless");
      const sessions = parseJson(what, text, sessionListSchema);
      return { user: user ?? sessions[0]?.userid, sessions };
    },
    async create(launch) {
      const what = `launch "${launch.name}"`;
      const form = formOf(launch);
      const bytes = Buffer.byteLength(form.toString());
      if (bytes > largestFormBytes) {
        throw new SkahaError(
          `${what}: its command, arguments and variables take ${bytes} bytes as Skaha needs them, and it accepts ${largestFormBytes}: put the large ones into a file on /arc`,
        );
      }
      const auth = launch.registryAuth;
      const headers = auth && {
        "x-skaha-registry-auth": Buffer.from(`${auth.username}:${auth.secret}`).toString("base64"),
      };
      const secrets = [...launch.secrets, ...(auth ? [auth.secret] : [])];
      const { text } = await send(what, "POST", "/session", form, headers, secrets);
      const sessionId = text.trim();
      if (!/^[A-Za-z0-9-]{1,64}$/.test(sessionId)) {
        throw new UnclearAnswerError(
          `${what}: Skaha answered 200 but named no session: ${quoted(text)}`,
          true,
          undefined,
          200,
        );
      }
      return sessionId;
    },
    async cancel(sessionId) {
      try {
        await send(
          `cancel session ${sessionId}`,
          "DELETE",
          `/session/${encodeURIComponent(sessionId)}`,
        );
      } catch (error) {
        if (error instanceof SkahaError && error.status === 404) return; // servers before 1.0: it is gone
        throw error;
      }
    },
  };
}

function formOf(launch: Launch): URLSearchParams {
  const form = new URLSearchParams({ name: launch.name, image: launch.image, type: "headless" });
  const command = encodeCommand(launch.command, launch.args, launch.env);
  if (command.cmd !== undefined) form.set("cmd", command.cmd);
  if (command.args !== undefined) form.set("args", command.args);
  for (const variable of command.env) form.append("env", variable);
  if (launch.cores !== undefined) form.set("cores", String(launch.cores));
  if (launch.ram !== undefined) form.set("ram", String(launch.ram));
  if (launch.gpus) form.set("gpus", String(launch.gpus)); // 0 is refused by the server
  return form;
}

function parseJson<T>(what: string, text: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SkahaError(
      `${what}: Skaha's answer is not whole JSON (${text.length} characters, ending ${quoted(text.slice(-40))}): try again`,
      200,
      { cause: error },
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SkahaError(
      `${what}: Skaha's answer is not of the form it documents, at ${issue?.path.join(".") || "its top"}: ${issue?.message}`,
      200,
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

function noAnswer(what: string, where: string, error: unknown, mayHaveHappened: boolean): Error {
  if (error instanceof SkahaError) return error;
  const code = (error as { code?: unknown }).code;
  const text = `${what}: no answer from Skaha (${typeof code === "string" ? `${code}, ` : ""}${messageOf(error)}): ${where}`;
  const neverArrived =
    typeof code === "string" &&
    ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(code);
  return mayHaveHappened && !neverArrived
    ? new UnclearAnswerError(text, true, undefined, undefined, { cause: error })
    : new SkahaError(text, undefined, { cause: error });
}

function refusal(
  what: string,
  server: string,
  status: number,
  text: string,
  headers: Dispatcher.ResponseData["headers"],
  mayHaveHappened: boolean,
): Error {
  const message = `${what}: Skaha answered ${status}: ${quoted(text)}${remedy(status, server, text)}`;
  if (status < 500 || !mayHaveHappened) return new SkahaError(message, status);
  const seconds = Number(headers["retry-after"]);
  return new UnclearAnswerError(
    message,
    !text.startsWith("unexpected exception"),
    Number.isFinite(seconds) ? seconds * 1000 : undefined,
    status,
  );
}

function remedy(status: number, server: string, text: string): string {
  if (status === 401 || /anonymous/.test(text)) {
    return `; the credentials for ${server} are missing, wrong or expired: set CANFAR_TOKEN to a fresh token`;
  }
  if (status === 403) return `; this user may not use ${server}: ask its operators for access`;
  if (status === 404 && /^\s*</.test(text)) {
    return `; ${server} is not a Skaha API: the URL has to end in its version, like https://ws-uv.canfar.net/skaha/v1`;
  }
  return "";
}

function masked(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, encodeWord(secret), encodeWord(secret).replaceAll("\\\\", "\\")])
    .filter((secret) => secret.length > 1)
    .reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}

/** A server's words on one line, without anything a terminal would obey, at most 500 characters. */
export function quoted(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  const plain = (title ?? text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ")
    .trim();
  return JSON.stringify(plain.length > 500 ? `${plain.slice(0, 500)} ...` : plain);
}
