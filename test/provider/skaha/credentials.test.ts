// Where the credentials come from, and what is said of each that cannot work. It is long, because each source and each
// damage is a case of its own, with real certificates.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import type { CanfarConfig } from "../../../provider/skaha/canfarConfig";
import { skahaClient } from "../../../provider/skaha/client";
import { type CredentialSources, credentialsFrom } from "../../../provider/skaha/credentials";

const now = Date.parse("2026-11-22T20:00:00Z");
const home = mkdtempSync(path.join(os.tmpdir(), "skaha-credentials-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A self-signed certificate with its key in one file, as `cadc-get-cert` writes it. */
function certificate(name: string, days: number): string {
  const file = path.join(home, name);
  const words = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=alice", "-addext", "subjectAltName=IP:127.0.0.1", "-days", String(days)],
    ...["-keyout", `${file}.key`, "-out", `${file}.crt`],
  ];
  execFileSync("openssl", words, { stdio: "pipe" });
  const pem = readFileSync(`${file}.crt`, "utf8") + readFileSync(`${file}.key`, "utf8");
  writeFileSync(file, pem, { mode: 0o600 });
  return file;
}

const valid = certificate("valid.pem", 36_500);
/** Expired as seen from `afterMonth`. */
const expired = certificate("expired.pem", 30);
const afterMonth = Date.now() + 31 * 24 * 3_600_000;

function jwt(exp: number | undefined): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ sub: "alice", exp })}.c2lnbmF0dXJl`;
}

function script(name: string, lines: string): string {
  const file = path.join(home, name);
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

interface Given {
  env?: Record<string, string>;
  tokenCommand?: string;
  canfar?: CanfarConfig | (() => CanfarConfig);
  stackToken?: string;
  home?: string;
  now?: number;
}

function sources({ env = {}, tokenCommand, canfar, stackToken, home: own, now: at = now }: Given) {
  return {
    env,
    home: own ?? path.join(home, "nobody"),
    folder: home,
    tokenCommand,
    stackToken,
    canfarConfig: () => (typeof canfar === "function" ? canfar() : canfar),
    now: () => at,
  } satisfies CredentialSources;
}

const find = (given: Given) => credentialsFrom(sources(given)).current();
const homeWithCertificate = path.join(home, "withCertificate");
mkdirSync(path.join(homeWithCertificate, ".ssl"), { recursive: true });
writeFileSync(path.join(homeWithCertificate, ".ssl", "cadcproxy.pem"), readFileSync(valid));

describe("the order of the sources", () => {
  const all: Given = {
    env: { CANFAR_TOKEN: "from-env\n", CANFAR_CERTIFICATE: valid },
    tokenCommand: "echo from-command",
    canfar: { file: "config.yaml", login: { token: "from-canfar" } },
    stackToken: "from-stack",
    home: homeWithCertificate,
  };
  const { env: _env, ...withoutEnv } = all;
  const { tokenCommand: _command, ...withoutCommand } = withoutEnv;
  const { canfar: _canfar, ...withoutCanfar } = withoutCommand;
  const { home: _home, ...withoutHome } = withoutCanfar;

  test.each<[string, Given, string]>([
    ["CANFAR_TOKEN", all, "from-env"],
    ["skaha:tokenCommand", withoutEnv, "from-command"],
    ["the canfar client's login", withoutCommand, "from-canfar"],
    ["the stack's token", withoutHome, "from-stack"],
    [
      "an empty CANFAR_TOKEN is none",
      { ...withoutEnv, env: { CANFAR_TOKEN: " " } },
      "from-command",
    ],
  ])("%s", async (_, given, token) => {
    expect((await find(given)).headers).toEqual({ authorization: `Bearer ${token}` });
  });

  test.each<[string, Given, RegExp]>([
    [
      "CANFAR_CERTIFICATE",
      { ...withoutEnv, env: { CANFAR_CERTIFICATE: valid } },
      /valid\.pem in CANFAR_CERTIFICATE$/,
    ],
    [
      "the canfar client's certificate",
      { canfar: { file: "config.yaml", login: { certificate: valid } }, stackToken: "x" },
      /valid\.pem named by config\.yaml$/,
    ],
    ["~/.ssl/cadcproxy.pem", withoutCanfar, /\.ssl\/cadcproxy\.pem$/],
  ])("%s", async (_, given, source) => {
    const found = await find(given);
    expect(found).toMatchObject({ headers: {}, source: expect.stringMatching(source) });
    expect(found.tls?.cert).toMatch(/BEGIN CERTIFICATE/);
  });

  test("names all of them where there is none", async () => {
    await expect(find({})).rejects.toThrow(
      /no credentials for Skaha were found: set CANFAR_TOKEN, .*canfar login.*cadc-get-cert.*cadcproxy\.pem.*skaha:token/,
    );
  });
});

describe("what is not good any more", () => {
  const past = now / 1000 - 60;

  test.each<[string, Given, RegExp]>([
    [
      "a token in the environment",
      { env: { CANFAR_TOKEN: jwt(past) } },
      /^the token in CANFAR_TOKEN expired on 2026-11-22T19:59:00\.000Z: set it to a fresh token$/,
    ],
    [
      "a certificate in the environment",
      { env: { CANFAR_CERTIFICATE: expired }, now: afterMonth },
      /expired\.pem in CANFAR_CERTIFICATE expired on \d{4}-\d\d-\d\dT.*Z: get a new one with `cadc-get-cert`/,
    ],
    [
      "what a command prints",
      { tokenCommand: `echo ${jwt(past)}` },
      /^the token in what skaha:tokenCommand \(echo\) prints expired on 2026-11-22/,
    ],
    [
      "the canfar client's login",
      { canfar: { file: "config.yaml", login: { token: jwt(past) } } },
      /^the token in config\.yaml expired on .*: log in again with `canfar login`$/,
    ],
    [
      "the stack's token",
      { stackToken: jwt(past) },
      /^the token in the stack's skaha:token expired on .*pulumi config set --secret skaha:token/,
    ],
  ])("%s is refused with the date and the remedy", async (_, given, message) => {
    await expect(find(given)).rejects.toThrow(message);
  });

  test("what merely lies about is passed over, and told of only if nothing else is found", async () => {
    const canfar: CanfarConfig = { file: "config.yaml", login: { token: jwt(past) } };
    await expect(find({ canfar, stackToken: "from-stack" })).resolves.toMatchObject({
      source: "the token in the stack's skaha:token",
    });
    const broken = () => {
      throw new Error("config.yaml is not YAML");
    };
    await expect(find({ canfar: broken, home: homeWithCertificate })).resolves.toHaveProperty(
      "tls",
    );
    await expect(find({ canfar: broken })).rejects.toThrow("config.yaml is not YAML");
  });

  test("what tells of no end is taken as it is", async () => {
    for (const token of ["opaque", "a.b.c", jwt(undefined), jwt(now / 1000 + 60)]) {
      await expect(find({ env: { CANFAR_TOKEN: token } })).resolves.toBeDefined();
    }
  });

  test.each([
    ["no key", () => readFileSync(`${valid}.crt`, "utf8"), /no private key/],
    [
      "no certificate",
      () => readFileSync(`${valid}.key`, "utf8"),
      /is not a PEM file with a certificate and its key/,
    ],
    ["no PEM", () => "hello", /is not a PEM file with a certificate and its key/],
  ])("a file with %s is refused, and its content not shown", async (name, content, message) => {
    const file = path.join(home, `${name.replace(" ", "-")}.pem`);
    writeFileSync(file, content());
    const refused = find({ env: { CANFAR_CERTIFICATE: file } });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/BEGIN|hello/);
  });

  test("a certificate that is not there is named", async () => {
    await expect(find({ env: { CANFAR_CERTIFICATE: "/nowhere.pem" } })).rejects.toThrow(
      /^the certificate \/nowhere\.pem in CANFAR_CERTIFICATE cannot be read: .*ENOENT/,
    );
  });

  test("a token that no header could carry is refused, and not repeated", async () => {
    const refused = find({ env: { CANFAR_TOKEN: "two words" } });
    await expect(refused).rejects.toThrow(/the token in CANFAR_TOKEN holds a space/);
    await expect(refused).rejects.not.toThrow(/two words/);
  });
});

describe("skaha:tokenCommand", () => {
  test("is split into words as a shell would", async () => {
    const tokens = script("tokens", 'printf "%s" "$1"');
    const found = await find({ tokenCommand: `'${tokens}' "my-token"` });
    expect(found.headers).toEqual({ authorization: "Bearer my-token" });
  });

  test("shows what a failing command says", async () => {
    const failing = script("failing", "echo half-a-token; echo 'vault is sealed' >&2; exit 3");
    const refused = find({ tokenCommand: failing });
    await expect(refused).rejects.toThrow(
      /skaha:tokenCommand \(.*failing\) gave no token: vault is sealed$/,
    );
    await expect(refused).rejects.not.toThrow(/half-a-token/);
  });

  test.each([
    ["pass show skaha | head -1"],
    ["echo $(cat token)"],
    ["$HOME/bin/token"],
    ["echo $TOKEN"],
    ["cat *.token"],
  ])("refuses what only a shell could do: %s", async (tokenCommand) => {
    await expect(find({ tokenCommand })).rejects.toThrow(
      `skaha:tokenCommand ${JSON.stringify(tokenCommand)} is run by no shell: name a program and its arguments`,
    );
  });

  test("says that it printed nothing, and that it is not there", async () => {
    await expect(find({ tokenCommand: "true" })).rejects.toThrow(
      /gave no token: it printed nothing/,
    );
    await expect(find({ tokenCommand: "no-such-program" })).rejects.toThrow(
      /gave no token: .*ENOENT/,
    );
  });

  test("runs once, whoever asks", async () => {
    const count = path.join(home, "count");
    const counting = script("counting", `echo x >> '${count}'; echo token`);
    const credentials = credentialsFrom(sources({ tokenCommand: counting }));
    await Promise.all([credentials.current(), credentials.current()]);
    await credentials.current();
    expect(readFileSync(count, "utf8")).toBe("x\n");
  });
});

test("relative paths start from the program's folder, whoever asks", async () => {
  script("relative", "echo from-the-folder");
  const found = await find({ tokenCommand: "./relative" });
  expect(found.headers).toEqual({ authorization: "Bearer from-the-folder" });
  const file = path.relative(home, valid);
  const certified = await find({ env: { CANFAR_CERTIFICATE: file } });
  expect(certified.tls?.cert).toMatch(/BEGIN CERTIFICATE/);
});

describe("renewed", () => {
  test("reads all sources again once, for all who were refused", async () => {
    const count = path.join(home, "renewals");
    const rotating = script(
      "rotating",
      `echo x >> '${count}'; echo token-$(wc -l < '${count}' | tr -d ' ')`,
    );
    const credentials = credentialsFrom(sources({ tokenCommand: rotating }));
    const first = await credentials.current();
    const renewals = await Promise.all([1, 2, 3].map(() => credentials.renewed(first)));
    expect(new Set(renewals)).toEqual(new Set([await credentials.current()]));
    expect(renewals[0]?.headers).toEqual({ authorization: "Bearer token-2" });
    await expect(credentials.renewed(await credentials.current())).resolves.toBeUndefined();
    expect(readFileSync(count, "utf8")).toBe("x\nx\n");
  });

  test("has nothing else where the sources say the same", async () => {
    const credentials = credentialsFrom(sources({ env: { CANFAR_TOKEN: "same" } }));
    await expect(credentials.renewed(await credentials.current())).resolves.toBeUndefined();
  });
});

test("a certificate is shown to a server that asks for one", async () => {
  const seen: string[] = [];
  const [cert, key] = [readFileSync(`${valid}.crt`), readFileSync(`${valid}.key`)];
  const server = https.createServer(
    { cert, key, requestCert: true, rejectUnauthorized: true, ca: [cert] },
    (request, response) => {
      const { subject } = (request.socket as tls.TLSSocket).getPeerCertificate();
      seen.push(`${request.method} ${request.url} ${subject.CN} ${request.headers.authorization}`);
      response.setHeader("x-vo-authenticated", "alice");
      response.end("[]");
    },
  );
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const trusted = tls.getCACertificates("default");
  tls.setDefaultCACertificates([...trusted, String(cert)]);
  try {
    const client = skahaClient({
      server: `https://127.0.0.1:${port}/skaha/v1`,
      credentials: credentialsFrom(sources({ env: { CANFAR_CERTIFICATE: valid } })),
      concurrency: 2,
    });
    await expect(client.list()).resolves.toEqual({ user: "alice", sessions: [] });
    expect(seen).toEqual(["GET /skaha/v1/session?type=headless alice undefined"]);
  } finally {
    tls.setDefaultCACertificates(trusted);
    server.close();
  }
});

describe("a certificate that cannot work is refused in a sentence", () => {
  const file = (name: string, ...parts: string[]) => {
    const written = path.join(home, name);
    writeFileSync(written, parts.map((part) => readFileSync(part, "utf8")).join(""));
    return written;
  };
  certificate("ca.pem", 30);
  const of = (name: string) => path.join(home, name);
  const encrypted = (name: string, ...words: string[]) => {
    execFileSync(
      "openssl",
      [...words, "-in", of("valid.pem.key"), "-out", of(name), "-passout", "pass:x"],
      {
        stdio: "pipe",
      },
    );
    return of(name);
  };

  test.each<[string, () => string, RegExp]>([
    [
      "an encrypted key",
      () => file("pkcs8.pem", of("valid.pem.crt"), encrypted("pkcs8", "pkcs8", "-topk8")),
      /pkcs8\.pem in CANFAR_CERTIFICATE holds a key that is encrypted with a passphrase, .*: write one without, as `openssl pkey -in .*pkcs8\.pem/,
    ],
    [
      "an encrypted key of the older form",
      () => file("older.pem", of("valid.pem.crt"), encrypted("older", "ec", "-aes128")),
      /holds a key that is encrypted with a passphrase/,
    ],
    [
      "another certificate's key",
      () => file("others.pem", of("valid.pem.crt"), of("ca.pem.key")),
      /others\.pem in CANFAR_CERTIFICATE holds the key of another certificate: put a certificate and the key that was made with it into one file/,
    ],
    [
      "the CA's certificate first",
      () => file("caFirst.pem", of("ca.pem.crt"), of("valid.pem.crt"), of("valid.pem.key")),
      /begins with another certificate than the key's, perhaps the CA's: put the certificate of its key first/,
    ],
    [
      "no certificate",
      () => file("keyOnly.pem", of("valid.pem.key")),
      /is not a PEM file with a certificate and its key \(it holds no certificate\); or get a new one with `cadc-get-cert`/,
    ],
  ])("%s", async (_, make, sentence) => {
    const refused = find({ env: { CANFAR_CERTIFICATE: make() } });
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.not.toThrow(/PRIVATE KEY-----|ERR_OSSL/);
  });

  test("but not one with its CA's after it", async () => {
    const whole = file("chain.pem", of("valid.pem.crt"), of("valid.pem.key"), of("ca.pem.crt"));
    await expect(find({ env: { CANFAR_CERTIFICATE: whole } })).resolves.toBeDefined();
  });
});

test("~/ is the home, in a certificate's path and in a command", async () => {
  const own = homeWithCertificate;
  const env = { CANFAR_CERTIFICATE: "~/.ssl/cadcproxy.pem" };
  const found = await find({ env, home: own });
  expect(found.source).toBe(`the certificate ${own}/.ssl/cadcproxy.pem in CANFAR_CERTIFICATE`);
  writeFileSync(path.join(own, "token"), "from-home");
  const told = await find({ tokenCommand: "cat ~/token", home: own });
  expect(told.headers).toEqual({ authorization: "Bearer from-home" });
});

test.each(["Bearer MARKER", "bearer MARKER", "Authorization: Bearer MARKER", "Bearer"])(
  "%s is a header, and no token",
  async (text) => {
    const refused = find({ env: { CANFAR_TOKEN: text } });
    await expect(refused).rejects.toThrow(
      'the token in CANFAR_TOKEN begins with "Bearer": leave that word out, because it is added to each request',
    );
    await expect(refused).rejects.not.toThrow("MARKER");
  },
);
