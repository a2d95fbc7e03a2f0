// What the real VOSpace service answered, asked of the embedded server's `/arc/files`.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { type Skaha, scriptedRunner, startSkaha } from "../../embedded";
import golden from "../golden/cavern.json";

interface Node {
  readonly path: string;
  readonly owner: string;
  readonly mode?: string;
  readonly kind?: string;
  readonly text?: string;
  readonly to?: string;
}

interface Exchange {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly auth: string;
  readonly requestHeaders: readonly string[];
  readonly requestBody: string | null;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the embedded server answers otherwise, and why. None of it is sent by a client of the record. */
const different: Readonly<Record<string, string>> = {
  "HEAD present (cookie)": "it knows no cookies: the recording's is of the institute's web pages",
  ...(process.getuid?.() !== 0 && {
    "GET mode 000, own file (alice)":
      "the real service reads as root, which these tests do not run as",
  }),
};

const authorizations: Readonly<Record<string, string | undefined>> = {
  alice: "Bearer alices-token",
  bob: "Bearer bobs-token",
  carol: "Bearer carols-token",
  "nobody(no posix entry)": "Bearer strangers-token",
  anon: undefined,
  basic: "Basic YWxpY2U6eA==",
  cookie: undefined,
  malformed: "Bearer",
  "invalid token": "Bearer nobodys-token",
  "expired token": "Bearer alices-token",
  // Certificates end at the proxy, which names their user; without one, the token does.
  "certificate (as the proxy hands it on)": "Bearer alices-token",
};

let skaha: Skaha;
const dataDir = mkdtempSync(path.join(os.tmpdir(), "skaha-cavern-"));

beforeAll(async () => {
  skaha = await startSkaha({
    users: {
      alice: { token: "alices-token" },
      bob: { token: "bobs-token" },
      carol: { token: "carols-token" },
      stranger: { token: "strangers-token", posix: false },
    },
    projects: { survey: ["alice", "bob", "dave"], bobs: ["bob"] },
    runner: scriptedRunner(),
    dataDir,
  });
  for (const node of golden.tree as readonly Node[]) lay(node);
});

afterAll(async () => {
  await skaha.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function lay({ path: name, kind, mode, text = "", to = "" }: Node): void {
  const file = path.join(dataDir, "arc", name);
  mkdirSync(kind === "folder" ? file : path.dirname(file), { recursive: true });
  if (kind === "folder") return;
  if (kind === "link") symlinkSync(to, file);
  else if (kind === "fifo") execFileSync("mkfifo", [file]);
  else {
    writeFileSync(file, text);
    if (mode === "000") chmodSync(file, 0);
  }
}

const named = (golden.exchanges as readonly Exchange[]).map(
  (exchange, index) =>
    [`${index + 1} ${exchange.method} ${exchange.path} (${exchange.auth})`, exchange] as const,
);

test.each(named)("%s", async (_, exchange) => {
  await bringAbout(exchange);
  const got = await ask(exchange);
  const wanted = recorded(exchange);
  const seen = { ...got, headers: withNamesOf(wanted.headers, got.headers) };
  const reason = different[`${exchange.method} ${exchange.what} (${exchange.auth})`];
  if (reason === undefined) expect(shortened(seen, exchange)).toEqual(wanted);
  else expect(shortened(seen, exchange)).not.toEqual(wanted);
});

/** The recording leaves out a PUT whose traces a later GET has, and a token expires while nobody looks. */
async function bringAbout(exchange: Exchange): Promise<void> {
  if (exchange.auth === "expired token") skaha.faults.add({ kind: "unauthorized", times: 1 });
  if (exchange.body !== "3\n") return;
  const put = { ...exchange, method: "PUT", requestBody: exchange.body };
  expect((await ask(put)).status).toBe(201);
}

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** By node's own client: none that reads a URL, or an answer to a HEAD, its own way. */
function ask({ method, path: url, auth, requestHeaders, requestBody }: Exchange): Promise<Got> {
  const authorization = authorizations[auth];
  const sent = Object.fromEntries(requestHeaders.map((line) => line.split(": ", 2)));
  const isChunked = "Transfer-Encoding" in sent;
  return new Promise((resolve, reject) => {
    const headers = { ...sent, ...(authorization !== undefined && { authorization }) };
    const request = http.request(
      { host: "127.0.0.1", port: skaha.port, method, path: url, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on("error", reject);
    if (requestBody === null) request.end();
    else request.end(isChunked ? "hello" : requestBody);
  });
}

function recorded({ status, headers, body }: Exchange): Got {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lower), body };
}

/** What the recording shortened is compared as far as it goes. */
function shortened(got: Got, { body, headers }: Exchange): Got {
  const isPage = body === "<!doctype html>...";
  const challenge = headers["WWW-Authenticate"] === undefined ? {} : { "www-authenticate": "..." };
  return {
    status: got.status,
    headers: { ...got.headers, ...challenge },
    body: isPage && got.body.startsWith("<!doctype html>") ? body : got.body,
  };
}

/** Of an answer's headers those that a recording tells of, and those that it would tell of. */
function withNamesOf(
  wanted: Readonly<Record<string, string>>,
  got: Readonly<Record<string, string>>,
): Record<string, string> {
  const telling = [
    "x-vo-authenticated",
    "www-authenticate",
    "content-type",
    "content-disposition",
    "allow",
  ];
  const names = [...Object.keys(wanted), ...telling];
  return Object.fromEntries(
    names.flatMap((name) => (got[name] === undefined ? [] : [[name, got[name]]])),
  );
}
