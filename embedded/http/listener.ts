// The HTTP server itself: makes requests of what comes in, and sends answers as they are.
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Answer, plain } from "./answer";
import type { ApiRequest } from "./inspection";

/** No request that the real server would take is larger. */
const bodyLimitBytes = 64 * 1024 * 1024;

/** @returns undefined where the connection is to be destroyed without an answer */
export type Serve = (
  asked: ApiRequest,
  headers: FastifyRequest["headers"],
) => Promise<Answer | undefined>;

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0: any free one. @throws a sentence if it is taken */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  serve: Serve,
): Promise<Listener> {
  const app = appFor(serve);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      throw new Error(`the port ${port} of ${host} is taken; choose another one`);
    }
    throw error;
  }
  const address = app.server.address();
  const given = address && typeof address === "object" ? address.port : port;
  return { port: given, close: () => app.close() };
}

function appFor(serve: Serve): FastifyInstance {
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const answer = await serve(readRequest(request), request.headers);
    if (answer) return send(reply, answer);
    reply.hijack();
    request.raw.socket.destroy();
    return undefined;
  };
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // Paths that are no URLs get an answer like any other.
    frameworkErrors: (_error, request, reply) => {
      handle(request, reply);
    },
    routerOptions: { maxParamLength: 1_000_000 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.all("*", handle);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    send(reply, plain(`unexpected exception: ${error.message}`, error.statusCode ?? 500)),
  );
  app.setNotFoundHandler(handle);
  return app;
}

function readRequest(request: FastifyRequest): ApiRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: request.method,
    url: request.raw.url ?? "/",
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    client: request.ip,
  };
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  const server = "OpenCADC/cadc-rest";
  // A body without a type, and a length without a body, are nothing that fastify sends.
  const isUntyped = headers["content-type"] === undefined && body.length > 0;
  if (isUntyped || reply.request.method === "HEAD") {
    reply.hijack();
    // Last: after a length node takes no é in a content-disposition.
    reply.raw.writeHead(status, { server, ...headers, "content-length": `${body.length}` });
    reply.raw.end(body); // node leaves it out of the answer to a HEAD
    return reply;
  }
  reply.code(status).header("server", server).headers(headers);
  return reply.send(headers["content-type"] === undefined ? undefined : body);
}
