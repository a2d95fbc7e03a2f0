import { pointer } from "../../provider/pointer";
import type { provider as Provider } from "../../provider/runtime";
import { job, nightId } from "../world/job";
import { type World, world } from "../world/world";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** A provider as its process has it after the engine's `configure`. */
async function configured(
  w: World,
  config: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<typeof Provider> {
  process.env.CANFAR_URL = w.skaha.url;
  process.env.CANFAR_TOKEN = w.skaha.token;
  Object.assign(process.env, env);
  let fresh: typeof Provider | undefined;
  jest.isolateModules(() => {
    fresh = require("../../provider/runtime").provider;
  });
  if (!fresh) throw new Error("no provider");
  const get = ((key: string) => config[key]) as never;
  await fresh.configure({ config: { get, require: get } });
  return fresh;
}

let said: jest.SpyInstance;
beforeEach(() => {
  said = jest.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => said.mockRestore());

describe("the provider", () => {
  test("answers the engine's calls from check to delete", async () => {
    await using w = await world();
    const provider = await configured(w);
    const { inputs = {}, failures } = await provider.check({}, { ...job() });
    expect(failures).toEqual([]);
    const { id, outs = {} } = await provider.create(inputs);
    expect(id).toBe(nightId);
    expect(JSON.stringify(outs)).toBe(JSON.stringify({ ...outs })); // nothing undefined on the wire
    expect(Object.values(outs)).not.toContain(undefined);
    const { props = {} } = await provider.read(id, outs);
    await provider.check(inputs, inputs); // what the refresh found is told by then, and not in the next test
    const state = { ...props, __provider: pointer }; // the engine's host adds it
    await expect(provider.diff(id, state, inputs)).resolves.toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: true,
    });
    // Of the native provider's state: an update adds it, without which no refresh would work.
    await expect(provider.diff(id, props, inputs)).resolves.toMatchObject({ changes: true });
    await provider.delete(id, props);
    expect(w.alive()).toEqual([]);
  });

  test.each([
    ["plain pulumi", {}, 1],
    ["pulumi-skaha, which tells it itself", { PULUMI_SKAHA_REPORT: "/nowhere/report.jsonl" }, 0],
  ])("says once how the jobs stand after a refresh, under %s", async (_, env, times) => {
    await using w = await world();
    const provider = await configured(w, {}, env);
    const { inputs = {} } = await provider.check({}, { ...job() });
    const { id, outs = {} } = await provider.create(inputs);
    await provider.read(id, { ...outs, status: "Failed" });
    await provider.check(inputs, inputs);
    await provider.check(inputs, inputs);
    const lines = said.mock.calls.flat().filter((line) => String(line).startsWith("jobs: "));
    expect(lines).toEqual(Array(times).fill("jobs: 1 Failed (night)"));
  });

  test("cancels a replaced job also where it would be left to run when it is removed", async () => {
    await using w = await world();
    const state = await w.launched({ onRemove: "leave" });
    const id = state.sessionName ?? "";
    const inputs = { ...job({ onRemove: "leave" }) };
    delete (inputs as { jobName?: string }).jobName;

    const removing = await configured(w);
    await removing.delete(id, { ...state });
    expect(w.alive()).toEqual([id]);

    const replacing = await configured(w);
    await replacing.check({}, inputs); // all that the engine asks before, with --replace
    await replacing.delete(id, { ...state });
    expect(w.alive()).toEqual([]);
  });

  test("tells a cause once, without a stack, and hands other jobs back as they are", async () => {
    await using w = await world();
    const states = await Promise.all(["a", "b", "c"].map((name) => w.launched({ name })));
    w.misbehave({ kind: "unauthorized" });
    const provider = await configured(w);
    const [a, ...others] = await Promise.allSettled(
      states.map((state) => provider.read(state.sessionName ?? "", { ...state })),
    );
    const [{ sessionName: id } = { sessionName: "" }] = states;
    expect(a).toMatchObject({
      reason: {
        message: expect.stringMatching(
          `^could not refresh ${id}: could not list the sessions: Skaha answered 401`,
        ),
        stack: "",
      },
    });
    expect(others).toEqual(
      states.slice(1).map((state) => ({
        status: "fulfilled",
        value: { id: state.sessionName, props: { ...state } },
      })),
    );
    expect(said.mock.calls.flat()).toEqual([
      "for the same cause other jobs were not refreshed either: they stay as they are in the stack",
    ]);
  });

  test("tells a cause that fails launches and cancellations with each job, in short", async () => {
    await using w = await world();
    const states = await Promise.all(["a", "b"].map((name) => w.launched({ name })));
    w.misbehave({ kind: "unauthorized" });
    const provider = await configured(w);
    const failed = await Promise.allSettled(
      states.map((state) => provider.delete(state.sessionName ?? "", { ...state })),
    );
    const [a, b] = states.map(({ sessionName }) => sessionName);
    expect(failed).toMatchObject([
      {
        reason: {
          message: expect.stringMatching(`^could not delete ${a}: could not list the sessions: `),
        },
      },
      { reason: { message: `could not delete ${b}: failed as "delete ${a}" did`, stack: "" } },
    ]);
    // What fails a refresh after that is told already, and the run fails by it.
    await expect(provider.read(a ?? "", { ...states[0] })).resolves.toMatchObject({ id: a });
    expect(w.alive()).toHaveLength(2);
  });

  test("tells of a wrong setting with one job of a refresh", async () => {
    await using w = await world();
    const states = await Promise.all(["a", "b"].map((name) => w.launched({ name })));
    const provider = await configured(w, {}, { CANFAR_URL: "http://elsewhere.net/skaha/v1" });
    const [a, b] = states.map((state) => ({ id: state.sessionName ?? "", props: { ...state } }));
    await expect(provider.read(a?.id ?? "", a?.props)).rejects.toThrow(/CANFAR_URL .*use https/);
    await expect(provider.read(b?.id ?? "", b?.props)).resolves.toEqual(b);
    const state = { ...b?.props, __provider: pointer };
    await expect(provider.diff(b?.id ?? "", state, {})).resolves.toMatchObject({
      changes: false,
    });
    await expect(provider.update(b?.id ?? "", b?.props ?? {}, {})).rejects.toThrow("failed as");
  });

  test("tells of a wrong setting with one job of a program", async () => {
    await using w = await world();
    const provider = await configured(w, { "skaha:maxCost": "much" });
    const checked = (name: string) =>
      provider.check({}, { ...job({ name, identity: `o/urn:pulumi:s::p::t::${name}` }) });
    await expect(checked("a")).rejects.toThrow(/^could not check a: skaha:maxCost "much" .*number/);
    for (const name of ["b", "c"]) {
      await expect(checked(name)).rejects.toThrow(
        new RegExp(`^could not check ${name}: failed as "check a" did$`),
      );
    }
  });

  test("keeps id, properties and reasons of a job that is not as declared", async () => {
    await using w = await world();
    w.misbehave(
      { kind: "lostAnswer", method: "POST" },
      { kind: "unauthorized", method: "GET", after: 1 } /* the look before */,
    );
    const provider = await configured(w);
    await expect(provider.create({ ...job() })).rejects.toMatchObject({
      id: nightId,
      properties: { status: "Held", attempt: 1, __provider: pointer },
      reasons: [expect.stringContaining("could not be seen")],
    });
  });

  test("takes the token of the stack where the environment has none", async () => {
    await using w = await world();
    const provider = await configured(w, { "skaha:token": w.skaha.token }, { CANFAR_TOKEN: "" });
    await expect(provider.create({ ...job() })).resolves.toMatchObject({ id: nightId });
  });

  test("refuses a wrong setting before the first request, naming it", async () => {
    await using w = await world();
    const provider = await configured(w, {}, { CANFAR_URL: "http://elsewhere.net/skaha/v1" });
    await expect(provider.create({ ...job() })).rejects.toThrow(/CANFAR_URL .*use https/);
    expect(w.skaha.journal()).toEqual([]);
  });
});
