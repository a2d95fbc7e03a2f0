// What every run of the engine would fail by fails before it, in one sentence and within ten seconds.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { UnansweredError } from "../../../cli/commandError";
import { askFirst } from "../../../cli/plan/firstQuestion";
import type { Operation } from "../../../cli/plan/pulumiArgs";
import type { Project } from "../../../cli/project";
import { plainConfigOf, plainValuesIn } from "../../../cli/stack/plainConfig";
import type { Stack } from "../../../cli/stack/stack";
import { type Skaha, scriptedRunner, startSkaha } from "../../../embedded";
import { whoseList } from "../../../provider/run/firstList";

jest.setTimeout(60_000);

const before = { ...process.env };
let folder = "";
let skaha: Skaha;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "first-"));
  skaha = await startSkaha({ users: { alice: {} }, runner: scriptedRunner() });
});
afterEach(() => {
  process.env = { ...before };
  skaha.clearJournal();
  skaha.faults.clear();
});
afterAll(async () => {
  await skaha.close();
  rmSync(folder, { recursive: true });
});

function ask(
  env: Record<string, string>,
  {
    operation = "up" as Operation,
    words = [] as string[],
    config = {} as Record<string, string>,
  } = {},
) {
  const { CANFAR_URL: _url, CANFAR_TOKEN: _token, CANFAR_CERTIFICATE: _file, ...others } = before;
  process.env = { ...others, HOME: folder, CANFAR_URL: skaha.url, ...env };
  const stack = { config: (key: string) => config[key] } as Stack;
  const project = { folder, program: folder, pulumi: { env: {} } } as Project;
  return askFirst(operation, words, project, undefined, async () => stack);
}

test("what is answered is the run's first list", async () => {
  const list = await ask({ CANFAR_TOKEN: skaha.token });
  const headers = { authorization: `Bearer ${skaha.token}` };
  const whose = whoseList(skaha.url, { source: "", renewal: "", headers });
  expect(list).toMatchObject({ whose, user: "alice", sessions: [] });
  const asked = () =>
    skaha
      .journal()
      .map(({ path }) => path)
      .sort();
  // Sizes and images are for the run, and for those of the next minutes.
  const listPath = "/skaha/v1/session?type=headless";
  expect(asked()).toEqual(["/skaha/v1/context", "/skaha/v1/image", listPath]);
  skaha.clearJournal();
  await ask({ CANFAR_TOKEN: skaha.token });
  await ask({ CANFAR_TOKEN: skaha.token }, { operation: "destroy" });
  expect(asked()).toEqual([listPath, listPath]);
});

describe("fails in one sentence", () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const expired = `${part({ alg: "RS256" })}.${part({ exp: 1_600_000_000 })}.c2lnbmF0dXJl`;

  test.each<[string, () => Record<string, string>, RegExp]>([
    ["no token", () => ({}), /^no credentials for Skaha were found: set CANFAR_TOKEN, log in with/],
    [
      "a bad token",
      () => ({ CANFAR_TOKEN: "wrong" }),
      /^could not list the sessions: Skaha answered 401: .*does not accept the token in CANFAR_TOKEN: set it to a fresh token/,
    ],
    [
      "an expired token",
      () => ({ CANFAR_TOKEN: expired }),
      /^the token in CANFAR_TOKEN expired on 2020-09-13T12:26:40\.000Z: set it to a fresh token/,
    ],
    [
      "a URL of something else",
      () => ({ CANFAR_TOKEN: "x", CANFAR_URL: skaha.url.replace("/v1", "/v7") }),
      /there is no Skaha API at .*\/v7: perhaps it is/,
    ],
    [
      "a URL that is none",
      () => ({ CANFAR_TOKEN: "x", CANFAR_URL: "ws-uv.canfar.net" }),
      /^CANFAR_URL "ws-uv\.canfar\.net" is not a URL/,
    ],
    [
      "a server that is down",
      () => ({ CANFAR_TOKEN: "x", CANFAR_URL: "http://127.0.0.1:9/skaha/v1" }),
      /ECONNREFUSED.*see whether it can be reached from here/,
    ],
  ])("%s", async (_, env, sentence) => {
    const begun = performance.now();
    const message = await ask(env()).then(
      () => "it was answered",
      (error: Error) => error.message,
    );
    expect(message).toMatch(sentence);
    expect(message).toMatch(/\. Nothing was done\.$/);
    expect(message).not.toContain("\n");
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("a server that accepts a connection and never answers", async () => {
    const held = new Set<net.Socket>();
    const silent = net.createServer((socket) => held.add(socket));
    await new Promise<void>((ready) => silent.listen(0, "127.0.0.1", ready));
    const { port } = silent.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/skaha/v1`;
    const begun = performance.now();
    const error: unknown = await ask({ CANFAR_TOKEN: "x", CANFAR_URL: url }).catch((one) => one);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(error).toBeInstanceOf(UnansweredError); // its request is still under way
    expect((error as Error).message).toMatch(
      /\/skaha\/v1 \(CANFAR_URL\) does not answer \(.*\): see whether .* Nothing was done\.$/,
    );
    for (const socket of held) socket.destroy();
    silent.close();
  });
});

test("a server that is not there yet is told of once, and asked again", async () => {
  const late = http.createServer((_, response) => {
    response.setHeader("x-vo-authenticated", "alice").end("[]");
  });
  const listen = (port: number) =>
    new Promise<void>((ready) => late.listen(port, "127.0.0.1", ready));
  await listen(0);
  const { port } = late.address() as AddressInfo;
  await new Promise((closed) => late.close(closed));
  const url = `http://127.0.0.1:${port}/skaha/v1`;
  const told: string[] = [];
  const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    if (!String(text).includes(url)) return true; // an earlier test's server, which is gone
    if (told.push(String(text)) === 1) void listen(port);
    return true;
  });
  try {
    expect(await ask({ CANFAR_TOKEN: skaha.token, CANFAR_URL: url })).toMatchObject({
      user: "alice",
    });
    expect(told).toEqual([
      `${url} cannot be reached (ECONNREFUSED); asking again for some seconds.\n`,
    ]);
  } finally {
    write.mockRestore();
    late.close();
  }
});

test("a list that takes long is waited for, if the server is there", async () => {
  skaha.faults.add({ kind: "slow", ms: 6_500, path: "type=headless" });
  expect(await ask({ CANFAR_TOKEN: skaha.token })).toMatchObject({ user: "alice" });
});

test.each<[string, Parameters<typeof ask>[1]]>([
  ["the run changes the configuration", { words: ["-c", "skaha:serverUrl=x"] }],
  ["the preview needs no server", { operation: "preview", words: ["--refresh=false"] }],
  ["Pulumi runs elsewhere", { words: ["--remote"] }],
  [
    "a refresh sees the configuration of the last up",
    { operation: "refresh", config: { "skaha:tokenCommand": "false" } },
  ],
  ["a destroy does", { operation: "destroy", config: { "skaha:token": "old" } }],
])("nothing is asked where %s", async (_, how) => {
  expect(await ask({}, how)).toBeUndefined();
  expect(skaha.journal()).toEqual([]);
});

describe("the stack's file", () => {
  test("tells its plain values as they are written, and leaves out secrets that no connection needs", () => {
    const config = plainValuesIn(`encryptionsalt: v1:x
config:
  skaha:serverUrl: https://a.net/skaha/v1
  skaha:maxInFlight: 0x10
  skaha:registryAuth:
    secure: v1:abc
`);
    const keys = ["serverUrl", "maxInFlight", "registryAuth", "token"] as const;
    expect(keys.map((key) => config?.(`skaha:${key}`))).toEqual([
      "https://a.net/skaha/v1",
      "0x10",
      undefined,
      undefined,
    ]);
    expect(plainValuesIn("")?.("skaha:token")).toBeUndefined();
  });

  test.each([
    ["a token that is a secret", "config:\n  skaha:token:\n    secure: v1:abc\n"],
    ["values that are elsewhere", "environment:\n  - prod\nconfig:\n  a:b: c\n"],
    ["no YAML", "config: [\n"],
    ["no map", "config: 7\n"],
  ])("is left to Pulumi with %s", (_, text) => {
    expect(plainValuesIn(text)).toBeUndefined();
  });

  test("is that of the stack that Pulumi takes, and Pulumi is asked where there is more", () => {
    const place = mkdtempSync(path.join(folder, "project-"));
    const env = { PULUMI_BACKEND_URL: `file://${place}` };
    const write = (name: string, text: string) => writeFileSync(path.join(place, name), text);
    const url = (stack: string) =>
      plainConfigOf({ folder: place, env, stack })?.("skaha:serverUrl");
    write("Pulumi.yaml", "name: survey\nruntime: nodejs\n");
    write("Pulumi.dev.yaml", "config:\n  skaha:serverUrl: https://dev.net\n");
    mkdirSync(path.join(place, ".pulumi/stacks/survey"), { recursive: true });
    expect(plainConfigOf({ folder: place, env, stack: "dev" })).toBeUndefined(); // no such stack
    for (const name of ["dev", "new"]) write(`.pulumi/stacks/survey/${name}.json`, "{}");
    expect([url("dev"), url("new")]).toEqual(["https://dev.net", undefined]);
    expect(plainConfigOf({ folder: place, env, stack: "new" })).toBeDefined();
    for (const more of ["config:\n  skaha:record: /arc\n", "stackConfigDir: stacks\n"]) {
      write("Pulumi.yaml", `name: survey\nruntime: nodejs\n${more}`);
      expect(plainConfigOf({ folder: place, env, stack: "dev" })).toBeUndefined();
    }
  });
});
