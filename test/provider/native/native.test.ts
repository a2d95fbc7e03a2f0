import { reportFile } from "../../../provider/actions/runReport";
import { unknownValue } from "../../../provider/engine/unknown";
import { sessionType } from "../../../provider/job/identity";
import { checkInputs } from "../../../provider/job/inputs";
import { fakeEngine } from "../../world/fakeEngine";
import { image } from "../../world/job";
import { keptOf, nativeClient, secret } from "../../world/nativeClient";
import { world } from "../../world/world";

const urnOf = (name: string) => `urn:pulumi:dev::survey::skaha:index:HeadlessSession::${name}`;
const night = urnOf("night");
const declared = { image, cmd: "sleep 600" };

describe("a job through the native provider", () => {
  test("is checked, previewed, launched, refreshed, edited and removed as through the dynamic one", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const { inputs, failures } = await client.check(night, {}, declared);
    expect(failures).toEqual([]);
    const identity = `organization/urn:pulumi:dev::survey::${sessionType}::night`;
    const dynamic = checkInputs({}, { ...declared, identity }).inputs;
    expect(inputs).toEqual(dynamic);

    const foreseen = await client.create(night, inputs, true);
    expect(foreseen).toMatchObject({
      id: inputs.jobName,
      outs: { image, status: unknownValue, sessionId: unknownValue },
    });
    expect(w.alive()).toEqual([]);

    const { id, outs } = await client.create(night, inputs);
    expect(id).toBe(inputs.jobName);
    expect(outs).toMatchObject({ status: "Pending", attempt: 1, image });
    expect(w.alive()).toEqual([id]);

    using later = await nativeClient(w);
    const refreshed = await later.read({ urn: night, id, olds: outs, inputs });
    expect(refreshed).toMatchObject({ id, inputs, outs: { status: "Running" } });
    const about = { urn: night, id, olds: refreshed.outs, oldInputs: inputs };
    expect(await client.diff({ ...about, news: inputs })).toEqual({
      changes: false,
      replaces: [],
      detailed: {},
    });

    // What is taken over in place is told, and what it does not touch is known in the preview.
    const grown = await client.check(night, inputs, { ...declared, ram: 8 });
    expect(await client.diff({ ...about, news: grown.inputs })).toEqual({
      changes: true,
      replaces: [],
      detailed: { ram: "ADD" },
    });
    const planned = await client.update({ ...about, news: grown.inputs }, true);
    expect(planned).toMatchObject({ ram: 8, status: "Running", sessionId: outs.sessionId });
    const updated = await client.update({ ...about, news: grown.inputs });
    expect(updated).toMatchObject({ ram: 8, status: "Running", sessionId: outs.sessionId });

    const other = await client.check(night, inputs, { ...declared, cmd: "sleep 900" });
    expect(await client.diff({ ...about, news: other.inputs })).toEqual({
      changes: true,
      replaces: ["cmd"],
      detailed: { cmd: "UPDATE_REPLACE" },
    });
    await client.delete(night, id, updated);
    expect(w.alive()).toEqual([]);
  });

  test("keeps its name below a component, and that of the organization, as through the dynamic one", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const urn = "urn:pulumi:dev::survey::skaha:index:Sweep$skaha:index:HeadlessSession::s/a=1";
    const { inputs } = await client.check(urn, {}, { ...declared, organization: "uvic" });
    expect(inputs.identity).toBe(
      `uvic/urn:pulumi:dev::survey::skaha:index:Sweep$${sessionType}::s/a=1`,
    );
    expect(inputs).not.toHaveProperty("organization");
    // What is given once holds for checks that do not give it, like those of an import.
    expect((await client.check(urn, inputs, inputs)).inputs).toEqual(inputs);
  });

  test("has its secret variables apart and wrapped, in inputs, state and what a failure leaves", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const env = { PLAIN: "1", KEY: secret("hunter2") };
    const registryAuth = { username: "alice", secret: "s3cret" };
    const { inputs } = await client.check(
      night,
      {},
      { ...declared, env, registryAuth, args: ["a", secret("b")] },
    );
    expect(inputs).toMatchObject({
      env: { PLAIN: "1" },
      secretEnv: secret({ KEY: "hunter2" }),
      registryAuth: secret(registryAuth),
      args: ["a", secret("b")],
    });
    const { outs } = await client.create(night, inputs);
    expect(outs).toMatchObject({
      secretEnv: secret({ KEY: "hunter2" }),
      registryAuth: secret(registryAuth),
    });
    expect(JSON.stringify({ ...outs, secretEnv: 0, registryAuth: 0 })).not.toMatch(
      /hunter2|s3cret/,
    );
    const { outs: read } = await client.read({
      urn: night,
      id: String(inputs.jobName),
      olds: outs,
      inputs,
    });
    expect(read.secretEnv).toEqual(secret({ KEY: "hunter2" }));

    w.misbehave(
      { kind: "lostAnswer", method: "POST" },
      { kind: "unauthorized", method: "GET", after: 1 } /* the look before */,
    );
    const other = await client.check(urnOf("other"), {}, { ...declared, env });
    using fresh = await nativeClient(w);
    const error = await fresh.create(urnOf("other"), other.inputs).catch((one) => one);
    expect(keptOf(error)).toMatchObject({
      id: other.inputs.jobName,
      properties: { status: "Held", secretEnv: secret({ KEY: "hunter2" }) },
      inputs: other.inputs,
      reasons: [expect.stringContaining("could not be seen")],
    });
  });

  test("that merges others may be told with null what is not known of them, as Python tells it", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const told = { name: "a", id: "a-0123456789abcd", status: "Pending", attempt: 1 };
    const merge = {
      ...{ ...declared, members: true, record: "/arc/home/alice/.jobs" },
      ...{ after: [told.id], afterStatus: ["Pending"] },
    };
    const withNulls = { ...merge, memberList: [{ ...told, record: null, params: null }] };
    const { inputs, failures } = await client.check(night, {}, withNulls);
    expect(failures).toEqual([]);
    expect(inputs.memberList).toEqual([told]);
    expect(inputs).toEqual(
      (await client.check(night, {}, { ...merge, memberList: [told] })).inputs,
    );
  });

  test("that cannot be as it is declared is refused with its property", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const refusals = async (props: Record<string, unknown>) =>
      (await client.check(night, {}, props)).failures.join("\n");
    expect(await refusals({ ...declared, imagee: "x" })).toContain("did you mean image?");
    expect(await refusals({ cmd: "true" })).toContain("image is required");
    expect(await refusals({ ...declared, after: ["a-0000000000000"] })).toContain(
      "needs afterStatus",
    );
    expect(await refusals({ ...declared, after: ["session:abc"] })).toBe("");
    expect(await refusals({ ...declared, organization: 7 })).toContain("organization: must be");
    // What a preview does not know is no fault, wherever it is.
    expect(
      await refusals({ ...declared, retry: { limit: unknownValue }, cores: unknownValue }),
    ).toBe("");
  });
});

describe("the provider's own settings", () => {
  test("are checked, with secrets wrapped, and replace nothing", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const { inputs, failures } = await client.checkConfig({
      token: "t0ken",
      maxInFlight: "20",
      version: "1.2.3",
    });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ token: secret("t0ken"), maxInFlight: "20", version: "1.2.3" });
    const wrong = await client.checkConfig({ maxInFlight: "many" });
    expect(wrong.failures).toEqual([
      expect.stringContaining('skaha:maxInFlight "many" in the stack\'s configuration must be'),
    ]);
    expect(await client.diffConfig({ window: "always" }, { window: "never" })).toEqual({
      changes: true,
      replaces: [],
      detailed: { window: "UPDATE" },
    });
  });

  test("that there are not are told with what was meant, as through the dynamic one, and refuse nothing", async () => {
    await using w = await world();
    const told = async (provider: string, env: Record<string, string> = {}) => {
      using engine = await fakeEngine();
      using client = await nativeClient(w, {}, { engine: engine.address, provider, env });
      const config = { maxInflight: "1", window: "always", __internal: {} };
      expect((await client.checkConfig(config)).failures).toEqual([]);
      return engine.shown;
    };
    const line = (text: string) => ({ text, urn: "", isEphemeral: false, severity: "WARNING" });
    const ofStack =
      "skaha:maxInflight in the stack's configuration is no setting of pulumi-skaha: did you mean skaha:maxInFlight?";
    expect(await told("default")).toEqual([line(ofStack)]);
    // The command has said it already, but knows nothing of what a program makes.
    const byCommand = { [reportFile]: "/dev/null" };
    expect(await told("default", byCommand)).toEqual([]);
    const ofProvider =
      'skaha:maxInflight of the provider "other" is no setting of pulumi-skaha: did you mean skaha:maxInFlight?';
    expect(await told("other", byCommand)).toEqual([line(ofProvider)]);
  });

  test("of a provider that a program makes count before the environment, which is about the stack's server and user", async () => {
    await using w = await world({ users: { alice: {}, bob: {} } });
    const { url, tokens } = w.skaha;
    const env = {
      CANFAR_URL: "https://ws-uv.canfar.net/skaha/v1",
      CANFAR_TOKEN: tokens.alice ?? "",
    };
    const config = { serverUrl: url, token: secret(tokens.bob) };
    using client = await nativeClient(w, config, { provider: "elsewhere", env });
    const { inputs } = await client.check(night, {}, declared);
    const { outs } = await client.create(night, inputs);
    expect(outs).toMatchObject({ server: url, userId: "bob", status: "Pending" });
    expect(await client.checkConfig({ ...config, serverUrl: "nowhere" })).toMatchObject({
      failures: [expect.stringContaining('skaha:serverUrl "nowhere"')],
    });

    // The stack's own settings do not: the environment is how a user says for once that something else is meant.
    using ofStack = await nativeClient(
      w,
      { ...config, serverUrl: "https://nowhere.example/v1" },
      {
        env: { ...env, CANFAR_URL: url },
      },
    );
    const other = await ofStack.create(
      urnOf("b"),
      (await ofStack.check(urnOf("b"), {}, declared)).inputs,
    );
    expect(other.outs).toMatchObject({ server: url, userId: "alice" });
  });

  test("hold for the jobs, from the stack and from a provider that a program makes", async () => {
    await using w = await world();
    using client = await nativeClient(w, { maxInFlight: 1, token: secret(w.skaha.token) });
    const ids: string[] = [];
    for (const name of ["a", "b"]) {
      const { inputs } = await client.check(urnOf(name), {}, declared);
      const { id, outs } = await client.create(urnOf(name), inputs);
      ids.push(`${String(outs.status)} ${id}`);
    }
    expect(ids.map((one) => one.split(" ")[0])).toEqual(["Pending", "Held"]);
    expect(w.alive()).toHaveLength(1);
  });
});
