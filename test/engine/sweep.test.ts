import path from "node:path";
import type { ManifestEntry, SweepSummary } from "../../provider";
import { checkout } from "../../toolchain/checkout";
import { Bench } from "./harness";

jest.setTimeout(600_000);

/** What the program `sweep` declares. */
interface Spec {
  readonly parameters?: Readonly<Record<string, readonly unknown[]>>;
  readonly table?: string;
  /** The parameters that are the jobs' arguments; the first is a table's key. */
  readonly uses: readonly string[];
  readonly turned?: boolean;
  /** Any other argument of a Sweep. */
  readonly [argument: string]: unknown;
}

const program = path.join(checkout, "test/engine/programs/sweep");
const uses = ["method", "band"];
const methods = ["ls", "bls", "pdm", "ce"];
const bands = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];
const study: Spec = { parameters: { method: methods, band: bands }, uses };

async function open() {
  const bench = await Bench.open({ program });
  const up = async (spec: Spec, ...more: string[]) => {
    const output = await bench.succeed(bench.up(...more), { env: { SWEEP: JSON.stringify(spec) } });
    const { POST, DELETE } = bench.counted();
    return { output, POST, DELETE };
  };
  const outputs = async () =>
    JSON.parse(await bench.succeed(bench.on("stack", "output", "--json"))) as {
      summary: SweepSummary;
      manifest: ManifestEntry[];
    };
  const nameOf = (urn: string) => urn.split("::").at(-1);
  const names = async () => (await bench.state()).map(({ urn }) => nameOf(urn)).sort();
  return {
    bench,
    up,
    outputs,
    names,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

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
