// A server between the provider and the embedded one that alters chosen answers, and keeps what it served:
// what a run may conclude is judged from that.
import http from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { markedTexts, sendableTexts, values } from "./corpus";

/** What is asked for, as far as answers differ. */
export const endpoints = [
  "list",
  "launch",
  "cancel",
  "log",
  "events",
  "context",
  "image",
  "arc",
] as const;
export type Endpoint = (typeof endpoints)[number];

/** One answer as the client got it. */
export interface Served {
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly status: number;
  /** Undefined where the connection broke. */
  readonly body: string | undefined;
  readonly isTampered: boolean;
}

export type Change =
  | { readonly kind: "json"; readonly edits: readonly JsonEdit[] }
  | {
      readonly kind: "splice";
      readonly at: number;
      readonly remove: number;
      readonly insert: string;
    }
  | { readonly kind: "body"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "status"; readonly status: number; readonly text: string | undefined }
  | { readonly kind: "header"; readonly name: string; readonly value: string | undefined }
  | { readonly kind: "redirect"; readonly status: number }
  | { readonly kind: "reset"; readonly share: number }
  | { readonly kind: "raw"; readonly text: string };

type JsonEdit = { readonly at: number } & (
  | { readonly do: "replace"; readonly value: unknown }
  | { readonly do: "remove" | "repeat" | "wrap" }
  | { readonly do: "add"; readonly key: string; readonly value: unknown }
  | { readonly do: "status"; readonly word: string }
);

export interface Tamper {
  readonly endpoint: Endpoint;
  /** How many of its answers pass first. */
  readonly after: number;
  readonly times: number;
  readonly change: Change;
}

/** Words of all versions, words of none, and words that only this provider uses. */
export const statusWords = [
  "Pending",
  "Running",
  "Terminating",
  "Completed",
  "Succeeded",
  "Failed",
  "Failed (OOMKilled)",
  "Error",
  "Terminated",
  "Unknown",
  "Suspended",
  "running",
  "completed",
  "COMPLETED",
  "Failing",
  "Held",
  "Lost",
  "Unseen",
  "",
  " Completed",
  "\u001b[31mRunning",
  "constructor",
] as const;

const text = fc.oneof(
  fc.constantFrom(...markedTexts, "..", ".", "a/b", "../session", "abcd1234", "x".repeat(300)),
  fc.constantFrom(...sendableTexts.filter((one) => one.length < 100)),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const junk = fc.oneof(text, fc.constantFrom(...values), fc.jsonValue({ maxDepth: 1 }));
const jsonEdit: fc.Arbitrary<JsonEdit> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      { arbitrary: fc.record({ do: fc.constant("replace" as const), value: junk }), weight: 4 },
      {
        arbitrary: fc.record({
          do: fc.constantFrom("remove" as const, "repeat" as const, "wrap" as const),
        }),
        weight: 2,
      },
      {
        arbitrary: fc.record({ do: fc.constant("add" as const), key: text, value: junk }),
        weight: 1,
      },
      {
        arbitrary: fc.record({
          do: fc.constant("status" as const),
          word: fc.constantFrom(...statusWords),
        }),
        weight: 4,
      },
    ),
  )
  .map(([at, edit]) => ({ at, ...edit }));

const headers: readonly [name: string, value: string | undefined][] = [
  ["x-vo-authenticated", undefined],
  ["x-vo-authenticated", "mallory"],
  ["x-vo-authenticated", ""],
  ["x-vo-authenticated", "a\u009b31mb"],
  ["content-type", "text/html"],
  ["content-type", "\u00e9"],
  ["content-encoding", "gzip"],
  ["content-length", "3"],
  ["content-length", "999999"],
  ["content-length", "-1"],
  ["transfer-encoding", "chunked"],
  ["location", "http://127.0.0.1:1/"],
  ["set-cookie", "a=b"],
];

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("json" as const),
      edits: fc.array(jsonEdit, { minLength: 1, maxLength: 3 }),
    }),
    weight: 10,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("splice" as const),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.constantFrom(0, 1, 10, 1e9),
      insert: fc.oneof(fc.constantFrom("", "}", "]", '"', ",", "\u0000", "\ufeff"), text),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("body" as const),
      text: fc.oneof(
        fc.constantFrom(
          "",
          "[]",
          "{}",
          "null",
          "0",
          '"ok"',
          "[null]",
          "[[]]",
          "<html>",
          "OK",
          "true",
        ),
        text,
        fc.json(),
      ),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("bytes" as const),
      bytes: fc.uint8Array({ maxLength: 20 }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("status" as const),
      status: fc.constantFrom(
        201,
        202,
        204,
        206,
        300,
        304,
        400,
        401,
        403,
        404,
        405,
        410,
        418,
        500,
        599,
      ),
      text: fc.oneof(fc.constant(undefined), text),
    }),
    weight: 3,
  },
  {
    arbitrary: fc
      .constantFrom(...headers)
      .map(([name, value]) => ({ kind: "header" as const, name, value })),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("redirect" as const),
      status: fc.constantFrom(301, 302, 303, 307, 308),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("reset" as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("raw" as const),
      text: fc.constantFrom(
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n[]x",
        "HTTP/0.9 200\r\n\r\n",
        "HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "\u0000\u0001\u0002",
      ),
    }),
    weight: 1,
  },
);

export const tamper: fc.Arbitrary<Tamper> = fc.record({
  endpoint: fc.oneof(
    { arbitrary: fc.constant("list" as const), weight: 6 },
    { arbitrary: fc.constantFrom(...endpoints), weight: 6 },
  ),
  after: fc.constantFrom(0, 0, 0, 1, 2),
  times: fc.constantFrom(1, 1, 2, 1_000),
  change,
});

interface Answer {
  status: number;
  headers: http.OutgoingHttpHeaders;
  body: Buffer;
}

export class Tampering implements AsyncDisposable {
  readonly served: Served[] = [];
  /** Files that `/arc` has. */
  readonly arc = new Map<string, string>();
  #tampers: { rule: Tamper; met: number }[] = [];
  readonly #server: http.Server;

  private constructor(
    /** The embedded server's origin. */
    private readonly upstream: string,
    /** Where redirects lead. */
    private readonly elsewhere: string,
  ) {
    this.#server = http.createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async open(upstream: string, elsewhere: string): Promise<Tampering> {
    const made = new Tampering(upstream, elsewhere);
    await new Promise<void>((listening) => made.#server.listen(0, "127.0.0.1", listening));
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  tamperWith(rules: readonly Tamper[]): void {
    this.#tampers = rules.map((rule) => ({ rule, met: 0 }));
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const answer = url.startsWith("/arc/") ? this.#arcFile(method, url) : await this.#ask(request);
    const endpoint = endpointOf(method, url);
    const rule = endpoint && this.#met(endpoint);
    if (!endpoint || !rule) {
      if (endpoint) this.#note(endpoint, url, answer, false);
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const { change } = rule;
    if (change.kind === "raw" || change.kind === "reset") {
      const isWhole = change.kind === "raw" && change.text.startsWith("HTTP/1.1 200 OK\r\n\r\n");
      this.#note(endpoint, url, { ...answer, body: Buffer.alloc(0) }, true, !isWhole);
      if (change.kind === "raw") response.socket?.end(change.text, "latin1");
      else {
        response.writeHead(answer.status, {
          ...answer.headers,
          "content-length": answer.body.length + 1,
        });
        response.write(answer.body.subarray(0, answer.body.length * change.share));
        setImmediate(() => response.destroy());
      }
      return;
    }
    const altered = apply(change, answer, this.elsewhere);
    this.#note(endpoint, url, altered, true);
    // As it is written there, also where no server would write it so.
    const lines = Object.entries(altered.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    response.socket?.write(`HTTP/1.1 ${altered.status} X\r\n${lines.join("")}\r\n`, "latin1");
    response.socket?.end(altered.status === 204 || altered.status === 304 ? "" : altered.body);
  }

  #note(
    endpoint: Endpoint,
    url: string,
    { status, body }: Answer,
    isTampered: boolean,
    isBroken = false,
  ) {
    const shown = isBroken ? undefined : body.toString().replace(/^\ufeff/, ""); // as clients read it
    this.served.push({ endpoint, url, status, body: shown, isTampered });
  }

  #met(endpoint: Endpoint): Tamper | undefined {
    for (const one of this.#tampers) {
      if (one.rule.endpoint !== endpoint) continue;
      one.met += 1;
      const nth = one.met - one.rule.after;
      if (nth > 0 && nth <= one.rule.times) return one.rule;
    }
    return undefined;
  }

  #arcFile(method: string, url: string): Answer {
    const name = decodeURIComponent(url.replace("/arc/files/", "/arc/"));
    if (method === "PUT")
      return { status: 201, headers: { "content-length": 0 }, body: Buffer.alloc(0) };
    const text = this.arc.get(name);
    const body = Buffer.from(text ?? `NodeNotFound: ${name}\n`);
    return {
      status: text === undefined ? 404 : 200,
      headers: { "content-length": body.length },
      body,
    };
  }

  #ask(request: http.IncomingMessage): Promise<Answer> {
    const { method, url, headers } = request;
    const { host } = new URL(this.upstream);
    return new Promise((resolve, reject) => {
      const asked = http.request(`${this.upstream}${url}`, {
        method,
        headers: { ...headers, host },
      } as http.RequestOptions);
      asked.once("error", reject);
      asked.once("response", (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", reject);
        answer.once("end", () => {
          const body = Buffer.concat(chunks);
          const kept = Object.fromEntries(
            Object.entries(answer.headers).filter(
              ([name]) => !["connection", "keep-alive", "date", "transfer-encoding"].includes(name),
            ),
          );
          resolve({
            status: answer.statusCode ?? 0,
            headers: { ...kept, "content-length": body.length },
            body,
          });
        });
      });
      request.pipe(asked);
    });
  }
}

function endpointOf(method: string, url: string): Endpoint | undefined {
  if (url.startsWith("/arc/")) return "arc";
  if (method === "POST") return "launch";
  if (method === "DELETE") return "cancel";
  if (url.includes("view=logs")) return "log";
  if (url.includes("view=events")) return "events";
  if (url.endsWith("/context")) return "context";
  if (url.endsWith("/image")) return "image";
  return url.includes("type=headless") ? "list" : undefined;
}

function apply(
  change: Exclude<Change, { kind: "raw" | "reset" }>,
  answer: Answer,
  elsewhere: string,
): Answer {
  const whole = (body: Buffer, status = answer.status): Answer => ({
    status,
    headers: { ...answer.headers, "content-length": body.length },
    body,
  });
  switch (change.kind) {
    case "json":
      return whole(Buffer.from(edited(answer.body.toString(), change.edits)));
    case "splice": {
      const text = answer.body.toString();
      const at = Math.floor(change.at * text.length);
      return whole(Buffer.from(text.slice(0, at) + change.insert + text.slice(at + change.remove)));
    }
    case "body":
      return whole(Buffer.from(change.text));
    case "bytes":
      return whole(Buffer.from(change.bytes));
    case "status":
      return whole(
        change.text === undefined ? answer.body : Buffer.from(change.text),
        change.status,
      );
    case "redirect": {
      const moved = whole(Buffer.from("moved"), change.status);
      return { ...moved, headers: { ...moved.headers, location: elsewhere } };
    }
    case "header": {
      const { [change.name]: _, ...others } = answer.headers;
      return {
        ...answer,
        headers: { ...others, ...(change.value !== undefined && { [change.name]: change.value }) },
      };
    }
  }
}

function edited(body: string, edits: readonly JsonEdit[]): string {
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    return body;
  }
  const top = { root };
  for (const edit of edits) {
    const places: [holder: Record<string, unknown>, key: string][] = [];
    const visit = (holder: object) => {
      for (const [key, value] of Object.entries(holder)) {
        places.push([holder as Record<string, unknown>, key]);
        if (typeof value === "object" && value !== null) visit(value);
      }
    };
    visit(top);
    const ofStatus = places.filter(([, key]) => key === "status");
    const chosen = edit.do === "status" && ofStatus.length > 0 ? ofStatus : places;
    const [holder, key] = chosen[edit.at % chosen.length] ?? [];
    if (!holder || key === undefined) continue;
    const value = holder[key];
    switch (edit.do) {
      case "replace":
        holder[key] = edit.value;
        break;
      case "status":
        if (key === "status") holder[key] = edit.word;
        break;
      case "remove":
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case "repeat":
        if (Array.isArray(holder)) holder.push(structuredClone(value));
        break;
      case "wrap":
        holder[key] = [value];
        break;
      case "add":
        if (typeof value === "object" && value !== null) {
          (value as Record<string, unknown>)[edit.key] = edit.value;
        }
        break;
    }
  }
  return JSON.stringify(top.root) ?? "";
}
