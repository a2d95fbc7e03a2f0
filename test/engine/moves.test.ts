import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

const none = { POST: 0, DELETE: 0 };

test("renaming, moving, reordering and renaming the stack launch nothing; replacing launches one", async () => {
  await using bench = await Bench.open();
  const [first, second, third] = fleet(3, (n) => ({ args: [n] }));
  if (!first || !second || !third) throw new Error("three jobs are needed");
  bench.declare([first, second, third]);
  await bench.succeed(bench.up());
  const names = bench.alive();
  bench.counted();

  // Another order, another name with an alias, and under a component.
  bench.declare([
    third,
    { ...second, group: "nights", wasRoot: true },
    { ...first, name: "renamed", formerly: first.name },
  ]);
  const moved = await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject(none);
  expect(moved).not.toContain("launched");
  expect(Object.keys(await bench.statuses()).sort()).toEqual(["job-1", "job-2", "renamed"]);

  // The aliases have done their work: the next `up` needs none.
  bench.declare([{ ...first, name: "renamed" }, { ...second, group: "nights" }, third]);
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject(none);

  // Another name of the stack, and with it other URNs.
  const stack = `${bench.stack}x`;
  await bench.succeed(bench.on("stack", "rename", stack));
  bench.stack = stack;
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject(none);
  expect(bench.alive()).toEqual(names);

  // By hand: the running one is cancelled first, then launched anew under the name of its new place.
  const [renamed] = (await bench.state()).filter(({ urn }) => urn.endsWith("::renamed"));
  const output = await bench.succeed(bench.up("--replace", renamed?.urn ?? ""));
  expect(output).toContain("1 replaced");
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });
  expect(bench.alive()).toHaveLength(3);
  const [replaced] = (await bench.state()).filter(({ urn }) => urn.endsWith("::renamed"));
  expect(replaced?.outputs.sessionId).not.toBe(renamed?.outputs.sessionId);

  // And once more, under the very same name.
  await bench.succeed(bench.up("--replace", renamed?.urn ?? ""));
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });
  expect(bench.alive().filter((name) => name === replaced?.id)).toHaveLength(1);
  expect(bench.alive()).toHaveLength(3);

  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([]);
});
