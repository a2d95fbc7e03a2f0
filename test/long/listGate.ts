// Holds the lists that a command asks for until a test lets them through, or refuses them.
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Bench } from "../engine/harness";

/** In front of a Bench's server: hands on each request, but for lists while it holds them. */
export class Gate implements AsyncDisposable {
  readonly #server = http.createServer((request, response) => this.#meet(request, response));
  #held: (() => void)[] = [];
  #isHolding = false;
  #refuses = false;

  private constructor(private readonly bench: Bench) {}

  static async open(bench: Bench): Promise<Gate> {
    const gate = new Gate(bench);
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    return gate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get env(): NodeJS.ProcessEnv {
    const url = new URL(this.bench.skaha.url);
    url.port = String((this.#server.address() as AddressInfo).port);
    return { CANFAR_URL: url.href };
  }

  hold(): void {
    this.#isHolding = true;
  }

  /** @param refuses whether what was asked for is refused, as with a bad token */
  release(refuses = false): void {
    this.#isHolding = false;
    this.#refuses = refuses;
    for (const go of this.#held.splice(0)) go();
    this.#refuses = false;
  }

  #meet(request: http.IncomingMessage, response: http.ServerResponse): void {
    const goOn = () => {
      if (request.socket.destroyed) return; // who asked is gone
      if (this.#refuses) {
        response.writeHead(401, { "content-type": "text/plain" }).end("no such user");
        return;
      }
      const { method, headers, url = "" } = request;
      const to = new URL(url, this.bench.skaha.url);
      const asked = http.request(
        to,
        { method, headers: { ...headers, host: to.host } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      asked.on("error", () => response.destroy());
      request.pipe(asked);
    };
    const isList = request.method === "GET" && (request.url ?? "").includes("type=headless");
    if (isList && this.#isHolding) this.#held.push(goOn);
    else goOn();
  }
}
