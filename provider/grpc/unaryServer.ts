// A gRPC server of calls with one request and one answer, on Node's own HTTP/2
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). It listens to this machine only. The npm package for it
// takes longer for a call than the provider does for the answer.
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { framed, unframed } from "./frame";

/** The codes that are used here (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
export const code = { unknown: 2, unimplemented: 12 } as const;

/** What a call ends with, where it fails. */
export interface Failure {
  readonly code: number;
  readonly message: string;
  /** A `google.rpc.Status` that says more. */
  readonly details?: Uint8Array;
}

/** @returns the answer's bytes. What it throws is told by `failureOf` */
export type Method = (request: Buffer) => Promise<Uint8Array>;

export interface UnaryService {
  /** Such as "pulumirpc.ResourceProvider". */
  readonly name: string;
  /** By their names. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly failureOf: (error: unknown) => Failure;
}

/** Bytes of a request that may be under way: an array has many. */
const window = 16 * 2 ** 20;

/** @returns the port of this machine on which it may be asked */
export async function serveUnary(service: UnaryService): Promise<number> {
  const server = createServer({
    // The engine asks as much at once as it wants, and it is trusted.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    maxSendHeaderBlockLength: Number.MAX_SAFE_INTEGER,
    settings: { initialWindowSize: window, maxConcurrentStreams: 2 ** 32 - 1 },
  });
  server.on("session", (session) => session.setLocalWindowSize(window));
  server.on("stream", (stream, headers) => received(stream, headers, service));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function received(
  stream: ServerHttp2Stream,
  { ":path": path = "" }: IncomingHttpHeaders,
  { name, methods, failureOf }: UnaryService,
): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("error", () => {}); // whoever asked has gone, and nobody else is to be told
  stream.on("end", async () => {
    const [service, method] = path.slice(1).split("/");
    const answer = service === name ? methods.get(method ?? "") : undefined;
    if (!answer) {
      return fail(stream, { code: code.unimplemented, message: `there is no method ${path}` });
    }
    try {
      const [first = Buffer.alloc(0)] = chunks;
      succeed(stream, await answer(unframed(chunks.length > 1 ? Buffer.concat(chunks) : first)));
    } catch (error) {
      fail(stream, failureOf(error));
    }
  });
}

const headers = { ":status": 200, "content-type": "application/grpc" } as const;

function succeed(stream: ServerHttp2Stream, answer: Uint8Array): void {
  if (stream.closed || stream.destroyed) return;
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.respond(headers, { waitForTrailers: true });
  stream.end(framed(answer));
}

function fail(stream: ServerHttp2Stream, { code, message, details }: Failure): void {
  if (stream.closed || stream.destroyed) return;
  const ofFailure = {
    ...headers,
    "grpc-status": String(code),
    // Percent-encoded UTF-8, of which clients in Node do not read what `encodeURI` leaves as it is.
    "grpc-message": encodeURI(message.toWellFormed()),
    ...(details && { "grpc-status-details-bin": Buffer.from(details).toString("base64") }),
  };
  stream.respond(ofFailure, { endStream: true });
}
