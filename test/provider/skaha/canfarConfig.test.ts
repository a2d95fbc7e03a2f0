import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseCanfarConfig, readCanfarConfig } from "../../../provider/skaha/canfarConfig";

const parsed = (content: string) => parseCanfarConfig("config.yaml", content, "/home/alice");

/** As canfar writes it since 2026 (canfar/models/config.py, `Configuration.save`). */
const current = `
version: 1
active:
  authentication: srcnet
  server: chalmers
  servers: {srcnet: chalmers, cadc: canfar}
authentication:
  cadc:
    idp: cadc
    mode: x509
    path: /home/alice/.ssl/cadcproxy.pem
    expiry: 1795000000.0
  srcnet:
    idp: srcnet
    mode: oidc
    endpoints: {discovery: "https://iam.example/.well-known/openid-configuration"}
    client: {identity: client, secret: client-secret}
    token: {access: access-token, refresh: refresh-token, type: Bearer, scope: openid}
    expiry: {access: 1795000000.0, refresh: 1797000000.0}
servers:
  canfar:
    idp: cadc
    uri: ivo://cadc.nrc.ca/skaha
    url: https://ws-uv.canfar.net/skaha
    version: v1
    auths: [x509]
    cores: 2
  chalmers:
    idp: srcnet
    url: https://services.swesrc.chalmers.se/skaha
    version: v0
registry:
  url: https://images.canfar.net
  username: alice
  secret: cli-secret
console: {width: 120, banner: true}
`;

/** As it was before: contexts, each with its server. */
const older = `
active: SRCnet
contexts:
  default:
    mode: x509
    path: ~/.ssl/cadcproxy.pem
    expiry: 1795000000.0
    server: {name: CADC-CANFAR, uri: "ivo://cadc.nrc.ca/skaha", url: "https://ws-uv.canfar.net/skaha", version: v1, auths: [x509]}
  SRCnet:
    mode: oidc
    client: {identity: client, secret: client-secret}
    endpoints: {token: "https://iam.example/token"}
    expiry: {access: 1795000000.0, refresh: 1797000000.0}
    server: {name: SRCnet-Sweden, url: "https://services.swesrc.chalmers.se/skaha/", version: v0}
    token: {access: access-token, refresh: refresh-token}
registry: {}
`;

describe("parseCanfarConfig", () => {
  test("reads the layout of 2026", () => {
    expect(parsed(current)).toEqual({
      file: "config.yaml",
      login: { token: "access-token", expires: new Date("2026-11-18T11:06:40.000Z") },
      server: "https://services.swesrc.chalmers.se/skaha/v0",
      registry: { username: "alice", secret: "cli-secret" },
    });
    const cadc = current.replace("authentication: srcnet", "authentication: cadc");
    expect(parsed(cadc.replace("server: chalmers", "server: canfar"))).toMatchObject({
      login: { certificate: "/home/alice/.ssl/cadcproxy.pem" },
      server: "https://ws-uv.canfar.net/skaha/v1",
    });
  });

  test("reads the layout before", () => {
    expect(parsed(older)).toEqual({
      file: "config.yaml",
      login: { token: "access-token", expires: new Date("2026-11-18T11:06:40.000Z") },
      server: "https://services.swesrc.chalmers.se/skaha/v0",
      registry: undefined,
    });
    expect(parsed(older.replace("active: SRCnet", "active: default"))).toMatchObject({
      login: { certificate: "/home/alice/.ssl/cadcproxy.pem" },
      server: "https://ws-uv.canfar.net/skaha/v1",
    });
  });

  test("reads a token that was given by hand (mode token)", () => {
    const byHand = "active: x\ncontexts: {x: {mode: token, token: pasted}}\n";
    expect(parsed(byHand)).toMatchObject({ login: { token: "pasted" }, server: undefined });
  });

  test("takes a version that stands in the URL already", () => {
    const url = current.replace("chalmers.se/skaha", "chalmers.se/skaha/v1");
    expect(parsed(url).server).toBe("https://services.swesrc.chalmers.se/skaha/v1");
  });

  test("finds no login and no server where none is active", () => {
    const none = current
      .replace("authentication: srcnet", "authentication: gone")
      .replace("server: chalmers", "server: null");
    expect(parsed(none)).toMatchObject({ login: undefined, server: undefined });
    const loggedOut = current.replace(/ {4}token: \{.*\n/, "");
    expect(parsed(loggedOut).login).toBeUndefined();
  });

  test.each([
    ["active: [\n", /^config\.yaml is not YAML: /],
    ["just words", /is not as the canfar client writes it, at its top: .*; log in again/],
    ["active: 3\n", /, at active: .*log in again with `canfar login`, or set CANFAR_TOKEN$/],
    ["active: x\ncontexts: {x: {server: 3}}\n", /, at contexts\.x\.server/],
  ])("says what is wrong with %j", (content, message) => {
    expect(() => parsed(content)).toThrow(message);
  });

  test("repeats no secret in its errors", () => {
    const broken = current.replace("access: access-token", "access: [access-token]");
    expect(() => parsed(broken)).toThrow(/authentication\.srcnet/);
    expect(() => parsed(broken)).not.toThrow(/access-token|cli-secret/);
  });
});

describe("readCanfarConfig", () => {
  const home = mkdtempSync(path.join(os.tmpdir(), "canfar-home-"));
  afterAll(() => rmSync(home, { recursive: true }));

  test("is undefined where there is no file", () => {
    expect(readCanfarConfig(home)).toBeUndefined();
  });

  test("reads ~/.canfar/config.yaml, and names it if it cannot", () => {
    const file = path.join(home, ".canfar", "config.yaml");
    mkdirSync(path.dirname(file));
    writeFileSync(file, current);
    expect(readCanfarConfig(home)).toMatchObject({ file, login: { token: "access-token" } });
    rmSync(file);
    mkdirSync(file);
    expect(() => readCanfarConfig(home)).toThrow(`${file} cannot be read: `);
  });
});

describe("the client's own files", () => {
  const fileOf = (version: string) =>
    path.join(__dirname, `../../fixtures/canfar/canfar-${version}.yaml`);
  const expires = new Date(1_795_000_000_000);

  test.each([
    ["1.3.5", "https://services.swesrc.chalmers.se/skaha/v1"],
    ["1.4.1", "https://ws-uv.canfar.net/skaha/v1"],
    ["1.5.2", "https://ws-uv.canfar.net/skaha/v1"],
  ])("of %s are understood: the login, when it expires, and the server", (version, server) => {
    const config = parsed(readFileSync(fileOf(version), "utf8"));
    expect(config).toMatchObject({ login: { token: "access-token", expires }, server });
  });

  test("of 1.5.2, with a certificate as the active login", () => {
    const text = readFileSync(fileOf("1.5.2"), "utf8");
    const login = parsed(text.replace("authentication: srcnet", "authentication: cadc")).login;
    expect(login).toEqual({ certificate: "/home/alice/.ssl/cadcproxy.pem" });
  });
});
