// Skaha's requests, one method each. Answers are parsed here or refused; what they mean for a job is
// judged elsewhere.
import { Readable } from "node:stream";
import { z } from "zod";
import {
  type Context,
  contextSchema,
  type Image,
  imageSchema,
  readSessions,
  type Session,
  type Stats,
  statsSchema,
} from "../api";
import { SkahaError, UnclearAnswerError } from "../errors";
import { issueText } from "../text/issueText";
import { plainText } from "../text/plainText";
import { encodeCommand, encodeValue, largestFormBytes } from "./encoding";
import { type SessionDetails, sessionDetailsSchema } from "./sessionDetails";
import { quoted, type TransportOptions, transport } from "./transport";

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
  readonly registryAuth?: RegistryAuth | undefined;
  /** Values that no error may repeat, even where the server's own words do. */
  readonly secrets: readonly string[];
}

/** Who may pull a private image. */
export interface RegistryAuth {
  readonly username: string;
  readonly secret: string;
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
  /** One session of the user's, with its size; undefined where there is none of that id (any more). */
  session(sessionId: string): Promise<SessionDetails | undefined>;
  /**
   * @returns the id of the new session
   * @throws UnclearAnswerError if the session may exist nevertheless; SkahaError if it cannot
   */
  create(launch: Launch): Promise<string>;
  /** Asks to cancel a session; the server says 200 whatever happens. */
  cancel(sessionId: string): Promise<void>;
  /** Puts a session's expiry off to the server's full term from now. */
  renew(sessionId: string): Promise<void>;
  /** A session's log as it is; empty for one that the server has forgotten. */
  log(sessionId: string): Promise<Readable>;
  /** A session's Kubernetes events, as a table; empty for one that the server has forgotten. */
  events(sessionId: string): Promise<string>;
  /** Which sizes may be asked for. */
  context(): Promise<Context>;
  /** What all sessions of all users take of the server; undefined where it does not measure that. */
  stats(): Promise<Stats | undefined>;
  /** The public images. */
  images(): Promise<readonly Image[]>;
}

export function skahaClient(options: TransportOptions): SkahaClient {
  const { server } = options;
  const send = transport(options);
  const json = async <T>(what: string, path: string, schema: Schema<T>) => {
    const answer = await send({ what, method: "GET", path });
    return { user: answer.user, value: parseJson(what, answer.text, schema) };
  };

  return {
    server,
    async list() {
      const { user, value } = await json("list the sessions", "/session?type=headless", {
        safeParse: readSessions,
      });
      return { user: user ?? value[0]?.userid, sessions: value };
    },
    async session(sessionId) {
      if (!/^[\w-]+$/.test(sessionId)) return undefined; // it becomes part of the path
      try {
        const what = `look at session ${sessionId}`;
        return (await json(what, pathOf(sessionId), sessionDetailsSchema)).value;
      } catch (error) {
        if (error instanceof SkahaError && error.status === 404) return undefined;
        throw error;
      }
    },
    create: (launch) => createSession(send, launch),
    async cancel(sessionId) {
      const what = `cancel session ${sessionId}`;
      const gone = (error: unknown) => error instanceof SkahaError && error.status === 404;
      try {
        await send({ what, method: "DELETE", path: pathOf(sessionId) });
      } catch (error) {
        if (!gone(error)) throw error; // servers before 1.0 say 404 for what is not there
      }
    },
    async renew(sessionId) {
      const form = new URLSearchParams({ action: "renew" }).toString();
      const what = `renew session ${sessionId}`;
      await send({ what, method: "POST", path: pathOf(sessionId), form });
    },
    async log(sessionId) {
      const what = `read the log of session ${sessionId}`;
      const path = `${pathOf(sessionId)}?view=logs`;
      const { stream } = await send({ what, method: "GET", path, isStreamed: true });
      return stream ?? Readable.from([]);
    },
    async events(sessionId) {
      const what = `read the events of session ${sessionId}`;
      try {
        const path = `${pathOf(sessionId)}?view=events`;
        return (await send({ what, method: "GET", path })).text;
      } catch (error) {
        if (error instanceof SkahaError && error.status === 404) return "";
        throw error;
      }
    },
    async context() {
      return (await json("read the server's options", "/context", contextSchema)).value;
    },
    stats: () => readStats(send),
    async images() {
      return (await json("list the public images", "/image", z.array(imageSchema))).value;
    },
  };
}

type Schema<T> = Pick<z.ZodType<T>, "safeParse">;
type Send = ReturnType<typeof transport>;

async function createSession(send: Send, launch: Launch): Promise<string> {
  const what = `launch "${launch.name}"`;
  const { headers, secrets } = registry(launch);
  const form = formOf(launch).toString();
  const bytes = Buffer.byteLength(form);
  if (bytes > largestFormBytes) {
    throw new SkahaError(
      `could not ${what}: its command, arguments and variables take ${bytes} bytes as Skaha needs them, and it accepts ${largestFormBytes}: put the large ones into a file on /arc`,
    );
  }
  const answer = await send({ what, method: "POST", path: "/session", form, headers, secrets });
  const sessionId = answer.text.trim();
  const isNamed = /^[A-Za-z0-9-]{1,64}$/.test(sessionId);
  if (isNamed && isWhole(answer.text)) return sessionId;
  const problem = isNamed ? ", but its answer was cut short" : " but named no session";
  const said = `Skaha answered 200${problem}: ${quoted(answer.text)}`;
  throw new UnclearAnswerError(`tried to ${what}: ${said}`, true, undefined, 200);
}

/**
 * Whether nothing is missing at the end of the answer to a launch, which a proxy may have cut. Skaha 1.4 ends the id with a
 * newline (golden launches); an id has eight characters.
 */
function isWhole(answer: string): boolean {
  return answer.endsWith("\n") || /^[a-z0-9]{8}$/.test(answer);
}

async function readStats(send: Send): Promise<Stats | undefined> {
  const what = "read the server's load";
  const path = "/session?view=stats";
  try {
    // A server without metrics says 503, and would as often as it is asked.
    const { text } = await send({ what, method: "GET", path, isAskedOnce: true });
    return parseJson(what, text, statsSchema);
  } catch (error) {
    if (error instanceof SkahaError && error.status === 503) return undefined;
    throw error;
  }
}

function pathOf(sessionId: string): string {
  return `/session/${encodeURIComponent(sessionId)}`;
}

function registry({ registryAuth, secrets }: Launch) {
  const encoded =
    registryAuth &&
    Buffer.from(`${registryAuth.username}:${registryAuth.secret}`).toString("base64");
  return {
    headers: encoded === undefined ? undefined : { "x-skaha-registry-auth": encoded },
    // In the server's own words they stand as they were sent, or as its template has them.
    secrets: [...secrets, ...(registryAuth ? [registryAuth.secret] : [])].flatMap((secret) => [
      secret,
      encodeValue(secret),
      encodeValue(secret).replaceAll("\\\\", "\\"),
    ]),
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

function placeOf(issue: z.core.$ZodIssue | undefined): string {
  return plainText(issue?.path.join(".").slice(0, 100) || "its top");
}

function parseJson<T>(what: string, text: string, schema: Schema<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SkahaError(
      `could not ${what}: Skaha's answer is not whole JSON (${text.length} characters, ending ${quoted(text.slice(-40))}): try again`,
      200,
      { cause: error },
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SkahaError(
      `could not ${what}: Skaha's answer is not of the form it documents, at ${placeOf(issue)}: it ${issue && issueText(issue)}; try again`,
      200,
      { cause: parsed.error },
    );
  }
  return parsed.data;
}
