import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type World, world } from "../world/world";

const jobs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`job-${n}`, { args: [n] }]));

/** A command that prints a first token, then another, and how often it was run. */
function rotating(w: World, first: string, then: string): { command: string; runs(): number } {
  const count = path.join(w.engine.folder, "runs");
  const command = path.join(w.engine.folder, "token");
  writeFileSync(count, "");
  writeFileSync(
    command,
    `#!/bin/sh\necho x >> '${count}'\nif [ $(wc -l < '${count}') -eq 1 ]; then echo '${first}'; else echo '${then}'; fi\n`,
  );
  chmodSync(command, 0o755);
  return { command, runs: () => readFileSync(count, "utf8").length / 2 };
}

function jwt(exp: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ exp })}.c2lnbmF0dXJl`;
}

describe("a token that is refused", () => {
  test("has all sources read again once, whatever the number of jobs", async () => {
    await using w = await world();
    const { command, runs } = rotating(w, "old-token", w.skaha.token);
    w.engine.env.CANFAR_TOKEN = "";
    w.engine.config["skaha:tokenCommand"] = command;
    // The refresh of an empty stack asks for nothing: this is one process of the provider's.
    await w.engine.up(jobs(20));
    expect(Object.values(w.engine.statuses())).toEqual(Array(20).fill("Pending"));
    expect(runs()).toBe(2);
    const refused = w.skaha.journal().filter(({ status }) => status === 401);
    expect(refused.length).toBeLessThanOrEqual(3); // the list, and what a preview asks for, at once
    expect(w.skaha.jobs()).toHaveLength(20);
  });

  test("is an error with the source and the remedy if there is no other", async () => {
    await using w = await world();
    w.engine.env.CANFAR_TOKEN = "no-such-token";
    await expect(w.engine.up(jobs(1))).rejects.toThrow(
      /Skaha answered 401: .*; http:\S+ does not accept the token in CANFAR_TOKEN: set it to a fresh token/,
    );
    expect(w.engine.lines.join()).not.toMatch("no-such-token");
    expect(w.posts()).toBe(0);
  });

  test("of a running stack changes nothing, and the next run with a good one goes on", async () => {
    await using w = await world();
    await w.engine.up(jobs(2));
    w.engine.env.CANFAR_TOKEN = "rotated-away";
    await expect(w.engine.destroy()).rejects.toThrow(/401/);
    expect(w.engine.statuses()).toEqual({ "job-0": "Pending", "job-1": "Pending" });
    w.engine.env.CANFAR_TOKEN = w.skaha.token;
    await w.engine.destroy();
    expect(w.runner.running).toEqual([]);
  });
});

describe("a colleague's token", () => {
  test("touches nothing, and the error names both users", async () => {
    await using w = await world();
    await w.engine.up(jobs(1));
    w.engine.env.CANFAR_TOKEN = w.skaha.tokens.bob ?? "";
    const message = /was launched by alice, but these credentials are bob's: use alice's token/;
    await expect(w.engine.up(jobs(1))).rejects.toThrow(message);
    await expect(w.engine.up({ "job-0": { args: ["other"] } })).rejects.toThrow(message);
    await expect(w.engine.destroy()).rejects.toThrow(message);
    expect(w.runner.running).toHaveLength(1);
    expect(w.posts()).toBe(1);
  });
});

describe("what has expired", () => {
  test("is said before the first request, with the date and the remedy", async () => {
    await using w = await world();
    w.engine.env.CANFAR_TOKEN = jwt(Date.parse("2026-11-22T11:00:00Z") / 1000);
    const message =
      "the token in CANFAR_TOKEN expired on 2026-11-22T11:00:00.000Z: set it to a fresh token";
    await expect(w.engine.up(jobs(1))).rejects.toThrow(message);
    // A preview works as it does without a network, and tells of it.
    await expect(w.engine.preview(jobs(1))).resolves.toEqual({ "job-0": "create" });
    expect(w.said()).toContainEqual(expect.stringContaining(message));
    expect(w.skaha.journal()).toEqual([]);
  });
});

describe("the canfar client's login", () => {
  test("is used with its server, in both layouts of its file", async () => {
    await using w = await world();
    delete w.engine.env.CANFAR_URL;
    delete w.engine.env.CANFAR_TOKEN;
    const url = w.skaha.url.replace(/\/v1$/, "");
    w.engine.writeHome(".canfar/config.yaml", [
      "active: mine",
      "contexts:",
      `  mine: {mode: oidc, token: {access: ${w.skaha.token}}, server: {url: "${url}", version: v1}}`,
    ]);
    await w.engine.up(jobs(1));
    w.engine.writeHome(".canfar/config.yaml", [
      "version: 1",
      "active: {authentication: mine, server: here}",
      `authentication: {mine: {mode: oidc, token: {access: ${w.skaha.token}}}}`,
      `servers: {here: {idp: mine, url: "${url}", version: v1}}`,
    ]);
    expect(await w.engine.up(jobs(1))).toEqual({ "job-0": "same" });
    expect(w.engine.outputs("job-0")).toMatchObject({ status: "Running", server: w.skaha.url });
  });

  test("is not in the way when it cannot be read and is not needed", async () => {
    await using w = await world();
    w.engine.writeHome(".canfar/config.yaml", ["active: ["]);
    await w.engine.up(jobs(1));
    expect(w.posts()).toBe(1);
  });
});

describe("a URL that is not quite right", () => {
  test.each([
    ["/skaha/v0", "/skaha/v1"],
    ["/skaha/v0/", "/skaha/v1"],
    ["/skaha", "/skaha/v1"],
  ])("%s is answered with the one that may be meant, %s", async (given, meant) => {
    await using w = await world();
    const base = w.skaha.url.replace("/skaha/v1", "");
    w.engine.env.CANFAR_URL = `${base}${given}`;
    await expect(w.engine.up(jobs(1))).rejects.toThrow(
      new RegExp(`there is no Skaha API at ${base}/skaha\\S*: perhaps it is ${base}${meant} \\(`),
    );
  });

  test("/v1 of a server that has /v0 is told alike", async () => {
    await using w = await world({ api: "v0" });
    w.engine.env.CANFAR_URL = w.skaha.url.replace("/v0", "/v1");
    await expect(w.engine.up(jobs(1))).rejects.toThrow(`perhaps it is ${w.skaha.url} (`);
  });

  test.each(["/session", "/session/", "/context", "/image"])(
    "that goes on after the version (%s) is refused",
    async (more) => {
      await using w = await world();
      w.engine.env.CANFAR_URL = `${w.skaha.url}${more}`;
      await expect(w.engine.up(jobs(1))).rejects.toThrow(
        /CANFAR_URL "http:\S+" must end with the version of the API, like \/skaha\/v1/,
      );
      expect(w.skaha.journal()).toEqual([]);
    },
  );
});
