// Jobs that move between a resource of their own and an array, whose keys an earlier release or another type wrote otherwise.
import { keyOf, otherKeys } from "../../provider/sweep/keys";
import { world } from "../world/world";

const row = { star: "α Cen" };
const now = keyOf(row);
const [before = ""] = otherKeys(row);
const args = { args: ["α Cen"], params: row };
/** As `MiniArray` calls them. */
const named = (key: string) => `all/${key}`;

test("the keys differ in what is readable of them", () => {
  expect([before, now]).toEqual(["star=_Cen~1xs5cb2z", "star=alpha_Cen~1xs5cb2z"]);
});

test("a job that has the key of an earlier release moves into an array without a launch, and stays", async () => {
  await using w = await world({ form: "job" });
  await w.engine.up({ [named(before)]: args });
  const [id, { sessionId }] = [w.engine.id(named(before)), w.engine.outputs(named(before))];
  w.engine.form = "array";
  for (const _ of [1, 2]) {
    await w.engine.upInOneProcess({ [now]: args });
    expect(w.engine.names()).toEqual([now]);
    expect({ id: w.engine.id(now), ...w.engine.outputs(now) }).toMatchObject({ id, sessionId });
  }
  expect([w.posts(), w.requests("DELETE").length]).toEqual([1, 0]);
});

test("it moves out of an array without a launch, and stays", async () => {
  await using w = await world({ form: "array" });
  await w.engine.up({ [before]: args });
  const [id, { sessionId }] = [w.engine.id(before), w.engine.outputs(before)];
  w.engine.form = "job";
  const name = named(now);
  for (const _ of [1, 2]) {
    await w.engine.upInOneProcess({ [name]: args });
    expect(w.engine.names()).toEqual([name]);
    expect({ id: w.engine.id(name), ...w.engine.outputs(name) }).toMatchObject({ id, sessionId });
  }
  expect([w.posts(), w.requests("DELETE").length]).toEqual([1, 0]);
});

test("one that runs something else then is launched anew, once, and the old one is cancelled", async () => {
  await using w = await world({ form: "job" });
  await w.engine.up({ [named(before)]: args });
  w.engine.form = "array";
  await w.engine.upInOneProcess({ [now]: { ...args, args: ["α Cen", "--deep"] } });
  expect([w.posts(), w.alive().length]).toEqual([2, 1]);
});
