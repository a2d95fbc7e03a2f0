import { unknownValue } from "../../../provider/engine/unknown";
import { sessionType } from "../../../provider/job/identity";
import { fakeEngine } from "../../world/fakeEngine";
import { image } from "../../world/job";
import { nativeClient, secret } from "../../world/nativeClient";
import { world } from "../../world/world";

const arrayUrn = "urn:pulumi:dev::survey::skaha:index:Sweep$skaha:index:SessionArray::tiles";
const declared = { image, cmd: "sleep 600" };

describe("an array through the native provider", () => {
  const rows = (tiles: readonly (number | string)[]) =>
    Object.fromEntries(tiles.map((tile) => [`tile=${tile}`, [tile]]));
  const array = (tiles: readonly (number | string)[]) => ({
    columns: ["tile"],
    common: declared,
    template: { args: [{ $: "tile" }] },
    jobs: rows(tiles),
  });

  test("tells on its own line, for the moment only, how far it is with its jobs", async () => {
    await using w = await world();
    using engine = await fakeEngine();
    using client = await nativeClient(w, {}, { engine: engine.address });
    const { inputs } = await client.check(arrayUrn, {}, array([...Array(1_200).keys()]));
    // Each launch takes a second of this clock.
    const [now, launched] = [Date.now, () => w.skaha.jobs().length];
    const clock = jest.spyOn(Date, "now").mockImplementation(() => now() + 1_000 * launched());
    try {
      await client.create(arrayUrn, inputs);
    } finally {
      clock.mockRestore();
    }
    const told = engine.shown.filter(({ urn }) => urn === arrayUrn);
    expect(told.length).toBeGreaterThan(1);
    const counts = told.map(({ text, isEphemeral }) => {
      expect(isEphemeral).toBe(true);
      const [, done = ""] = /^([\d,]+) of 1,200 jobs$/.exec(text) ?? [];
      return Number(done.replace(",", ""));
    });
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).toBeLessThanOrEqual(1_200);
    expect(counts[0]).toBeGreaterThan(0);
  });

  test("shows three changed jobs of three hundred as three, and launches just what came", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const tiles = [...Array(300).keys()];
    const { inputs, failures } = await client.check(arrayUrn, {}, array(tiles));
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
      name: "tiles",
      place: `organization/urn:pulumi:dev::survey::skaha:index:Sweep$${sessionType}::`,
    });
    const { id, outs } = await client.create(arrayUrn, inputs);
    expect(outs.statuses).toEqual({ Pending: 300 });
    const news = array(tiles.slice(1).concat([1_001]));
    const edited = await client.check(arrayUrn, inputs, {
      ...news,
      jobs: { ...news.jobs, "tile=7": ["seven"] },
    });
    const about = { urn: arrayUrn, id, olds: outs, oldInputs: inputs, news: edited.inputs };
    expect(await client.diff(about)).toEqual({
      changes: true,
      replaces: [],
      detailed: {
        'jobs["tile=0"]': "DELETE",
        'jobs["tile=7"]': "UPDATE",
        'jobs["tile=1001"]': "ADD",
      },
    });
    expect(await client.update(about, true)).toMatchObject({
      jobs: edited.inputs.jobs,
      statuses: unknownValue,
    });
    const after = await client.update(about);
    expect(after.statuses).toEqual({ Pending: 300 });
    expect(w.alive()).toHaveLength(300);
    expect(client.said).toContainEqual(
      expect.stringContaining("tiles: launch 2 (2 cores, 8 GiB), cancel 2, keep 298"),
    );

    // What all have in common is told once.
    const retried = await client.check(arrayUrn, edited.inputs, {
      ...news,
      common: { ...declared, retry: { limit: 1 } },
      jobs: { ...news.jobs, "tile=7": ["seven"] },
    });
    const again = { ...about, olds: after, oldInputs: edited.inputs, news: retried.inputs };
    expect((await client.diff(again)).detailed).toEqual({ 'common["retry"]': "ADD" });
    await client.delete(arrayUrn, id, after);
    expect(w.alive()).toEqual([]);
  });

  test("refuses a secret that would not stay one, and takes variables apart", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const failures = async (props: Record<string, unknown>) =>
      (await client.check(arrayUrn, {}, props)).failures.join("\n");
    expect(await failures({ ...array([1]), jobs: { "tile=1": secret([1]) } })).toContain(
      "jobs: cannot hold a secret",
    );
    expect(await failures({ ...array([1]), jobs: { "tile=1": 7 } })).toContain("must be a list of");
    expect(await failures({ ...array([1]), jobz: {} })).toContain("has no key jobz");
    const { inputs } = await client.check(
      arrayUrn,
      {},
      {
        ...array([1]),
        plainEnv: { A: "1", KEY: secret("hunter2") },
      },
    );
    expect(inputs).toMatchObject({
      plainEnv: { A: "1" },
      secretEnv: secret({ KEY: "hunter2" }),
    });
    const { outs } = await client.create(arrayUrn, inputs);
    expect(outs.secretEnv).toEqual(secret({ KEY: "hunter2" }));
    expect(JSON.stringify({ ...outs, secretEnv: 0 })).not.toContain("hunter2");
  });

  test("ends launching when it is cancelled in the middle, keeps what was launched, and launches the rest next", async () => {
    await using w = await world();
    using client = await nativeClient(w, { concurrency: "2" });
    await client.cancel(); // as at the end of a preview: nothing is under way
    const { inputs } = await client.check(arrayUrn, {}, array([...Array(300).keys()]));
    const created = client.create(arrayUrn, inputs);
    while (w.alive().length < 20) await new Promise((resolve) => setTimeout(resolve, 1));
    await client.cancel();
    const { id, outs } = await created;
    const launched = w.alive().length;
    expect(launched).toBeLessThan(300);
    expect(Object.keys(outs.jobs as object)).toHaveLength(launched);

    using next = await nativeClient(w);
    const checked = await next.check(arrayUrn, inputs, array([...Array(300).keys()]));
    const about = { urn: arrayUrn, id, olds: outs, news: checked.inputs };
    expect(await next.diff({ ...about, oldInputs: inputs })).toMatchObject({ changes: true });
    const rest = await next.update(about);
    expect(rest.statuses).toEqual({ Pending: 300 });
    expect(new Set(w.alive()).size).toBe(300);
  });
});
