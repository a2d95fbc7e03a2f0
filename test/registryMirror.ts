// An npm registry on this machine, over HTTPS, with a certificate that nobody vouches for but a CA made for it: as
// institutes have whose proxies look into TLS. What it serves it gets from the registry that this machine is set to.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { EnvHttpProxyAgent, fetch } from "undici";

export interface RegistryMirror extends AsyncDisposable {
  /** As `npm_config_registry` has it; ends with a slash. */
  readonly url: string;
  readonly port: number;
  /** The CA's certificate, a PEM file. */
  readonly ca: string;
  /** The paths that were asked for. */
  readonly requests: string[];
}

/** @param named by another name than `localhost`, at port 443: to be reached through a proxy only */
export async function registryMirror(named?: string): Promise<RegistryMirror> {
  const folder = mkdtempSync(path.join(tmpdir(), "registry-mirror-"));
  const certified = certificate(folder, named ?? "localhost");
  const { stdout } = await promisify(execFile)("npm", ["config", "get", "registry"]);
  const upstream = stdout.trim().replace(/\/?$/, "/");
  const dispatcher = new EnvHttpProxyAgent();
  const requests: string[] = [];
  let url = "";

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = request.url ?? "/";
    requests.push(asked);
    const { accept = "*/*" } = request.headers;
    const got = await fetch(new URL(asked.slice(1), upstream), { dispatcher, headers: { accept } });
    const type = got.headers.get("content-type") ?? "application/octet-stream";
    const body = Buffer.from(await got.arrayBuffer());
    response.writeHead(got.status, { "content-type": type });
    // The addresses of the tarballs are to be this registry's, too.
    response.end(type.includes("json") ? body.toString().replaceAll(upstream, url) : body);
  }

  const server = https.createServer(certified, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  url = named === undefined ? `https://localhost:${port}/` : `https://${named}/`;
  return {
    url,
    port,
    ca: path.join(folder, "ca.pem"),
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await dispatcher.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Of a server, by a CA whose own is `ca.pem` in the folder. */
function certificate(folder: string, host: string): { cert: Buffer; key: Buffer } {
  const openssl = (...words: string[]) =>
    execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const whose = (name: string) => ["-subj", `/CN=${name}`];
  openssl(
    "req",
    "-x509",
    ...fresh,
    ...whose("A CA of a test"),
    "-days",
    "2",
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  openssl(
    "req",
    "-new",
    ...fresh,
    ...whose(host),
    ...["-keyout", "server.key", "-out", "server.csr"],
  );
  writeFileSync(path.join(folder, "server.ext"), `subjectAltName=DNS:${host}\n`);
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "server.ext"];
  openssl("x509", "-req", "-in", "server.csr", ...by, "-days", "2", "-out", "server.pem");
  const read = (name: string) => readFileSync(path.join(folder, name));
  return { cert: read("server.pem"), key: read("server.key") };
}
