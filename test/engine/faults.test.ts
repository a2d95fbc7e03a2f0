// Jobs that are refused in a preview: all of them are named at once, by the plain CLI.
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";
const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `"job-${from + n}"`);

test("twenty jobs with faults are named in one preview, each cause once, and an up launches none", async () => {
  await using bench = await Bench.open({ images: [{ id: image }] });
  const faults = (n: number) => {
    if (n < 10) return { cores: 17 };
    if (n < 15) return { ram: 0 };
    if (n < 18) return { image: "images.canfar.net/skaha/none:1" };
    return n === 18 ? { args: ["a\ud800b"] } : { env: { A: "\u0000" }, group: undefined };
  };
  bench.declare([
    ...fleet(20, faults),
    { name: "sound" },
    { name: "below", group: "component", args: { cpu: 1 } },
    { name: "later", args: { gpus: -1 }, after: ["job-0"] },
  ]);
  for (const words of [bench.on("preview"), bench.up()]) {
    const refused = await bench.fail(words);
    const [, diagnostics = ""] = refused.split("Diagnostics:");
    for (const name of names(0, 19)) expect(diagnostics).toContain(name.slice(1, -1));
    for (const name of ["below", "later"]) expect(diagnostics).toContain(`"${name}"`);
    expect(diagnostics.match(/17 is not offered/g)).toHaveLength(1);
    expect(diagnostics.match(/must be at least 1; leave it out/g)).toHaveLength(1);
    expect(diagnostics.match(/is not among the server's public images/g)).toHaveLength(1);
    expect(diagnostics).not.toContain('"sound"');
  }
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  await expect(bench.statuses()).resolves.toEqual({});
});

test("jobs of an array and single ones that have faults are named in one preview, whichever is checked first", async () => {
  await using bench = await Bench.open({ images: [{ id: image }] });
  bench.declare([
    ...fleet(20, (n) => (n % 2 === 0 ? { cores: 17 } : { ram: 0 })),
    { name: "sound" },
  ]);
  const rows = [{}, { cores: 17 }, {}, { args: ["a\u0000b"] }];
  const refused = await bench.fail(bench.on("preview"), { env: { ARRAY: JSON.stringify(rows) } });
  const [, diagnostics = ""] = refused.split("Diagnostics:");
  for (const name of names(0, 19)) expect(diagnostics).toContain(name.slice(1, -1));
  for (const name of ["tiles/tile=1", "tiles/tile=3"]) expect(diagnostics).toContain(`"${name}"`);
  expect(diagnostics).not.toMatch(/"sound"|tile=0|tile=2/);
  expect(diagnostics.match(/17 is not offered/g)).toHaveLength(1);
});

test("a job with faults outside the target keeps no other from running", async () => {
  await using bench = await Bench.open({ images: [{ id: image }] });
  bench.declare([{ name: "good" }, { name: "bad" }]);
  await bench.succeed(bench.up());
  bench.declare([
    { name: "bad", args: { cores: 17 } },
    { name: "good", args: { args: [2] } },
  ]);
  const urn = (await bench.state()).find(({ urn }) => urn.endsWith("good"))?.urn ?? "";
  await bench.succeed(bench.up("--target", urn));
  expect(bench.skaha.jobs()).toHaveLength(3);
});
