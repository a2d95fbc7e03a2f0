import { bands, methods, open, study } from "./sweeping";

jest.setTimeout(600_000);

test("edits of a grid of 40 launch and cancel exactly what came and went", async () => {
  await using w = await open();
  expect(await w.up(study)).toMatchObject({ POST: 40, DELETE: 0 });
  expect(await w.names()).toContain("study/band=2,method=ls");
  const ids = new Map((await w.bench.state()).map(({ urn, id }) => [urn, id]));
  const before = await w.outputs();
  expect(before.summary).toEqual({ jobs: 40, counts: { Pending: 40 }, cores: 0, ram: 0 });

  // One more value: its jobs, and no other.
  const more = { ...study, parameters: { method: methods, band: [1, ...bands] } };
  expect(await w.up(more)).toMatchObject({ POST: 4, DELETE: 0 });
  expect((await w.names()).filter((name) => name?.includes("band=1,"))).toHaveLength(4);
  const launched = w.bench.skaha.jobs().slice(-4);
  for (const { name } of launched) expect(name).toMatch(/^study-band-1-method-/);

  // Another order of everything: nothing.
  const turned = {
    ...more,
    parameters: { band: [...bands, 1].reverse(), method: [...methods].reverse() },
    turned: true,
  };
  expect(await w.up(turned)).toMatchObject({ POST: 0, DELETE: 0 });
  for (const { urn, id } of await w.bench.state()) expect(ids.get(urn) ?? id).toBe(id);

  // `retry`, with nothing Failed: nothing.
  expect(await w.up({ ...turned, retry: { limit: 2 } })).toMatchObject({ POST: 0, DELETE: 0 });

  // A default that is part of what runs: all of them.
  const fewer = { ...study, parameters: { method: methods, band: [1] } };
  expect(await w.up(fewer)).toMatchObject({ POST: 0, DELETE: 40 });
  const replaced = await w.up({ ...fewer, env: { THRESHOLD: "5" } });
  expect(replaced).toMatchObject({ POST: 4, DELETE: 4 });
  expect(w.bench.alive()).toHaveLength(4);

  await w.bench.succeed(w.bench.on("destroy"), { env: { SWEEP: JSON.stringify(study) } });
  expect(w.bench.alive()).toEqual([]);
});

test("canary jobs go first, and the others with the next up after their end", async () => {
  await using w = await open();
  const spec = { ...study, canary: 2 };
  expect(await w.up(spec)).toMatchObject({ POST: 2, DELETE: 0 });
  expect((await w.outputs()).summary.counts).toMatchObject({ Held: 38 });
  expect((await w.up(spec)).output).toContain("42 unchanged");
  for (const { id } of w.bench.skaha.jobs()) w.bench.runner.end(id, 0);
  expect(await w.up(spec)).toMatchObject({ POST: 38, DELETE: 0 });
  expect(await w.up({ ...spec, turned: true })).toMatchObject({ POST: 0, DELETE: 0 });

  // One that runs anew makes no other run again.
  const [canary] = (await w.bench.state()).filter(({ urn }) => urn.endsWith("/band=2,method=ls"));
  expect(await w.up(spec, "--replace", canary?.urn ?? "")).toMatchObject({ POST: 1 });
});

test("clear words for parameters that are wrong", async () => {
  await using w = await open();
  const spec = { parameters: { band: [1, 2, 1] }, uses: ["band"] };
  const env = { SWEEP: JSON.stringify(spec) };
  expect(await w.bench.fail(w.bench.on("preview"), { env })).toContain(
    'Sweep "study": over[0] { band: 1 } and over[2] { band: 1 } are both band=1',
  );
});
