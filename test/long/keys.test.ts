import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { open } from "../engine/sweeping";

jest.setTimeout(300_000);

const spec = {
  parameters: { star: ["α Cen", "Große Wolke", "HD 1"] },
  uses: ["star"],
};
const firstKeys = path.join(checkout, "test/engine/programs/firstKeys.cjs");

test.each([
  ["a grid", spec],
  ["a table", { uses: spec.uses, table: "star\nα Cen\nGroße Wolke\nHD 1\n" }],
  ["a grid, in one resource", { ...spec, array: true }],
])("jobs of %s that have the keys of an earlier release go on", async (_, declared) => {
  await using w = await open();
  await w.bench.succeed(w.bench.up(), {
    env: { SWEEP: JSON.stringify(declared), NODE_OPTIONS: `--require=${firstKeys}` },
  });
  expect((await w.names()).some((name) => name?.startsWith("study/star=_Cen~"))).toBe(true);
  expect(w.bench.counted()).toMatchObject({ POST: 3 });
  const ids = (await w.bench.state()).map(({ id }) => id).sort();
  expect(await w.up(declared)).toMatchObject({ POST: 0, DELETE: 0 });
  expect(await w.names()).toEqual([
    "study/star=Grosse_Wolke~yqg65i29",
    "study/star=HD_1~v7kscwvv",
    "study/star=alpha_Cen~1xs5cb2z",
  ]);
  expect((await w.bench.state()).map(({ id }) => id).sort()).toEqual(ids);
  const again = await w.up(declared);
  expect(again).toMatchObject({ POST: 0, DELETE: 0 });
  expect(again.output).toMatch(/Resources:\n {4}\d unchanged/);
});
