// A bare stand-in for the Skaha server, in a process of its own: it keeps sessions in memory, answers each
// request one latency after it came, and counts. Nothing runs, nothing is checked but the token, so that
// what is measured against it is the client.
//
//   node dist/bench/stub/server.js LATENCY_MS TOKEN     prints its port
//
// `GET /_bench` tells what was counted since the last `DELETE /_bench`; both answer at once and are not counted.
import { randomInt } from "node:crypto";
import http from "node:http";
import { type Counted, type Kind, kinds } from "./counted";

const [latencyMs, token] = [Number(process.argv[2] ?? 0), process.argv[3] ?? ""];
const user = "bench";
const prefix = "/skaha/v1";

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly type: string;
  readonly startedAt: number;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const sessions = new Map<string, Stored>();
let counted = nothing();

function nothing(): Counted {
  const requests = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  return { requests, connections: 0, sessions: 0, firstCreateAt: undefined };
}

const server = http.createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const url = new URL(request.url ?? "/", "http://stub");
    const send = ({ status, type, body }: Answer) => {
      response.writeHead(status, {
        server: "OpenCADC/cadc-rest",
        "x-vo-authenticated": user,
        "content-type": type,
        "content-length": Buffer.byteLength(body),
      });
      response.end(body);
    };
    if (url.pathname === "/_bench") {
      if (request.method === "DELETE") counted = nothing();
      return send(json({ ...counted, sessions: sessions.size }));
    }
    const kind = kindOf(request.method ?? "", url);
    counted.requests[kind] += 1;
    if (kind === "create") counted.firstCreateAt ??= Date.now();
    const body = Buffer.concat(chunks).toString();
    const answer = () =>
      send(
        request.headers.authorization === `Bearer ${token}`
          ? answerTo(kind, url, body)
          : text("Cannot validate token using user info endpoint", 401),
      );
    // A timer of 0 ms is one of 1 ms.
    if (latencyMs > 0) setTimeout(answer, latencyMs);
    else answer();
  });
});

server.on("connection", (socket) => {
  counted.connections += 1;
  socket.setNoDelay(true);
});
server.listen(0, "127.0.0.1", 4_096, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address ? address.port : ""}\n`);
});
process.on("disconnect", () => process.exit(0)); // the bench is gone

function kindOf(method: string, { pathname, searchParams }: URL): Kind {
  const [resource = "", id] = pathname.slice(prefix.length + 1).split("/");
  const isSession = resource === "session";
  if (isSession && method === "POST") return id === undefined ? "create" : "renew";
  if (isSession && method === "DELETE") return "delete";
  if (isSession && id === undefined) return "list";
  if (isSession) {
    const view = searchParams.get("view");
    return view === "logs" || view === "events" ? view : "get";
  }
  return resource === "context" ? "context" : resource === "image" ? "images" : "other";
}

function answerTo(kind: Kind, url: URL, body: string): Answer {
  const id = decodeURIComponent(url.pathname.split("/")[4] ?? "");
  switch (kind) {
    case "list":
      return json([...sessions.values()].map(shown));
    case "create":
      return create(url, body);
    case "get": {
      const session = sessions.get(id);
      return session ? json(shown(session)) : text(`session ${id} not found`, 404);
    }
    case "delete":
      sessions.delete(id);
      return text("");
    case "renew":
    case "logs":
      return text("");
    case "events":
      return text("<none>\n");
    case "context":
      return json({
        cores: { default: 1, defaultRequest: 1, defaultLimit: 8, options: range(1, 16) },
        memoryGB: { default: 4, defaultRequest: 4, defaultLimit: 32, options: range(1, 192) },
        gpus: { options: range(1, 28) },
        maxInteractiveSessions: "5",
      });
    case "images":
      return json([{ id: image, types: ["headless"], digest: `sha256:${"0".repeat(64)}` }]);
    case "other":
      return ofArc(url.pathname.slice("/arc/files".length));
  }
}

/** As Cavern says it (test/golden/cavern.json): folders are there, and no file in them. */
function ofArc(place: string): Answer {
  const isFolder = /^\/(home|projects)\/[^/]+$/.test(place);
  if (isFolder) return text("GET for directories not supported\n", 400);
  return text(`NodeNotFound: vos://cadc.nrc.ca~arc${place}\n`, 404);
}

/** What each contestant launches: the one public image. */
const image = "images.canfar.net/skaha/astroml:24.07";

/** Query and body are merged, as the real server does (the Python client sends all in the query). */
function create(url: URL, body: string): Answer {
  const form = new URLSearchParams(body);
  const given = (name: string) => url.searchParams.get(name) ?? form.get(name);
  const [name, wanted] = [given("name"), given("image")];
  if (!name || !wanted) return text(`Missing parameter '${name ? "image" : "name"}'`, 400);
  let id = newId();
  while (sessions.has(id)) id = newId();
  const type = given("type") ?? "headless";
  sessions.set(id, { id, name: name.toLowerCase(), image: wanted, type, startedAt: Date.now() });
  return text(id);
}

function newId(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const rest = Array.from({ length: 7 }, () => letters[randomInt(letters.length)]);
  return `${letters[randomInt(26)]}${rest.join("")}`;
}

function shown({ id, name, image, type, startedAt }: Stored): Record<string, unknown> {
  return {
    id,
    userid: user,
    runAsUID: "1000",
    runAsGID: "1000",
    supplementalGroups: [1000],
    image,
    type,
    status: "Running",
    name,
    startTime: instant(startedAt),
    expiryTime: instant(startedAt + 1_209_600_000),
    connectURL: "",
    requestedGPUCores: "0",
    isFixedResources: false,
  };
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function json(value: unknown): Answer {
  return { status: 200, type: "application/json", body: JSON.stringify(value, null, 2) };
}

function text(line: string, status = 200): Answer {
  return { status, type: "text/plain", body: line === "" ? "" : `${line}\n` };
}
