// An array of so many jobs that its rows are in pages.
import { mostApart } from "../../provider/array/rows/pages";
import { type World, world } from "../world/world";

const count = mostApart + 20;
const names = Array.from({ length: count }, (_, n) => `job-${n}`);
const program = (all = names) => Object.fromEntries(all.map((name) => [name, { args: [name] }]));

/** How many values state has for the rows of inputs and of outputs. */
function valuesIn(w: World): number[] {
  const { resources } = w.engine.deployment() as {
    readonly resources: readonly Record<"inputs" | "outputs", { readonly jobs: object }>[];
  };
  return resources.flatMap(({ inputs, outputs }) =>
    [inputs, outputs].map(({ jobs }) => Object.keys(jobs).length),
  );
}

test("an edit of thousands of jobs launches and cancels those that came and went, also across the form of their rows", async () => {
  await using w = await world({ form: "array" });
  await w.engine.up(program());
  expect(w.posts()).toBe(count);
  expect(Math.max(...valuesIn(w))).toBeLessThan(count / 20);

  await w.engine.refresh();
  expect(new Set(Object.values(await w.engine.preview(program())))).toEqual(new Set(["same"]));
  const [gone = "", ...left] = names;
  const session = w.session(gone);
  await w.engine.up(program([...left, "another"]));
  expect(w.posts()).toBe(count + 1);
  expect(w.requests("DELETE").map(({ path }) => path)).toEqual([expect.stringContaining(session)]);

  const fewer = left.slice(0, 1_990); // each a value of its own
  await w.engine.up(program(fewer));
  expect(valuesIn(w)).toEqual([1_990, 1_990]);
  expect(w.alive()).toHaveLength(1_990);
  expect(w.posts()).toBe(count + 1);
  await w.engine.up(program([...fewer, ...names.slice(-100).map((name) => `${name}-again`)]));
  expect(Math.max(...valuesIn(w))).toBeLessThan(count / 20);
  expect(w.posts()).toBe(count + 101);
}, 120_000);
