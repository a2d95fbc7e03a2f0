import { request } from "node:http";
import type { Skaha } from "../../embedded";

export type Form = Readonly<Record<string, string | readonly string[]>>;
export const image = "images.canfar.net/skaha/terminal:1.1.2";

/** Calls a server as a client would, and waits for what it says, never for time. */
export function clientOf({ url, token }: Pick<Skaha, "url" | "token">) {
  const headers = { authorization: `Bearer ${token}` };
  const origin = new URL(url).origin;

  async function call(method: string, path: string, body?: URLSearchParams | string) {
    const target = path.startsWith("/_embedded") ? origin + path : url + path;
    const answer = await fetch(target, { method, headers, ...(body !== undefined && { body }) });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  async function post(form: Form) {
    const pairs = Object.entries({ image, ...form }).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    );
    return call("POST", "/session", new URLSearchParams(pairs));
  }

  /** The id of a new session. */
  async function launch(form: Form): Promise<string> {
    const { status, text } = await post(form);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    return text.trim();
  }

  async function get(path: string) {
    const { status, text } = await call("GET", path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return JSON.parse(text);
  }

  async function log(id: string): Promise<string> {
    return (await call("GET", `/session/${id}?view=logs`)).text;
  }

  /** The session when its status is one of these. */
  async function until(id: string, ...statuses: string[]) {
    return eventually(
      async () => {
        const session = await get(`/session/${id}`);
        return statuses.includes(session.status) ? session : undefined;
      },
      `session ${id} is ${statuses.join(" or ")}`,
    );
  }

  async function untilEnd(id: string) {
    return until(id, "Completed", "Failed");
  }

  return { call, post, launch, get, log, until, untilEnd };
}

/** The first defined result; looks again and again, and gives up with a sentence. */
export async function eventually<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const last = Date.now() > deadline;
    const result = await look();
    if (result !== undefined) return result;
    if (last) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A command line of one shell script, in the encoding that survives (docs/skaha-api.md 2.4). */
export function shell(script: string): { cmd: string; args: string } {
  return { cmd: "sh", args: `-c ${encode(script)}` };
}

/** One argument or value, every character escaped. */
export function encode(text: string): string {
  if (text === "") return "\\";
  return Array.from(text, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16);
    if (char === "$") return "\\\\x24\\\\x24";
    if (code.length <= 2) return `\\\\x${code.padStart(2, "0")}`;
    return code.length <= 4 ? `\\\\u${code.padStart(4, "0")}` : `\\\\U${code.padStart(8, "0")}`;
  }).join("");
}

/** A request with headers that `fetch` would not send. */
export async function rawRequest(
  url: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}
