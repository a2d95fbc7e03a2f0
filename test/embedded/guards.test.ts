import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Skaha, scriptedRunner, startSkaha } from "../../embedded";
import { eventually, rawRequest } from "./client";

jest.setTimeout(60_000);

let skaha: Skaha;
beforeAll(async () => {
  skaha = await startSkaha({ runner: scriptedRunner(), users: { alice: { token: "t" } } });
});
afterAll(() => skaha.close());

const bearer = { authorization: "Bearer t" };

describe("who may ask", () => {
  test.each([
    ["/session", 400],
    ["/context", 400],
    ["/nowhere", 404],
  ])("%s without a token is a %d", async (path, status) => {
    expect((await fetch(skaha.url + path)).status).toBe(status);
  });

  test.each([
    ["/_embedded/journal", 400],
    ["/_embedded/faults", 400],
    ["/_embedded/sessions", 400],
    ["/arc/files/x", 403],
    ["/arc/files/projects/x", 403],
  ])("%s needs the token", async (path, status) => {
    const url = new URL(skaha.url).origin + path;
    expect((await fetch(url)).status).toBe(status);
    expect((await fetch(url, { headers: { authorization: "Bearer x" } })).status).toBe(401);
  });

  test("tokens that are not given are random", async () => {
    const [one, two] = await Promise.all([
      startSkaha({ runner: scriptedRunner() }),
      startSkaha({ runner: scriptedRunner() }),
    ]);
    expect(one.token).not.toBe(two.token);
    expect(one.token.length).toBeGreaterThanOrEqual(32);
    await Promise.all([one.close(), two.close()]);
  });

  test("who is not in the users' group is told so", async () => {
    const closed = await startSkaha({
      runner: scriptedRunner(),
      users: { eve: { token: "e", authorized: false } },
    });
    const answer = await fetch(`${closed.url}/session`, { headers: { authorization: "Bearer e" } });
    expect([answer.status, await answer.text()]).toEqual([
      403,
      "Not authorized to use the skaha system\n",
    ]);
    await closed.close();
  });
});

describe("from where", () => {
  test.each(["evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80"])(
    "the Host %s is refused, token or not",
    async (host) => {
      const answer = await rawRequest(`${skaha.url}/session`, { ...bearer, host });
      expect(answer.status).toBe(403);
    },
  );

  test("localhost with the right port is fine", async () => {
    const answer = await rawRequest(`${skaha.url}/session`, {
      ...bearer,
      host: `localhost:${skaha.port}`,
    });
    expect(answer.status).toBe(200);
  });

  test.each(["null", "https://evil.example", "http://127.0.0.1"])(
    "a request of a web page (Origin %s) is refused, also for the open routes",
    async (origin) => {
      const open = skaha.url.replace(/\/v1$/, "/availability");
      for (const url of [`${skaha.url}/session`, open]) {
        expect((await rawRequest(url, { ...bearer, origin })).status).toBe(403);
      }
    },
  );

  test("another address needs allowRemote", async () => {
    await expect(startSkaha({ runner: scriptedRunner(), host: "0.0.0.0" })).rejects.toThrow(
      "host: 0.0.0.0 lets other machines run commands here; set allowRemote if that is meant",
    );
  });
});

describe("/arc/files", () => {
  test("hands out nothing outside /arc", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "skaha-guards-"));
    const local = await startSkaha({ dataDir, users: { alice: { token: "t" } } });
    const status = (path: string) =>
      new Promise((resolve) => {
        // Not through fetch, which would tidy the path.
        const asked = request({ port: local.port, host: "127.0.0.1", path, headers: bearer });
        asked.on("response", (answer) => resolve(answer.resume().statusCode)).end();
      });
    expect(await status("/arc/files/../server.lock")).toBe(404);
    expect(await status("/arc/files/%2e%2e/server.lock")).toBe(404);
    await local.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});

describe("starting and closing", () => {
  test("leaves nothing behind", async () => {
    await (await startSkaha({ runner: scriptedRunner() })).close();
    const before = listening().length;
    for (let i = 0; i < 50; i++) await (await startSkaha({ runner: scriptedRunner() })).close();
    // Listening sockets are gone a turn of the event loop later.
    await eventually(
      async () => (listening().length <= before ? true : undefined),
      "the listening sockets are closed",
    );
  });

  test("without a folder a runner is needed", async () => {
    await expect(startSkaha({})).rejects.toThrow("without a dataDir a runner must be given");
  });

  test("a list of 1000 sessions is whole", async () => {
    const many = await startSkaha({ runner: scriptedRunner(), users: { alice: { token: "t" } } });
    const body = () =>
      new URLSearchParams({ name: "x", image: "images.canfar.net/x", cmd: "true" });
    for (let i = 0; i < 1000; i++) {
      await fetch(`${many.url}/session`, { method: "POST", headers: bearer, body: body() });
    }
    const list = () => fetch(`${many.url}/session`, { headers: bearer }).then((one) => one.json());
    expect(await list()).toHaveLength(1000);
    await many.close();
  });
});

describe("a configuration that makes no sense", () => {
  test.each([
    [{ images: [{ name: "x" }] }, /images/],
    [{ capacity: { cores: 0 } }, /capacity\.cores: /],
    [{ users: {} }, /users: at least one user is needed/],
    [{ users: { "a b": {} } }, /users\.a b: /],
    [{ typo: 1 }, /typo/],
    [{ faults: [{ kind: "nonsense" }] }, /faults\.0\.kind: /],
  ])("%j is refused with the property and the reason", async (config, message) => {
    const options = { runner: scriptedRunner(), ...config } as Parameters<typeof startSkaha>[0];
    await expect(startSkaha(options)).rejects.toThrow(message);
  });
});

function listening(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap");
}
