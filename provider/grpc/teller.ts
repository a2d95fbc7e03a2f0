// Tells a gRPC server on this machine something whose answer does not matter, on Node's own HTTP/2: no proxy is asked, and
// nothing of the npm package is loaded.
import { type ClientHttp2Session, connect } from "node:http2";
import { framed } from "./frame";

export class Teller {
  #session: ClientHttp2Session | undefined;

  /** @param address such as 127.0.0.1:4711 */
  constructor(private readonly address: string) {}

  /**
   * @param path of the method, such as "/pulumirpc.Engine/Log"
   * @returns when it has arrived, or never will: where the server is gone nobody is to be told
   */
  tell(path: string, message: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const stream = this.#connected().request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
      });
      stream.on("error", () => {}); // and "close" follows
      stream.on("close", resolve);
      stream.resume();
      stream.end(framed(message));
    });
  }

  #connected(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connect(`http://${this.address}`);
    session.on("error", () => {}); // each stream is told of it
    session.unref(); // what is to be told is waited for by whoever tells it
    this.#session = session;
    return session;
  }
}
