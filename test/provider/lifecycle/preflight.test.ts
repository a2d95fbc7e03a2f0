// What a check asks the server for, and shares with the checks of other processes.
import { readdirSync, utimesSync } from "node:fs";
import path from "node:path";
import { Preflight } from "../../../provider/lifecycle/preflight";
import type { ServerFacts } from "../../../provider/server/serverFacts";
import { image as terminal } from "../../world/job";
import { hour, world } from "../../world/world";

const fresh = "images.canfar.net/survey/reduce:2";

async function checks(images: "any" | { id: string }[]) {
  const start = new Date().toISOString(); // files have the machine's time
  const w = await world({ images, start });
  const temporary = w.temporary();
  return {
    temporary,
    bob: w.skaha.tokens.bob ?? "",
    past: (ms: number) => new Date(w.clock.now() - ms),
    requests: () => w.skaha.journal().map((entry) => entry.path.replace("/skaha/v1", "")),
    /** The server lists other images from now on, at the same address. */
    list: (other: { id: string }[]) => w.restart({ images: other }),
    /** A check of variables, with the stack's `skaha:record` or without. */
    checkNames(inputs: object, record?: string) {
      const { preflight } = w.run({
        temporary,
        ...(record && { config: { "skaha:record": record } }),
      });
      return preflight.check({ image: terminal, ...inputs }, true);
    },
    /** One job's check, by a process of its own. */
    check(image: string, token?: string) {
      const { preflight } = w.run({ temporary, ...(token && { token }) });
      return preflight.check({ image, cores: 1 }, true);
    },
    async launch(image: string) {
      const headers = { authorization: `Bearer ${w.skaha.token}` };
      const body = new URLSearchParams({ name: "by-hand", image, type: "headless" });
      await fetch(`${w.skaha.url}/session`, { method: "POST", headers, body });
    },
    [Symbol.asyncDispose]: () => w[Symbol.asyncDispose](),
  };
}

describe("check", () => {
  test("refuses a variable that the shell around a recorded job would not hand on", async () => {
    await using w = await checks("any");
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

  test("refuses files and the start's time without a record, and takes them with the stack's", async () => {
    await using w = await checks("any");
    const outputs = ["/arc/a", { path: "/arc/b", newerThanStart: true }];
    const inputs = { cmd: "x", files: ["a.py"], filesDigest: "1", outputs };
    const remedy = 'give record: "/arc/..." or pulumi config set skaha:record /arc/...';
    expect(await w.checkNames(inputs)).toEqual([
      {
        property: "files",
        reason: `needs a record, in whose home or project the files are put: ${remedy}`,
      },
      {
        property: "outputs",
        reason: `with newerThanStart needs a record, which has the start: ${remedy}`,
      },
    ]);
    expect(await w.checkNames(inputs, "/arc/projects/x/.jobs")).toEqual([]);
  });

  test("takes an image that became public since another process asked for the list", async () => {
    await using w = await checks([{ id: terminal }]);
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
    await using w = await checks([{ id: terminal }]);
    const facts = () => readdirSync(w.temporary).filter((name) => name.endsWith(".facts.json"));
    await w.check(terminal);
    const [old = ""] = facts();
    const past = w.past(hour);
    utimesSync(path.join(w.temporary, old), past, past);
    await w.check(terminal, w.bob);
    expect(facts()).toHaveLength(1);
    expect(facts()).not.toContain(old);
  });

  test("refuses no image where the embedded server takes any", async () => {
    await using w = await checks("any");
    await w.launch(terminal);
    expect(await w.check(fresh)).toEqual([]);
  });
});

const noFacts = { get: async () => undefined } as unknown as ServerFacts;

test.each([
  [5_000, 50, 0],
  [5_001, 50, 1],
  [101, 1, 1],
])("of %i jobs that share sessions by %i it counts the sessions", async (jobs, each, warnings) => {
  const say = jest.fn();
  const options = { hasRegistryAuth: false, maxInFlight: undefined, record: "/arc/home/me/.jobs" };
  const preflight = new Preflight(noFacts, { say } as never, options);
  for (let job = 0; job < jobs; job += 1) {
    const pack = { name: "tiles", jobs: each, parallel: 1 };
    await preflight.check({ image: "a/b:1", cmd: "a", cores: 1, ram: 1, pack }, true);
  }
  const told = say.mock.calls.filter(([one]) => /sessions at once/.test(one.text));
  expect(told).toHaveLength(warnings);
});
