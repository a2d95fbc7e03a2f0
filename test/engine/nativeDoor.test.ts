// What only the native door does, and the way from one door to the other, with real state.
import { readFile } from "node:fs/promises";
import { doorVariable } from "../../provider/engine/door";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

/** What the stack has of each resource that is a job or an array. */
async function stored(bench: Bench): Promise<{ type: string; id: string }[]> {
  const { checkpoint } = JSON.parse(await readFile(await bench.stateFile(), "utf8"));
  const resources: { type: string; id: string }[] = checkpoint.latest.resources;
  return resources
    .filter(({ type }) => /HeadlessSession|SessionArray/.test(type))
    .map(({ type, id }) => ({ type, id }));
}

test("a stack moves to the native door and back, with its jobs and its array, and nothing is launched or cancelled", async () => {
  await using bench = await Bench.open({ door: "dynamic" });
  const env = { ARRAY: JSON.stringify([{ args: [1] }, { args: [2] }]) };
  const jobs = fleet(3, (n) => ({ args: [n] }));
  bench.declare(jobs.map((one, n) => ({ ...one, ...(n === 2 && { group: "g" }) })));
  await bench.succeed(bench.up(), { env });
  const ids = (await bench.state()).map(({ id }) => id).sort();
  expect(bench.counted()).toMatchObject({ POST: 5, DELETE: 0 });

  for (const door of ["native", "dynamic", "native"]) {
    bench.env[doorVariable] = door;
    const preview = await bench.succeed(bench.on("preview"), { env });
    expect(preview).not.toMatch(/to (create|delete|replace)/);
    await bench.succeed(bench.up(), { env });
    const types = new Set((await stored(bench)).map(({ type }) => type.startsWith("skaha:")));
    expect(types).toEqual(new Set([door === "native"]));
    expect((await bench.state()).map(({ id }) => id).sort()).toEqual(ids);
    // What the other door left is refreshed, and nothing more is to do.
    expect(await bench.succeed(bench.up(), { env })).toMatch(/\d+ unchanged/);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  }
  await bench.succeed(bench.on("destroy"), { env });
  expect(bench.alive()).toEqual([]);
});
