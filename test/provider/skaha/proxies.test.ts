// Servers behind a proxy, which counts who goes through it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { SkahaError, UnclearAnswerError } from "../../../provider/errors";
import { arcOf } from "../../../provider/record/arc";
import { skahaClient } from "../../../provider/skaha/client";
import type { Credential, Credentials } from "../../../provider/skaha/credentials";
import { proxiesOf, proxyBefore } from "../../../provider/skaha/proxies";
import { countingProxy, countingSocks } from "../../countingProxy";

const folder = mkdtempSync(path.join(tmpdir(), "skaha-proxies-"));
const pem = (name: string) => readFileSync(path.join(folder, name), "utf8");
const trusted = tls.getCACertificates("default");
beforeAll(() => {
  const words = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=alice", "-addext", "subjectAltName=DNS:skaha.example.org", "-days", "2"],
    ...["-keyout", "key", "-out", "crt"],
  ];
  execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  tls.setDefaultCACertificates([...trusted, pem("crt")]);
});
afterAll(() => {
  tls.setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
});

interface Heard {
  readonly authorization: string | undefined;
  readonly certificate: string | undefined;
}
const servers: http.Server[] = [];
const heard: Heard[] = [];
afterEach(() => {
  heard.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** @returns the port of a server of an empty list */
async function serve(isSecure = false): Promise<number> {
  const answer: http.RequestListener = ({ headers, socket }, response) => {
    const certificate = socket instanceof tls.TLSSocket ? socket.getPeerCertificate() : undefined;
    heard.push({
      authorization: headers.authorization,
      certificate: certificate?.subject?.CN as string,
    });
    response.end("[]");
  };
  const [cert, key] = [pem("crt"), pem("key")];
  const server = isSecure
    ? https.createServer(
        { cert, key, ca: cert, requestCert: true, rejectUnauthorized: false },
        answer,
      )
    : http.createServer(answer);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return (server.address() as AddressInfo).port;
}

const token: Credential = {
  source: "x",
  renewal: "y",
  headers: { authorization: "Bearer MARKER" },
};
const as = (credential: Credential): Credentials => ({
  current: async () => credential,
  renewed: async () => undefined,
});
const clientOf = (
  server: string,
  env: Record<string, string>,
  { credential = token, timeoutMs = 60_000 } = {},
) =>
  skahaClient({
    server,
    credentials: as(credential),
    concurrency: 2,
    timeoutMs,
    proxies: proxiesOf(env),
  });
const launch = { name: "x", image: "a.b/c", command: "x", args: [], env: {}, secrets: [] };
const empty = { user: undefined, sessions: [] };

describe("a server is asked through the proxy", () => {
  test.each(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])(
    "that %s names",
    async (name) => {
      await using proxy = await countingProxy();
      const port = await serve();
      const client = clientOf(`http://127.0.0.1:${port}`, { [name]: proxy.url });
      await expect(client.list()).resolves.toEqual(empty);
      await expect(client.cancel("abcd1234")).resolves.toBeUndefined();
      const [host] = proxy.tunnels;
      expect(host).toBe(`127.0.0.1:${port}`);
      expect(heard).toHaveLength(2);
    },
  );

  test.each(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])(
    "that %s names, which sees the host's name only, and the server the client's certificate",
    async (name) => {
      const port = await serve(true);
      await using proxy = await countingProxy({ leadsTo: port });
      const tls = { cert: pem("crt"), key: pem("key") };
      const server = "https://skaha.example.org/skaha/v1"; // only the proxy knows where that is
      const client = clientOf(server, { [name]: proxy.url }, { credential: { ...token, tls } });
      await expect(client.list()).resolves.toEqual(empty);
      expect(proxy.tunnels).toEqual(["skaha.example.org:443"]);
      expect(proxy.authorizations).toEqual([undefined]);
      expect(heard).toEqual([{ authorization: "Bearer MARKER", certificate: "alice" }]);
    },
  );

  test("with the user and password of its URL, which the server is not told", async () => {
    await using proxy = await countingProxy();
    const port = await serve();
    const url = proxy.url.replace("//", "//me:p%40ss@");
    await clientOf(`http://127.0.0.1:${port}`, { http_proxy: url }).list();
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from("me:p@ss").toString("base64")}`]);
    expect(heard).toMatchObject([{ authorization: "Bearer MARKER" }]);
  });

  test("also where it speaks SOCKS5", async () => {
    await using proxy = await countingSocks();
    const port = await serve();
    const client = clientOf(`http://localhost:${port}`, { all_proxy: proxy.url });
    await Promise.all(Array.from({ length: 20 }, () => client.list()));
    expect(heard).toHaveLength(20);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`localhost:${port}`]));
    expect(proxy.tunnels.length).toBeLessThanOrEqual(2);
  });

  test("by all that asks: files of /arc too, with no more connections than are wanted", async () => {
    await using proxy = await countingProxy();
    const port = await serve();
    const server = `http://127.0.0.1:${port}`;
    const proxies = proxiesOf({ http_proxy: proxy.url });
    const arc = arcOf({ server, credentials: as(token), concurrency: 2, proxies });
    await Promise.all(Array.from({ length: 20 }, () => arc.read("/arc/home/x")));
    expect(heard).toHaveLength(20);
    expect(proxy.tunnels.length).toBeGreaterThan(0);
    expect(proxy.tunnels.length).toBeLessThanOrEqual(2);
  });
});

describe("a server is asked without it", () => {
  test.each<[string, (url: string, port: number) => Record<string, string>]>([
    ["where NO_PROXY names it", (http_proxy) => ({ http_proxy, NO_PROXY: "other.net, 127.0.0.1" })],
    [
      "where no_proxy names it with its port",
      (http_proxy, port) => ({ http_proxy, no_proxy: `127.0.0.1:${port}` }),
    ],
    ["where NO_PROXY is *", (http_proxy) => ({ http_proxy, NO_PROXY: "*" })],
    ["where the proxy is for https only", (https_proxy) => ({ https_proxy })],
    ["where a variable in lower case is empty", (HTTP_PROXY) => ({ HTTP_PROXY, http_proxy: "" })],
    [
      "where the server is on this machine and the proxy is not",
      () => ({ http_proxy: "http://proxy.invalid:3128" }),
    ],
  ])("%s", async (_, env) => {
    await using proxy = await countingProxy();
    const port = await serve();
    const client = clientOf(`http://127.0.0.1:${port}`, env(proxy.url, port));
    await expect(client.list()).resolves.toEqual(empty);
    expect(proxy.tunnels).toEqual([]);
  });

  test("http_proxy is not for https, and a suffix in NO_PROXY stands for all below it", () => {
    const url = new URL("https://ws-uv.canfar.net/skaha/v1");
    expect(proxyBefore(url, proxiesOf({ http_proxy: "http://a:1" }))).toBeUndefined();
    expect(proxyBefore(url, proxiesOf({ https_proxy: "a:1" }))?.url.href).toBe("http://a:1/");
  });
});

describe("a proxy that is in the way is named, without its password", () => {
  const of = (proxy: { url: string }) => ({ http_proxy: proxy.url.replace("//", "//me:MARKER@") });

  test.each<[number, string]>([
    [
      407,
      "it wants a user and a password, which http_proxy can hold as http://USER:PASSWORD@HOST:PORT",
    ],
    [403, "127.0.0.1 is this machine, so name it in NO_PROXY"],
  ])("%d", async (status, help) => {
    await using proxy = await countingProxy({ status });
    const port = await serve();
    const client = clientOf(`http://127.0.0.1:${port}`, of(proxy));
    const error = await client.list().catch((reason: Error) => reason.message);
    expect(error).toBe(
      `could not list the sessions: no answer from Skaha (the proxy ${proxy.url} (http_proxy) answered ${status} to CONNECT 127.0.0.1:${port}: ${help}): GET http://127.0.0.1:${port}/session?type=headless; see whether it can be reached from here, then run the command again`,
    );
    // The server was not told of a launch: it need not be looked for.
    const launched = await client.create(launch).catch((reason: unknown) => reason);
    expect(launched).toBeInstanceOf(SkahaError);
    expect(launched).not.toBeInstanceOf(UnclearAnswerError);
    expect(heard).toEqual([]);
    expect(proxy.tunnels).toHaveLength(2);
  });

  test("one that is not there", async () => {
    const gone = await countingProxy();
    await gone[Symbol.asyncDispose]();
    const client = clientOf(`http://127.0.0.1:${await serve()}`, of(gone));
    const error = await client.create(launch).catch((reason: Error) => reason.message);
    expect(error).toContain(`the proxy ${gone.url} (http_proxy) cannot be reached: `);
    expect(error).toContain(": 127.0.0.1 is this machine, so name it in NO_PROXY");
    expect(error).toContain("connect ECONNREFUSED");
  });

  test("one that never answers, after the time that an answer may take", async () => {
    await using proxy = await countingProxy({ status: "none" });
    const client = clientOf(`http://127.0.0.1:${await serve()}`, of(proxy), { timeoutMs: 500 });
    await expect(client.list()).rejects.toThrow(
      `the proxy ${proxy.url} (http_proxy) cannot be reached: Headers Timeout Error`,
    );
    await expect(client.create(launch)).rejects.not.toThrow("MARKER");
  });

  test.each(["ftp://proxy:1", "http://", "://x", "quic://a:1"])("%s is none", (https_proxy) => {
    expect(() => proxiesOf({ https_proxy })).toThrow(
      "https_proxy names no proxy that can be used: write it like http://proxy.example.org:3128, or unset it",
    );
  });
});
