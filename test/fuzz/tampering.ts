// A server between the provider and the embedded one that alters chosen answers, and keeps what it served:
// what a run may conclude is judged from that.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, altered } from "./alteration";
import type { Endpoint, Tamper } from "./tampers";

/** One answer as the client got it. */
export interface Served {
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly status: number;
  /** Undefined where the connection broke. */
  readonly body: string | undefined;
  readonly isTampered: boolean;
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
    const { status, headers, body } = altered(change, answer, this.elsewhere);
    this.#note(endpoint, url, { status, headers, body }, true);
    // As it is written there, also where no server would write it so.
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    response.socket?.write(`HTTP/1.1 ${status} X\r\n${lines.join("")}\r\n`, "latin1");
    response.socket?.end(status === 204 || status === 304 ? "" : body);
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
    const isFolder = /^\/arc\/(home|projects)\/[^/]+$/.test(name);
    if (isFolder) {
      const said = Buffer.from("GET for directories not supported\n");
      return { status: 400, headers: { "content-length": said.length }, body: said };
    }
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
