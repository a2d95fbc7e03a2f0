// A proxy on loopback that tunnels (CONNECT) and counts; and one that speaks SOCKS5.
import http from "node:http";
import net, { type AddressInfo } from "node:net";

export interface CountingProxy extends AsyncDisposable {
  /** As a proxy variable has it. */
  readonly url: string;
  /** `HOST:PORT` of each tunnel that was asked for. */
  readonly tunnels: string[];
  /** What each said of who it is. */
  readonly authorizations: (string | undefined)[];
}

export interface CountingProxyOptions {
  /** What it answers to CONNECT; `none` is nothing at all. @default 200 */
  readonly status?: number | "none";
  /** The port of this machine that all tunnels lead to. @default the one that was asked for */
  readonly leadsTo?: number;
}

export async function countingProxy({
  status = 200,
  leadsTo,
}: CountingProxyOptions = {}): Promise<CountingProxy> {
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = http.createServer((request, response) => {
    tunnels.push(`not a tunnel: ${request.method} ${request.url}`);
    response.writeHead(501).end();
  });
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (request, socket: net.Socket, head) => {
    tunnels.push(request.url ?? "");
    authorizations.push(request.headers["proxy-authorization"]);
    socket.on("error", () => {});
    if (status === "none") return;
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { port } = new URL(`http://${request.url}`);
    join(
      socket,
      leadsTo ?? Number(port || 80),
      head,
      "HTTP/1.1 200 Connection established\r\n\r\n",
    );
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    tunnels,
    authorizations,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Without a password; asked for names and for addresses, all on this machine. */
export async function countingSocks(): Promise<CountingProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (asked) => {
        const isName = asked[3] === 3;
        const end = isName ? 5 + (asked[4] ?? 0) : 8;
        const host = isName
          ? asked.subarray(5, end).toString()
          : [...asked.subarray(4, 8)].join(".");
        const port = asked.readUInt16BE(end);
        tunnels.push(`${host}:${port}`);
        join(socket, port, Buffer.alloc(0), Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
      });
    });
  });
  const port = await listening(server);
  return {
    url: `socks5h://127.0.0.1:${port}`,
    tunnels,
    authorizations: [],
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function join(socket: net.Socket, port: number, head: Buffer, first: string | Buffer): void {
  const onwards = net.connect(port, "127.0.0.1", () => {
    socket.write(first);
    onwards.write(head);
    socket.pipe(onwards).pipe(socket);
  });
  onwards.on("error", () => socket.destroy());
  socket.on("close", () => onwards.destroy());
}

async function listening(server: net.Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return (server.address() as AddressInfo).port;
}
