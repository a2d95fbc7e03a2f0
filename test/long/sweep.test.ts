import { open, study } from "../engine/sweeping";

jest.setTimeout(600_000);

test("a comment column in a table launches nothing", async () => {
  await using w = await open();
  const table = "galaxy,ram\nM31,16\nNGC 224,8\n0123,8\n";
  expect(await w.up({ table, uses: ["galaxy", "ram"] })).toMatchObject({ POST: 3, DELETE: 0 });
  expect(await w.names()).toEqual([
    "study/galaxy=0123",
    "study/galaxy=M31",
    "study/galaxy=NGC_224~oltf1uvc",
  ]);
  const commented = "galaxy,ram,comment\nM31,16,near\nNGC 224,8,the same\n0123,8,\n";
  const again = await w.up({ table: commented, uses: ["galaxy", "ram"] });
  expect(again).toMatchObject({ POST: 0, DELETE: 0 });
  const { manifest } = await w.outputs();
  expect(manifest[1]).toMatchObject({
    key: "galaxy=NGC_224~oltf1uvc",
    params: { galaxy: "NGC 224", ram: 8, comment: "the same" },
    attempt: 1,
    sessionId: expect.stringMatching(/^\w+$/),
    id: expect.stringMatching(/^study-galaxy-ngc-224-/),
  });
});

test("with --target the other jobs show as not created", async () => {
  await using w = await open();
  const place = `urn:pulumi:${w.bench.stack}::sweep::skaha:index:Sweep`;
  const target = (key: string) => [
    "--target",
    `${place}$pulumi-nodejs:dynamic/skaha:HeadlessSession::study/${key}`,
  ];
  const spec = { ...study, cores: 2, ram: 4, maxInFlight: 3 };
  // The engine wants a parent to be there, or to be a target itself.
  const first = [...target("band=4,method=ls"), "--target", `${place}::study`];
  expect(await w.up(spec, ...first)).toMatchObject({ POST: 1, DELETE: 0 });
  // A refresh knows no target that is not in the stack yet.
  const second = [...target("band=4,method=bls"), "--refresh=false"];
  expect(await w.up(spec, ...second)).toMatchObject({ POST: 1, DELETE: 0 });
  const { summary, manifest } = await w.outputs();
  expect(summary).toEqual({
    jobs: 40,
    counts: { "not created": 38, Pending: 2 },
    cores: 4,
    ram: 8,
  });
  expect(manifest.filter(({ sessionId }) => sessionId !== undefined)).toHaveLength(2);
  expect(manifest[0]).toEqual({
    key: "band=2,method=ls",
    params: { method: "ls", band: 2 },
    status: "not created",
  });
  // Without it the others come, as far as the limit goes.
  expect(await w.up(spec)).toMatchObject({ POST: 1, DELETE: 0 });
  expect((await w.outputs()).summary).toMatchObject({ counts: { Held: 37 } });
});
