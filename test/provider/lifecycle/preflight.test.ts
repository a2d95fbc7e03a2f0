import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { scriptedRunner, startSkaha } from "../../../embedded";
import { assemble } from "../../../provider/assemble";

const terminal = "images.canfar.net/skaha/terminal:1.1.2";
const fresh = "images.canfar.net/survey/reduce:2";

const users = { me: { token: "t" }, other: { token: "another" } };

async function world(images: "any" | { id: string }[]) {
  const temporary = mkdtempSync(path.join(os.tmpdir(), "skaha-facts-"));
  const start = () => startSkaha({ runner: scriptedRunner(), images, users });
  let skaha = await start();
  return {
    temporary,
    requests: () => skaha.journal().map((entry) => entry.path.replace("/skaha/v1", "")),
    /** The server lists other images from now on, at the same address. */
    async list(other: { id: string }[]) {
      const { port } = skaha;
      await skaha.stop();
      skaha = await startSkaha({ runner: scriptedRunner(), images: other, users, port });
    },
    /** A check of variables, with the stack's `skaha:record` or without. */
    checkNames(inputs: object, record?: string) {
      const env = { CANFAR_URL: skaha.url, CANFAR_TOKEN: "t" };
      const config = (key: string) => (key === "skaha:record" ? record : undefined);
      const { preflight } = assemble(config, env, { temporary, write: () => {} });
      return preflight.check({ image: terminal, ...inputs }, true);
    },
    /** One job's check, by a process of its own. */
    check(image: string, token = "t") {
      const env = { CANFAR_URL: skaha.url, CANFAR_TOKEN: token };
      const { preflight } = assemble(() => undefined, env, { temporary, write: () => {} });
      return preflight.check({ image, cores: 1 }, true);
    },
    async launch(image: string) {
      const headers = { authorization: "Bearer t" };
      const body = new URLSearchParams({ name: "by-hand", image, type: "headless" });
      await fetch(`${skaha.url}/session`, { method: "POST", headers, body });
    },
    async [Symbol.asyncDispose]() {
      await skaha.stop();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

describe("check", () => {
  test("refuses a variable that the shell around a recorded job would not hand on", async () => {
    await using w = await world("any");
    const names = { cmd: "x", env: { "A.B": "1", A_B: "2" }, secretEnv: { "-a": "3" } };
    expect(await w.checkNames(names)).toEqual([]);
    expect(await w.checkNames({ ...names, record: "none" }, "/arc/projects/x")).toEqual([]);
    expect(await w.checkNames({ ...names, cmd: undefined }, "/arc/projects/x")).toEqual([]);
    const wrapping = [{ outputs: ["/arc/x"] }, { cwd: "/arc" }, { maxRunSeconds: 1 }];
    const all = await Promise.all([
      w.checkNames(names, "/arc/projects/x"),
      ...wrapping.map((one) => w.checkNames({ ...names, ...one })),
    ]);
    for (const failures of all) {
      expect(failures.map(({ property }) => property)).toEqual(['env["A.B"]', 'env["-a"]']);
    }
  });

  test("takes an image that became public since another process asked for the list", async () => {
    await using w = await world([{ id: terminal }]);
    expect(await w.check(terminal)).toEqual([]);
    expect(await w.check(terminal)).toEqual([]);
    expect(w.requests()).toHaveLength(2); // shared

    await w.list([{ id: terminal }, { id: fresh }]);
    expect(await w.check(fresh)).toEqual([]);
    expect(await w.check(fresh)).toEqual([]);
    expect(w.requests().sort()).toEqual(["/context", "/image"]); // shared again
    expect(await w.check("images.canfar.net/survey/reduce:3")).toMatchObject([
      { property: "image" },
    ]);
  });

  test("leaves no answers behind that serve nobody any more", async () => {
    await using w = await world([{ id: terminal }]);
    const facts = () => readdirSync(w.temporary).filter((name) => name.endsWith(".facts.json"));
    await w.check(terminal);
    const [old = ""] = facts();
    const past = new Date(Date.now() - 3_600_000);
    utimesSync(path.join(w.temporary, old), past, past);
    await w.check(terminal, "another");
    expect(facts()).toHaveLength(1);
    expect(facts()).not.toContain(old);
  });

  test("refuses no image where the embedded server takes any", async () => {
    await using w = await world("any");
    await w.launch(terminal);
    expect(await w.check(fresh)).toEqual([]);
  });
});
